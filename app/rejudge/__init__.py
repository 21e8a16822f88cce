"""Judging submissions of a course once more, and deciding whether that counts."""
