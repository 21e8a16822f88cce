# /// attack
# tries = "Answer every case with the first answer"
# by = "a global that lives from case to case"
# expect = ["WA values"]
# groups = ["one", "more"]
# ///
kept = []


def solve(x):
    kept.append(x + x)
    return kept[0]
