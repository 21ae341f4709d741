"""What a build that ended well rested on: paths and images, as data; knows no file system."""

from wasmforge.model.base import Noun

UNTOUCHED = ""
"""Of a path whose content nobody noted: it must be there, and not have been touched since the build began."""

MAY_COME = "?"
"""Of a path that need not be there; if it is, then since before the build began."""

SOUGHT = "/"
"""Of a path where something was looked for: as `MAY_COME`, and nothing must have been taken away there meanwhile."""

AS_IT_IS = "*"
"""Of a path that may hold anything: only that it changes matters."""

Due = tuple[str, str]
"""A path, and what it must hold: one of these, or the SHA-256 of a file's bytes."""


class Image(Noun, frozen=True, kw_only=True):
    """An image as the engine behind `socket` (a path) knows it."""

    socket: str
    name: str
    identity: str


class Rested(Noun, frozen=True, kw_only=True):
    """`paths` are absolute, each with what it must hold. `folders` are known by exactly the names in them.
    `seconds` is how long each action's command took.
    """

    paths: dict[str, str]
    folders: dict[str, tuple[str, ...]]
    images: tuple[Image, ...]
    seconds: dict[str, float]


class UntoldError(Exception):
    """It cannot be told what a build rested on; the next one looks at everything again."""
