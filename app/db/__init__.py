"""The database: where it runs, how it is reached, how its tables come about."""
