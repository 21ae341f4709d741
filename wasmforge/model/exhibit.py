"""What the page of `wasmforge serve` shows: delivered components, and their tests."""

from wasmforge.model.base import Noun


class ShownFile(Noun, frozen=True, kw_only=True):
    """A delivered file: its address on the site, and its sizes in bytes."""

    name: str
    url: str
    size: int
    gzip: int


class ShownTest(Noun, frozen=True, kw_only=True):
    """A smoke test, by its number on the site."""

    number: int
    title: str


class Exhibit(Noun, frozen=True, kw_only=True):
    """One delivered component; `entry` is the address of the ES module that a page imports, empty without one."""

    name: str
    profile: str
    entry: str
    files: tuple[ShownFile, ...]
    features: tuple[str, ...]
    exports: tuple[str, ...]
    notes: tuple[str, ...]
    tests: tuple[ShownTest, ...]


class Exhibition(Noun, frozen=True, kw_only=True):
    """All that is shown. `absent` are labels of what is not built; `version` changes whenever anything else does."""

    target: str
    version: str
    exhibits: tuple[Exhibit, ...]
    absent: tuple[str, ...] = ()
