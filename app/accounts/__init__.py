"""People: who they are, how they sign in, which tokens speak for them."""
