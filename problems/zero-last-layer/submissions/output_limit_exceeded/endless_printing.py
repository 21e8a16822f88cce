"""Prints without end."""


def solve(seed, x, num_layers, features):
    while True:
        print("still counting layers")
