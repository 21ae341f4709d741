"""Where toolchains come from: one file per kind of origin, each imported when a toolchain is looked for there."""

from wasmforge.execute.origins.base import Context, Note, NotThere, There
from wasmforge.model.toolchain import Origin, Toolchain


def give(toolchain: Toolchain, origin: Origin, context: Context, note: Note) -> There:
    """The toolchain from this origin. Raises NotThere."""
    match origin.kind:
        case "path":
            from wasmforge.execute.origins.path import path as kind
        case "python":
            from wasmforge.execute.origins.python import python as kind
        case "npm":
            from wasmforge.execute.origins.npm import npm as kind
        case "rustup":
            from wasmforge.execute.origins.rustup import rustup as kind
        case "container":
            from wasmforge.execute.origins.container import container as kind
    return kind(toolchain, origin, context, note)


__all__ = ["Context", "NotThere", "There", "give"]
