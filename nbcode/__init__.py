"""The code of *Neural Networks by Hand*: small enough to read in an evening.

Import what you need from its modules, for example ``from nbcode.activations import sigmoid``.
Names, argument order and shapes are PyTorch's; the mathematics needs NumPy only.
"""


def __getattr__(name):
    """Read ``__version__`` from the installed package, and only when somebody asks for it."""
    if name == "__version__":
        from importlib.metadata import version

        return version("nbcode")
    raise AttributeError(f"module 'nbcode' has no attribute {name!r}")
