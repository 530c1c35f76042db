"""Users of firth from end to end: the commands that they type, one after the other."""

import json
import warnings

import pytest

from firth import cli


@pytest.fixture
def firth(tmp_path, monkeypatch, capsys):
    """Runs a command in a folder of its own; gives what it prints, parsed if it is JSON, and what it says on stderr."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments, code=0):
        capsys.readouterr()
        with warnings.catch_warnings():
            warnings.simplefilter("default")  # a warning is a line on stderr
            with pytest.raises(SystemExit) as left:
                cli.main([*map(str, arguments)])
        out, err = capsys.readouterr()
        assert left.value.code == code, err
        return ([json.loads(line) for line in out.splitlines()] if "--json" in arguments else out), err

    run.folder = tmp_path
    return run
