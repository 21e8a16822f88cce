# /// attack
# tries = "Leave by what is no Exception"
# by = "GeneratorExit"
# expect = ["RTE"]
# shows = ["GeneratorExit"]
# ///
def solve(x):
    raise GeneratorExit("refused")
