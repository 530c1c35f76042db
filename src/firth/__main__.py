"""``python -m firth``, and what the command ``firth`` runs.

Ctrl-C ends it with one line and the exit code 130, whenever it comes: while modules are imported, which takes most of a
short command's time, while a verb runs, and while the process ends.
"""

from __future__ import annotations

import _thread
import os
import signal
import sys
import time

TYPE_CHECKING = False  # typing takes longer to import than all that is here, and Ctrl-C would not be caught meanwhile
if TYPE_CHECKING:
    from sys import UnraisableHookArgs


def main() -> None:
    """Run the command line and exit."""
    sys.unraisablehook = _unraisable
    try:
        from firth.cli import main as run

        run()
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        print("firth: interrupted", file=sys.stderr)
        sys.exit(130)
    finally:
        # All is done. From here on Ctrl-C ends the process at once, where Python would show what it was cleaning up.
        signal.signal(signal.SIGINT, signal.SIG_DFL)


def _unraisable(given: UnraisableHookArgs) -> None:
    """Where an exception can go nowhere, in a destructor for one, Python prints it: but Ctrl-C is to arrive."""
    if issubclass(given.exc_type, KeyboardInterrupt):
        _thread.start_new_thread(_interrupt_soon, ())  # here it would be lost once more
    else:
        sys.__unraisablehook__(given)


def _interrupt_soon() -> None:
    time.sleep(0.02)
    if os.name == "nt":  # where os.kill ends the process
        _thread.interrupt_main()
    else:
        os.kill(os.getpid(), signal.SIGINT)


if __name__ == "__main__":
    main()
