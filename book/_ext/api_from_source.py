"""The API page is read from this tree, with nothing installed but what renders the book.

Heavy packages are mocked (``autodoc_mock_imports``), so ``make book`` needs no torch.
"""

from __future__ import annotations

import inspect
import sys
from typing import TYPE_CHECKING, Any

from sphinx.ext.autodoc.mock import _MockObject
from sphinx.util.inspect import signature, stringify_signature

if TYPE_CHECKING:
    from sphinx.application import Sphinx


_any_attribute = _MockObject.__getattr__


def attribute_of_mock(mocked: _MockObject, name: str) -> _MockObject:
    """Return any attribute but one: ``Generic[…]`` takes what has it for a type variable.

    :raises AttributeError: that one is asked for.
    """
    if name == "__typing_subst__":
        raise AttributeError(name)
    return _any_attribute(mocked, name)


def find_package(app: Sphinx, config: Any) -> None:
    """Put the root of the repository in front of the import path."""
    sys.path.insert(0, str(app.srcdir))


def constructor_signature(
    app: Sphinx, what: str, name: str, obj: Any, options: Any, shown: str | None, returned: Any
) -> tuple[str, None] | None:
    """Return the signature of a class's own constructor: a mocked base class hides it."""
    if what != "class" or not inspect.isclass(obj) or not inspect.isfunction(obj.__init__):
        return None
    constructor = signature(obj.__init__, bound_method=True)
    constructor = constructor.replace(return_annotation=inspect.Signature.empty)
    return stringify_signature(constructor, unqualified_typehints=True), None


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect the hooks."""
    setattr(_MockObject, "__getattr__", attribute_of_mock)  # noqa: B010 (a type checker forbids =)
    app.connect("config-inited", find_package)
    app.connect("autodoc-process-signature", constructor_signature)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
