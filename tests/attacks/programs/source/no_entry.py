# /// attack
# tries = "Be judged without a function"
# by = "nothing at all"
# expect = ["CE"]
# ///
pass
