"""Measures the whole service: what a person at the other end of HTTP waits for."""
