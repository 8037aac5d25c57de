"""Show the package's own source in a notebook, so that the book never holds a copy of it."""

import ast
import inspect
import textwrap

from IPython.display import Markdown


def without_docstring(function):
    """Return the source of a function, or of a class, without its docstring.

    Examples
    --------
    >>> from nbcode.activations import step
    >>> print(without_docstring(step))
    def step(z):
        z = as_float("z", z)
        return (z >= 0).astype(z.dtype)
    """
    text = textwrap.dedent(inspect.getsource(function))
    first = ast.parse(text).body[0].body[0]
    lines = text.rstrip().split("\n")
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        del lines[first.lineno - 1 : first.end_lineno]
    return "\n".join(lines)


def source(*functions):
    """Show the source of functions or classes, docstrings left out, as a highlighted block."""
    listing = "\n\n\n".join(map(without_docstring, functions))
    return Markdown(f"```python\n{listing}\n```")
