# /// attack
# tries = "Be flattened for ever"
# by = "a list that holds itself"
# expect = ["RTE", "MLE", "TLE"]
# wall_s = 2.0
# ///
def solve(x):
    answer = [x]
    answer.append(answer)
    return answer
