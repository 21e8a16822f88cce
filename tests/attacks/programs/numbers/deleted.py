# /// attack
# tries = "Return what is no longer there"
# by = "a deleted array"
# expect = ["WA structure", "RTE"]
# ///
def solve(x):
    answer = x + x
    answer.delete()
    return answer
