"""What `init` finds in a folder of sources and what it writes of it; knows no file system."""

from typing import Literal

from wasmforge.model.base import Noun
from wasmforge.model.manifest import OptionValue
from wasmforge.model.vocabulary import Kind


class FoundComponent(Noun, frozen=True, kw_only=True):
    """A component as its sources tell it. `path` is from the folder looked at (`.`: itself), all others from `path`.

    `sources` are its own files, headers among them. `entry` are those a compiler is told of where the language
    imports the rest; empty where every unit is compiled. `part`: the folder holds other components as well, so the
    sources must be named. `includes` are folders that headers are looked for in, `std` is the language standard,
    `features` are those without which the sources cannot be compiled, `recipe` is the one whose headers they need.
    `package` and `program` choose one of a workspace's. `lacks` is why it cannot be built as it is.
    """

    name: str
    path: str
    language: str
    kind: Kind
    exports: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    entry: tuple[str, ...] = ()
    part: bool = False
    includes: tuple[str, ...] = ()
    std: str = ""
    features: tuple[str, ...] = ()
    recipe: str = ""
    package: str = ""
    program: str = ""
    lacks: str = ""


class SkippedFolder(Noun, frozen=True, kw_only=True):
    """A folder or file that was not looked at, and why."""

    path: str
    why: str


class Tree(Noun, frozen=True, kw_only=True):
    """The files of a folder that may be sources or say something of them, and what was not looked at."""

    paths: tuple[str, ...]
    skipped: tuple[SkippedFolder, ...] = ()


class Entry(Noun, frozen=True, kw_only=True):
    """A component as forge.toml will have it: only words that are not the default.

    `targets` are all it is for; `own_targets` says that the file must name them. A component with `why_not` is
    written as a comment.
    """

    component: FoundComponent
    targets: tuple[str, ...] = ()
    own_targets: bool = False
    recipe: str = ""
    sources: dict[str, tuple[str, ...]] = {}
    options: dict[str, OptionValue] = {}
    why_not: str = ""


class Initiated(Noun, frozen=True, kw_only=True):
    """What came of `init`. `text` is what was, or in a dry run would be, written; `known` are there already."""

    file: str
    status: Literal["written", "extended", "unchanged"]
    dry_run: bool = False
    entries: tuple[Entry, ...] = ()
    known: tuple[str, ...] = ()
    skipped: tuple[SkippedFolder, ...] = ()
    text: str = ""
    next: str = ""
