# /// attack
# tries = "Double a text until nothing is left"
# by = "str + str"
# expect = ["MLE"]
# ///
def solve(x):
    text = "x"
    while True:
        text += text
