"""Paths that begin at the project's root: how they are written, and where they lie in an action's directory."""

FROM_ROOT = "//"
"""The beginning of a path from the project's root, in forge.toml and in messages."""

MIRROR = ".project"
"""The folder of an action's directory that mirrors the project, for files from outside of the component's folder.

No component has such a folder among its sources: hidden folders are not searched.
"""


def in_action(path: str) -> str:
    """Where a path from the root (`.` is the root itself) lies in an action's directory."""
    return MIRROR if path in ("", ".") else f"{MIRROR}/{path}"


def as_told(path: str) -> str:
    """A path in an action's directory as people know it: from elsewhere in the project, it begins with `//`."""
    return f"{FROM_ROOT}{path.removeprefix(f'{MIRROR}/')}" if path.startswith(f"{MIRROR}/") else path
