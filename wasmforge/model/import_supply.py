"""The imports that the JavaScript of a delivery provides to its module."""

from wasmforge.model.base import Struct

ImportItem = tuple[str, str]
"""An import: its module and its name."""


class ImportSupply(Struct, frozen=True, kw_only=True):
    """The imports that one JavaScript file provides to its module.

    `modules` are the import modules that the file is known to provide, and then only their `items`; nothing is known
    of other import modules. `from_caller`: its `instantiate` takes further imports from the caller. `generated`: our
    own generator wrote the file for this very module.
    """

    items: frozenset[ImportItem] = frozenset()
    modules: frozenset[str] = frozenset()
    from_caller: bool = False
    generated: bool = False
