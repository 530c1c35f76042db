"""Rows of float32 as values in registers, and what else the processor is asked for by name."""
