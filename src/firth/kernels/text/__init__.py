"""Compiled code over the bytes and numbers of a text."""
