"""The engine: grades a submission against a problem package. Knows nothing of HTTP or a database."""
