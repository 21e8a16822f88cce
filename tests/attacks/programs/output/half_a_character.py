# /// attack
# tries = "Break what writes the report"
# by = "lone surrogates in an exception and its traceback"
# expect = ["RTE"]
# shows = ['RuntimeError: \\ud800 refused \\udfff']
# ///
def solve(x):
    raise RuntimeError("\ud800 refused \udfff")
