"""The result of building twice: the files that differ, each with its first difference."""

from wasmforge.model.base import Struct
from wasmforge.model.report import Failure


class FirstDifference(Struct, frozen=True, kw_only=True):
    """The first byte that differs: its offset in the first file, and, in a module, its section and function.

    `member` is the file within a folder or archive; `sizes` are those of both files, in bytes.
    """

    offset: int
    sizes: tuple[int, int]
    section: str = ""
    function: str = ""
    member: str = ""


class DifferingOutput(Struct, frozen=True, kw_only=True):
    """An output that came out in two ways: the action that gave it, its path there, and where it differs.

    `first` is false for an action that was given different inputs already.
    """

    action: str
    output: str
    spot: FirstDifference
    first: bool = True


class DifferingFile(Struct, frozen=True, kw_only=True):
    """A delivered file that came out in two ways, and what differs first on the way to it."""

    label: str
    file: str
    spot: FirstDifference
    cause: DifferingOutput


class VerifyResult(Struct, frozen=True, kw_only=True):
    """What came of it: `same` are the labels of deliveries that are equal byte for byte, `differing` the files that
    are not. `inner` are outputs that differ while no delivered file does.
    """

    same: tuple[str, ...] = ()
    differing: tuple[DifferingFile, ...] = ()
    inner: tuple[DifferingOutput, ...] = ()
    failures: tuple[Failure, ...] = ()
    seconds: float = 0.0
