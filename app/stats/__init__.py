"""How much there is of what, for who runs the service."""
