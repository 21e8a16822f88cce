"""Isolation and processes: runs one program in a jail and brings back its answers."""
