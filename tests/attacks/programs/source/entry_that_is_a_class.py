# /// attack
# tries = "Answer with itself"
# by = "a class, whose call is an object"
# expect = ["WA structure"]
# ///
class solve:
    def __init__(self, x):
        self.shape = x.shape
