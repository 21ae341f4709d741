"""Where toolchains come from: one file per kind of origin, and the table of them."""

from collections.abc import Callable

from wasmforge.execute.origins.base import Context, Note, NotThere, There
from wasmforge.execute.origins.container import container
from wasmforge.execute.origins.npm import npm
from wasmforge.execute.origins.path import path
from wasmforge.execute.origins.python import python
from wasmforge.execute.origins.rustup import rustup
from wasmforge.model.toolchain import Origin, Toolchain

ORIGINS: dict[str, Callable[[Toolchain, Origin, Context, Note], There]] = {
    "path": path,
    "python": python,
    "npm": npm,
    "rustup": rustup,
    "container": container,
}

__all__ = ["ORIGINS", "Context", "NotThere", "There"]
