"""Sphinx extension of the book: what the pages on nbcode need besides autodoc and numpydoc."""

import inspect
import re
from pathlib import Path
from zlib import crc32

from sphinx.util.nodes import make_refnode
from traitlets import HasTraits, TraitType


def skip(app, what, name, obj, skipped, options):
    """Leave out traits, which `with_traits` lists, and the fields of named tuples."""
    return True if isinstance(obj, TraitType) or type(obj).__name__ == "_tuplegetter" else None


def complete(app, what, name, obj, options, lines):
    """Add to a docstring, before numpydoc reads it, and set the object's own parameters as code instead of as links."""
    if what == "module":
        lines += contents(obj, options.get("members"))
    elif what == "class" and issubclass(obj, HasTraits):
        lines += with_traits(obj)
    own = parameters(obj)
    for i, line in enumerate(lines):
        line = re.sub(r"(?<!`)`(\w+)`(?!`)", lambda name: f"`{name[0]}`" if name[1] in own else name[0], line)
        lines[i] = re.sub(r"^( *[A-Z])\. ", r"\1\\. ", line)  # an initial, and not point D of a list


def public(module):
    """Return the names of what a module offers, in the order of its source."""
    return getattr(module, "__all__", None) or [
        name
        for name, member in vars(module).items()
        if not name.startswith("_") and callable(member) and getattr(member, "__module__", "") == module.__name__
    ]


def contents(module, members):
    """Return a table of a module's members, all or those named: a link and the first sentence of each of several."""
    names = members if isinstance(members, list) else public(module)
    if len(names) == 1:
        return []
    return ["", ".. autosummary::", "   :nosignatures:", "", *(f"   {name}" for name in names), ""]


def parameters(obj):
    """Return the names of an object's parameters, if it has any."""
    try:
        return inspect.signature(obj).parameters
    except (TypeError, ValueError):
        return ()


def with_traits(widget):
    """Return the section of a docstring on what can be set in a widget, which its class states as traits."""
    lines = []
    for name, param in widget.params().items():
        start = "" if isinstance(param.default_value, list) else f"; at first {show(param.default_value)}"
        lines.append(f"{name} : {param.expected()}{start}".replace("-", "−"))
    for name in ("presets", "challenges"):
        if chosen := getattr(widget, name):
            lines.append(f"{name} : {', '.join(map(show, chosen))}")
    lines = [line.replace("|", r"\|") for line in lines]  # |x| would be a substitution
    return ["", "Attributes", "----------", *lines, ""] if lines else []


def show(value):
    """Write the value of a parameter as a reader would."""
    return f"{value:g}" if isinstance(value, float) else repr(value)


def signature(app, what, name, obj, options, arguments, returned):
    """Return a widget's real arguments; traitlets hides them."""
    if what == "class" and issubclass(obj, HasTraits):
        self, *arguments = inspect.signature(obj.__init__).parameters.values()
        return str(inspect.Signature(arguments)), ""
    return None


def find(app, env, node, contnode):
    """Link the name of a function or class that another module of nbcode defines."""
    if node["reftype"] != "obj":
        return None
    objects = {
        name: place
        for name, place in env.domains["py"].objects.items()
        if name.count(".") == 2 and name.endswith(f".{node['reftarget']}")
    }
    if len(objects) != 1:
        return None
    ((name, place),) = objects.items()
    return make_refnode(app.builder, node["refdoc"], place.docname, place.node_id, contnode, name)


def setup(app):
    """Register the extension."""
    app.connect("autodoc-skip-member", skip)
    app.connect("autodoc-process-docstring", complete, priority=400)  # numpydoc has 500
    app.connect("autodoc-process-signature", signature)
    app.connect("missing-reference", find)
    # After a change to this file every page is read again.
    return {
        "env_version": crc32(Path(__file__).read_bytes()),
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
