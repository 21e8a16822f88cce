"""Patterns: simple relations between a wrong result and the expected one that name a mistake."""
