"""JAX, of which d2l had the names of chapter 2 and the figures only."""

import jax
from jax import numpy as jnp

from kits import Kit as Common
from kits import NotHereError


class Kit(Common):
    """JAX's words."""

    axis, keep = "axis", "keepdims"
    types = ("bfloat16", "float16")  # of 64 bits it has none
    holds_gradients = False
    jax = jax

    def classes(self):
        """Return those of the reader, and the face's `Updater`; JAX has none of its own."""
        from d2l_compat.jax import Updater

        return {"net": type("Net", (), {}), "loss": type("Loss", (), {}), "updater": Updater}

    def dataset(self, X, y):
        return list(zip(X, y))

    def seed(self):
        """Seed nothing: draws are from keys."""

    def draws(self):
        return jax.random.normal(jax.random.key(0), (3,)).tolist()

    def settings(self):
        return {f"jax.config.{name}": value for name, value in jax.config.values.items()}

    def tensor(self, array):
        return jnp.array(array)

    def variable(self, array):
        raise NotHereError

    def dtype(self, name):
        return getattr(jnp, name)

    def gradients(self, params, total):
        return jax.grad(lambda params: total(*params))(params)

    def unfit_losses(self):
        return {"swapped": lambda y, y_hat: -jnp.log(y_hat[jnp.arange(len(y)), y])}

    def unfit_nets(self):
        def net(forward):
            return lambda model: model._replace(net=lambda params, X: forward(model, params, X))

        return {
            "no Flatten": net(lambda model, params, X: X @ params["W"] + params["b"]),
            "Flatten(0)": net(lambda model, params, X: X.reshape(-1) @ params["W"] + params["b"]),
            "argmax": net(lambda model, params, X: model.net(params, X).argmax(1)),
        }

    def ctx(self):
        return jax.devices("cpu")[0]
