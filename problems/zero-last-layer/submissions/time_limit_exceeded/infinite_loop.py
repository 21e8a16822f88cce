"""Never returns."""


def solve(seed, x, num_layers, features):
    while True:
        pass
