# /// attack
# tries = "Save the file as some editors do"
# by = "carriage returns"
# expect = ["AC"]
# expand = {"END" = ["\r", 1]}
# ///
def solve(x):END
    return x + xEND
