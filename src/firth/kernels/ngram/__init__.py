"""Compiled code of n-gram models: counting, search, scoring."""
