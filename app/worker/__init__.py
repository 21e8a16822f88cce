"""The queue and the worker that judges what is in it."""
