"""The data behind the page of `wasmforge serve`: delivered components and their tests."""

from wasmforge.model.base import Struct


class ShownFile(Struct, frozen=True, kw_only=True):
    """A delivered file: its address on the site, and its sizes in bytes."""

    name: str
    url: str
    size: int
    gzip: int


class ShownTest(Struct, frozen=True, kw_only=True):
    """A smoke test, by its number on the site."""

    number: int
    title: str


class ComponentView(Struct, frozen=True, kw_only=True):
    """One delivered component; `entry` is the address of the ES module that a page imports, empty without one."""

    name: str
    profile: str
    entry: str
    files: tuple[ShownFile, ...]
    features: tuple[str, ...]
    exports: tuple[str, ...]
    notes: tuple[str, ...]
    tests: tuple[ShownTest, ...]


class SiteIndex(Struct, frozen=True, kw_only=True):
    """Everything on the page. `absent` are labels of what is not built; `version` changes with every other field."""

    target: str
    version: str
    components: tuple[ComponentView, ...]
    absent: tuple[str, ...] = ()
