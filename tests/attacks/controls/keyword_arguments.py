# /// attack
# tries = "Take any arguments"
# by = "**inputs"
# expect = ["AC"]
# ///
def solve(**inputs):
    return inputs["x"] + inputs["x"]
