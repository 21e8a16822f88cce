"""A report written for its reader: a terminal, a CI system, another grader."""
