"""Mutants: small variants of a reference, to see whether a package's cases tell them apart."""
