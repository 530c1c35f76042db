"""Files of vectors: a module for each format, and the registry of all formats."""

from firth.vectors.formats.registry import (
    FORMATS,
    SUFFIXES,
    Format,
    check_words,
    detect,
    format_for,
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
    "format_for",
    "left_behind",
    "read",
    "saved_format",
    "write",
    "written_files",
    "written_format",
]
