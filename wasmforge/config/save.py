"""Writes a file of a project, as a whole or not at all."""

import stat
from pathlib import Path, PurePosixPath

from wasmforge.errors import machine_error
from wasmforge.safe_paths import open_below, real_below


def save(path: Path, text: str, *, root: Path | None = None) -> None:
    """Write a file at the top of a project, as a whole or not at all; of a link, the file that it leads to.

    With `root`, the project's folder, the file may be in folders below it, which are made. Raises ForgeError, also
    (exit code 2) for a link that leads out of the project.
    """
    top = (root or path.parent).resolve()
    inner = path.relative_to(root).as_posix() if root else path.name
    real = PurePosixPath(real_below(top, inner, hint=f"write {path.name} itself in place of the link"))
    try:
        with open_below(top, real.parent, create=root is not None) as folder:
            status = folder.status(real.name)
            mode = stat.S_IMODE(status.st_mode) if status else 0o644
            folder.write(real.name, text.encode(), mode=mode, sync=True)
    except OSError as e:
        raise machine_error(f"cannot be written: {e.strerror}", where=str(path)) from None
