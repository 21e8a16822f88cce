# /// attack
# tries = "Answer later"
# by = "a coroutine"
# expect = ["WA structure"]
# ///
async def solve(x):
    return x + x
