"""Writes a file that the user named on the command line."""

from pathlib import Path

from wasmforge.errors import machine_error
from wasmforge.safe_paths import refuse_named


def write_output_file(file: Path, data: bytes, option: str) -> None:
    """Write `data`. `option` names the file in errors.

    Raises ForgeError for a file that cannot be written, or that a link in the current folder leads out of it.
    """
    refuse_named(file, f"{option} {file}")
    try:
        file.write_bytes(data)
    except OSError as e:
        raise machine_error(f"cannot be written: {(e.strerror or str(e)).lower()}", where=f"{option} {file}") from None
