# /// attack
# tries = "Be another program in another encoding"
# by = "Latin-1 with a declaration"
# expect = ["unreadable"]
# encoding = "latin-1"
# ///
# -*- coding: latin-1 -*-
y = "é"

def solve(x):
    return x
