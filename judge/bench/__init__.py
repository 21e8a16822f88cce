"""Measures the engine against a plain subprocess and against a process where all is warm."""
