"""What building everything twice came to: which files were not the same, and where they differ first."""

from wasmforge.model.artifact import Failure
from wasmforge.model.base import Noun


class Spot(Noun, frozen=True, kw_only=True):
    """The first byte that differs: its offset in the first file, and, in a module, its section and function.

    `member` is the file within a folder or archive; `sizes` are those of both files, in bytes.
    """

    offset: int
    sizes: tuple[int, int]
    section: str = ""
    function: str = ""
    member: str = ""


class Unequal(Noun, frozen=True, kw_only=True):
    """An output that came out in two ways: the action that gave it, its path there, and where it differs.

    `first` is false for an action that was given different inputs already.
    """

    action: str
    output: str
    spot: Spot
    first: bool = True


class Differing(Noun, frozen=True, kw_only=True):
    """A delivered file that came out in two ways, and what differs first on the way to it."""

    label: str
    file: str
    spot: Spot
    cause: Unequal


class Twice(Noun, frozen=True, kw_only=True):
    """What came of it: `same` are the labels of deliveries that are equal byte for byte, `differing` the files that
    are not. `inner` are outputs that differ while no delivered file does.
    """

    same: tuple[str, ...] = ()
    differing: tuple[Differing, ...] = ()
    inner: tuple[Unequal, ...] = ()
    failures: tuple[Failure, ...] = ()
    seconds: float = 0.0
