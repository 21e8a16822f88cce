# /// attack
# tries = "Answer by the shape of the input"
# by = "a table of answers, by shape"
# expect = ["WA values"]
# groups = ["one", "more"]
# ///
answers = {}


def solve(x):
    return answers.setdefault(x.shape, x + x)
