import flax.linen as nn
import jax
import jax.numpy as jnp


class MLP(nn.Module):
    """Dense layers with the same number of features and nothing between them."""

    num_layers: int
    features: int

    @nn.compact
    def __call__(self, x):
        # Your layers go here. Mind the last one: its bias starts at one.
        return x


def solve(seed: float, x: jax.Array, num_layers: float, features: float) -> jax.Array:
    """Switch the last layer of an MLP off, but keep its bias.

    Args:
        seed: a whole number as a float; it makes the PRNG key.
        x: float32 array of shape (N_batch, in_dim).
        num_layers: a whole number as a float, at least 1.
        features: a whole number as a float; every layer has that many outputs.

    Returns:
        float32 array of shape (N_batch, features).
    """
    # 1. Turn seed, num_layers and features into integers.
    # 2. Build the model and initialise its parameters with the key of the seed.
    # 3. Make a copy of them in which only the last layer's kernel is zero.
    # 4. Apply the model with that copy and return the result instead of this:
    return jnp.zeros((x.shape[0], int(features)))
