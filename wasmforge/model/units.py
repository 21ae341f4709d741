"""Sizes and ages as people write them: `64 KiB`, `30d`."""

import re

DECIMAL = {"B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}
BINARY = {"KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "TiB": 2**40}
SIZE_UNITS = DECIMAL | BINARY

_SIZE_PATTERN = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([A-Za-z]*)\s*")


def parse_size(value: int | str) -> int:
    """Bytes. Raises ValueError with a readable message."""
    if isinstance(value, int):
        if value < 0:
            raise ValueError(f"a size cannot be negative: {value}")
        return value
    match = _SIZE_PATTERN.fullmatch(value)
    unit_name = (match[2] or "B").lower() if match else ""
    unit = {u.lower(): n for u, n in SIZE_UNITS.items()}.get(unit_name if unit_name.endswith("b") else f"{unit_name}b")
    if match is None or unit is None:
        raise ValueError(f"{value!r} is not a size; units: {', '.join(SIZE_UNITS)}")
    return int(float(match[1]) * unit)


def format_size(size: int) -> str:
    """Bytes in the largest binary unit that keeps the number above one: `12.3 KiB`."""
    for unit in ("GiB", "MiB", "KiB"):
        if size >= SIZE_UNITS[unit]:
            return f"{size / SIZE_UNITS[unit]:.1f} {unit}"
    return f"{size} B"


AGE_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 7 * 86400}

_AGE_WORDS = {"sec": "s", "second": "s", "min": "m", "minute": "m", "hour": "h", "day": "d", "week": "w"}

_AGE_PATTERN = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([A-Za-z]+)\s*")


def parse_age(text: str) -> float:
    """Seconds. Raises ValueError with a readable message."""
    match = _AGE_PATTERN.fullmatch(text)
    unit_name = match[2].lower() if match else ""
    unit = AGE_UNITS.get(_AGE_WORDS.get(unit_name.removesuffix("s") or unit_name, unit_name))
    if match is None or unit is None:
        raise ValueError(f"{text!r} is not an age; units: {', '.join(AGE_UNITS)}, as in 30d or 12h")
    return float(match[1]) * unit
