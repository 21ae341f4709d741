"""What every kind of origin is given and gives."""

from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec

from wasmforge.execute.places import Places
from wasmforge.execute.store import Store
from wasmforge.model.base import Noun
from wasmforge.model.events import Event
from wasmforge.model.toolchain import Kit

Note = Callable[[str, str], None]
"""Told of each candidate that was looked at and not taken: where it is, and why not."""


class NotThere(Exception):  # noqa: N818 - it is an answer, not an error
    """This origin cannot give the toolchain; the message says why, `fix` how to change that."""

    def __init__(self, why: str, fix: str = "") -> None:
        super().__init__(why)
        self.fix = fix


class There(Noun, frozen=True, kw_only=True):
    """This origin gives the toolchain: which one it is, where, and the names its words may mention.

    `image` is the id of the image its tools are in, when they are in one; `versions` are those its programs tell.
    """

    identity: str
    location: str
    scope: Mapping[str, tuple[str, ...]]
    image: str | None = None
    versions: Mapping[str, str] = {}


class Context(Noun, frozen=True, kw_only=True):
    """What origins may use. `fetch` false: only look at what is installed already. `file` is the toolchain's file.
    `answers` are what programs said in this run, for those that may say something else in the next.
    """

    places: Places
    store: Store
    tell: Callable[[Event], None]
    offline: bool
    fetch: bool
    file: Path
    kits: Mapping[str, Kit]
    answers: dict[str, str] = msgspec.field(default_factory=dict)

    def within(self, file: Path, kits: Mapping[str, Kit]) -> "Context":
        """The same, for one toolchain's file and the toolchains it needs."""
        return msgspec.structs.replace(self, file=file, kits=kits)
