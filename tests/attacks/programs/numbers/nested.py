# /// attack
# tries = "Overflow the stack of what flattens"
# by = "lists a million deep"
# expect = ["RTE", "WA structure"]
# ///
def solve(x):
    answer = x
    for _ in range(1_000_000):
        answer = [answer]
    return answer
