# /// attack
# tries = "Be another program in another encoding"
# by = "UTF-16"
# expect = ["unreadable"]
# encoding = "utf-16"
# ///
y = 1

def solve(x):
    return x
