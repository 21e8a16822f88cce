# /// attack
# tries = "Break what writes the report"
# by = "a lone surrogate in the exception of a program that does not load"
# expect = ["RTE"]
# shows = ['ValueError: \\udc80 refused']
# ///
raise ValueError("\udc80 refused")
