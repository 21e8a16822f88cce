"""Backups: everything that the database keeps, in one file, and back."""
