"""Compiled code that trains, on the cores of this machine."""
