"""Assignments: what is set, by which versions of problems, by which rules and for whom."""
