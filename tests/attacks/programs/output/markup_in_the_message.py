# /// attack
# tries = "Have the reader's browser obey"
# by = "HTML in the message and in the type's name"
# expect = ["RTE"]
# shows = ["script"]
# ///
Named = type("<script>alert(1)</script>", (Exception,), {"__module__": "<img src=x onerror=alert(1)>"})


def solve(x):
    raise Named("</pre><script>alert(1)</script>")
