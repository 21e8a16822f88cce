"""A course to look at, whose submissions were all judged by the service that runs."""
