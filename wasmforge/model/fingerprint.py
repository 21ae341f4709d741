"""The inputs of a successful build: paths and images, each with the state that must still hold."""

from wasmforge.model.base import Struct

UNCHANGED = ""
"""Of a path whose content nobody noted: it must be there, and not have been touched since the build began."""

MAY_APPEAR = "?"
"""Of a path that need not be there; if it is, then since before the build began."""

PROBED = "/"
"""Of a path where something was looked for: as `MAY_APPEAR`, and nothing must have been taken away there meanwhile."""

ANY_CONTENT = "*"
"""Of a path that may hold anything: only that it changes matters."""

InputState = tuple[str, str]
"""A path, and what it must hold: one of these, or the SHA-256 of a file's bytes."""


class ImageState(Struct, frozen=True, kw_only=True):
    """An image as the engine behind `socket` (a path) knows it."""

    socket: str
    name: str
    identity: str


class Fingerprint(Struct, frozen=True, kw_only=True):
    """`paths` are absolute, each with what it must hold. `folders` are known by exactly the names in them.
    `seconds` is how long each action's command took.
    """

    paths: dict[str, str]
    folders: dict[str, tuple[str, ...]]
    images: tuple[ImageState, ...]
    seconds: dict[str, float]


class NotFingerprintableError(Exception):
    """It cannot be told what a build rested on; the next one looks at everything again."""
