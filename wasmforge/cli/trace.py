"""`build --trace`: a file that says what took how long."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from wasmforge.errors import usage

if TYPE_CHECKING:
    from wasmforge.report.reporter import Reporter
    from wasmforge.report.trace import Trace


@contextmanager
def traced(path: Path, tell: "Reporter") -> Iterator["Trace"]:
    """A teller that passes on what it hears; the file is written however the build ends.

    Raises ForgeError at once where no file can be, or in the end when the disk does not let us.
    """
    from wasmforge.execute.places import cannot_write
    from wasmforge.report.trace import Trace

    if path.is_dir():
        raise usage("is a folder", where=f"--trace {path}", hint="name a file: --trace trace.json")
    if not path.parent.is_dir():
        raise usage("there is no such folder", where=f"--trace {path}", hint=f"mkdir -p {path.parent}")
    trace = Trace(tell)
    try:
        yield trace
    finally:
        try:
            path.write_bytes(trace.json())
        except OSError as e:
            raise cannot_write(path, e) from None
