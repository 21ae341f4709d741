"""Sizes as people write them: `64 KiB`. Binary units count in 1024, decimal ones in 1000."""

import re

DECIMAL = {"B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}
BINARY = {"KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "TiB": 2**40}
UNITS = DECIMAL | BINARY

_SIZE = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([A-Za-z]*)\s*")


def parse_size(value: int | str) -> int:
    """Bytes. Raises ValueError with a readable message."""
    if isinstance(value, int):
        if value < 0:
            raise ValueError(f"a size cannot be negative: {value}")
        return value
    match = _SIZE.fullmatch(value)
    said = (match[2] or "B").lower() if match else ""
    unit = {u.lower(): n for u, n in UNITS.items()}.get(said if said.endswith("b") else f"{said}b")
    if match is None or unit is None:
        raise ValueError(f"{value!r} is not a size; units: {', '.join(UNITS)}")
    return int(float(match[1]) * unit)


def format_size(size: int) -> str:
    """Bytes in the largest binary unit that keeps the number above one: `12.3 KiB`."""
    for unit in ("GiB", "MiB", "KiB"):
        if size >= UNITS[unit]:
            return f"{size / UNITS[unit]:.1f} {unit}"
    return f"{size} B"
