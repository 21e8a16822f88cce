# /// attack
# tries = "Be differentiated to something else"
# by = "custom_jvp, in place of what is computed"
# expect = ["WA values"]
# groups = []
# ///
import jax


@jax.custom_jvp
def double(x):
    return x


double.defjvps(lambda tangent, answer, x: 2 * tangent)


def solve(x):
    return double(x)
