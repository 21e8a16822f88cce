# /// attack
# tries = "End before it is asked anything"
# by = "os._exit at import"
# expect = ["RTE"]
# shows = ["without an answer"]
# ///
import os

os._exit(0)
