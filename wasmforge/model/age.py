"""Ages as people write them: `30d`, `12 h`, `2 weeks`."""

import re

UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 7 * 86400}

_WORDS = {"sec": "s", "second": "s", "min": "m", "minute": "m", "hour": "h", "day": "d", "week": "w"}

_AGE = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([A-Za-z]+)\s*")


def parse_age(text: str) -> float:
    """Seconds. Raises ValueError with a readable message."""
    match = _AGE.fullmatch(text)
    said = match[2].lower() if match else ""
    unit = UNITS.get(_WORDS.get(said.removesuffix("s") or said, said))
    if match is None or unit is None:
        raise ValueError(f"{text!r} is not an age; units: {', '.join(UNITS)}, as in 30d or 12h")
    return float(match[1]) * unit
