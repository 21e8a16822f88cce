"""The catalogue: problems as people read them, hints, solutions."""
