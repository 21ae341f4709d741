"""`build --trace`: writes a trace file of the build's events."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from wasmforge.errors import usage_error

if TYPE_CHECKING:
    from wasmforge.model.events import Event


@contextmanager
def traced(folder: Path, file: Path, emit: Callable[["Event"], None]) -> Iterator[Callable[["Event"], None]]:
    """An event sink that records a trace and passes events on to `emit`; the file is written however the build ends.

    `file` is relative to `folder`. Raises ForgeError at once if the file cannot exist, else if it cannot be written.
    """
    from wasmforge.report.trace import Trace
    from wasmforge.safe_paths import refuse_named
    from wasmforge.store.cache_dirs import cannot_write

    path = folder / file
    if path.is_dir():
        raise usage_error("is a folder", where=f"--trace {path}", hint="name a file: --trace trace.json")
    if not path.parent.is_dir():
        raise usage_error("no such folder", where=f"--trace {path}", hint=f"mkdir -p {path.parent}")
    refuse_named(file, f"--trace {file}", folder)
    trace = Trace(emit)
    try:
        yield trace.emit
    finally:
        try:
            path.write_bytes(trace.json())
        except OSError as e:
            raise cannot_write(path, e) from None
