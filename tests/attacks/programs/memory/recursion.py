# /// attack
# tries = "Take all of the stack"
# by = "recursion in Python"
# expect = ["RTE"]
# shows = ["RecursionError"]
# ///
def solve(x):
    return solve(x)
