# /// attack
# tries = "Have it walk from cause to cause for ever"
# by = "a cycle of __context__"
# expect = ["RTE"]
# shows = ["refused"]
# ///
def solve(x):
    one, other = RuntimeError("refused"), RuntimeError("other")
    one.__cause__, other.__cause__ = other, one
    raise one
