"""The public names: complete, lazy, and cheap to import."""

import subprocess
import sys

import pytest

import firth


def test_each_public_name_is_listed():
    assert set(firth.__all__) <= set(dir(firth))
    assert firth.WordVectors.__name__ == "WordVectors"
    assert firth.UnknownWord is firth.errors.UnknownWord


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'Word3Vec'"):
        _ = firth.Word3Vec


@pytest.mark.parametrize(
    ("imported", "absent"),
    [
        ("firth", ["numpy", "numba", "rich", "click"]),
        ("firth.cli", ["numpy", "numba", "rich", "scipy"]),
        ("firth.cli.neighbors", ["numba", "rich", "scipy"]),
    ],
)
def test_an_import_loads_nothing_heavy(imported, absent):
    code = f"import sys, {imported}; print([name for name in {absent!r} if name in sys.modules])"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
