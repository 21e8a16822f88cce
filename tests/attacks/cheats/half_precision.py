# /// attack
# tries = "Return fewer bits"
# by = "float16"
# expect = ["WA dtype"]
# ///
def solve(x):
    return (x + x).astype("float16")
