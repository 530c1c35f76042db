"""Files of vectors: one module a format, and the registry that knows which is which."""

from firth.vectors.formats.registry import (
    FORMATS,
    SUFFIXES,
    Format,
    check_words,
    detect,
    left_behind,
    read,
    saved_format,
    write,
    written_files,
    written_format,
)

__all__ = [
    "FORMATS",
    "SUFFIXES",
    "Format",
    "check_words",
    "detect",
    "left_behind",
    "read",
    "saved_format",
    "write",
    "written_files",
    "written_format",
]
