# /// attack
# tries = "Answer by a bad fingerprint of the input"
# by = "a table of answers, by the signs"
# expect = ["WA values"]
# groups = ["one", "more"]
# ///
answers = {}


def solve(x):
    return answers.setdefault(float((x > 9).sum()), x + x)
