# /// attack
# tries = "Be judged without a function"
# by = "solve = 1"
# expect = ["CE"]
# ///
solve = 1
