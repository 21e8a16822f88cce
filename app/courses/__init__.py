"""Courses: who is in them, what is set, and what it earns."""
