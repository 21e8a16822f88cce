"""The engine: grades a submission against a problem package, with no HTTP and no database."""
