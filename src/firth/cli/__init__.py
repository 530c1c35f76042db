"""The ``firth`` command, one file a verb."""


def main() -> None:
    """Run the command line."""
