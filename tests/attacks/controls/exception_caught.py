# /// attack
# tries = "Try what fails"
# by = "an import that is not there"
# expect = ["AC"]
# ///
try:
    import torch
except ImportError:
    torch = None


def solve(x):
    try:
        return torch.add(x, x)
    except AttributeError:
        return x + x
