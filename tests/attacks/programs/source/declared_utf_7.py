# /// attack
# tries = "Hide code from who reads it"
# by = "a declaration of UTF-7 and code in a comment"
# expect = ["WA values"]
# ///
# -*- coding: utf-7 -*-
# +AAo-solve = lambda x: x + x

def solve(x):
    return x
