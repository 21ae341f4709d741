"""The interface of an origin: what it gets, what it returns, and its errors."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from wasmforge.model.base import Struct
from wasmforge.model.events import Event
from wasmforge.model.toolchain import ResolvedToolchain, Toolchain
from wasmforge.store.cache_dirs import CacheDirs
from wasmforge.store.store import Store
from wasmforge.toolchains.file_digests import FileDigests
from wasmforge.toolchains.lookups import Lookups

Note = Callable[[str, str], None]
"""Told of each candidate that was looked at and not taken: where it is, and why not."""


class OriginUnavailable(Exception):  # noqa: N818 - it is an answer, not an error
    """This origin cannot give the toolchain; the message says why, `fix` how to change that."""

    def __init__(self, why: str, fix: str = "") -> None:
        super().__init__(why)
        self.fix = fix


class OriginFound(Struct, frozen=True, kw_only=True):
    """This origin gives the toolchain: in words which one it is, where, and the names its words may mention.

    `image` is the id of the image its tools are in, when they are in one; `versions` are those its programs tell.
    `contents` are the files and folders it consists of, as absolute paths: empty for an image, whose id covers all.
    `digests` are those of contents of which not every byte counts.
    """

    description: str
    location: str
    scope: Mapping[str, tuple[str, ...]]
    image: str | None = None
    versions: Mapping[str, str] = {}
    contents: tuple[str, ...] = ()
    digests: Mapping[str, str] = {}


class OriginContext(Struct, frozen=True, kw_only=True):
    """What origins may use. `fetch` false: only look at what is installed already. `file` is the toolchain's file.

    `answers` are what programs said in this run, for those that may say something else in the next. `digests` tells
    files and folders by their content, `looked` is told of every path that is looked at. `apart` are folders that
    belong to no installation although programs may lie below them: the project's, the cache's, the caller's home.
    """

    cache_dirs: CacheDirs
    store: Store
    emit: Callable[[Event], None]
    offline: bool
    fetch: bool
    file: Path
    toolchains: Mapping[str, ResolvedToolchain]
    digests: FileDigests
    excluded: tuple[Path, ...] = ()
    answers: dict[str, str] = msgspec.field(default_factory=dict)
    lookups: Lookups = msgspec.field(default_factory=Lookups)

    def within(self, file: Path, toolchains: Mapping[str, ResolvedToolchain]) -> "OriginContext":
        """The same, for one toolchain's file and the toolchains it needs."""
        return msgspec.structs.replace(self, file=file, toolchains=toolchains)


class Finder:
    """Finds toolchains in one kind of origin.

    `find` records every path that it opens, lists or asks for in `context.lookups` while it does so: that is what an
    up-to-date check rests on. `tests/integration/test_opened_files.py` compares the record with what Python was asked
    to open.
    """

    def find(self, toolchain: Toolchain, origin: Any, context: OriginContext, note: Note) -> OriginFound:
        """The toolchain. Raises OriginUnavailable; `note` is told of each candidate that was rejected, and why."""
        raise NotImplementedError

    def files(self, origin: Any, file: Path) -> tuple[Path, ...]:
        """The files beside a toolchain's `file` that this kind reads, whether they exist or not."""
        del origin, file
        return ()

    def commands(self, origin: Any) -> Iterator[tuple[str, ...]]:
        """The commands that `find` runs, as words."""
        del origin
        yield from ()
