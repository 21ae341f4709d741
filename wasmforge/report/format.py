"""Formats counts, durations and sizes for people."""


def count(number: int, singular: str, plural: str = "") -> str:
    """`1 action`, `2 actions`; `plural` for words that do not just take an s."""
    return f"{number} {singular if number == 1 else plural or singular + 's'}"


def duration(seconds: float) -> str:
    """`40 ms`, `1.2 s`, `2 min 5 s`, `1 h 2 min`."""
    if seconds < 0.9995:
        return f"{max(seconds, 0.0) * 1000:.0f} ms"
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def size(amount: int) -> str:
    """`512 B`, `12.3 KiB`, `4.0 MiB`, from bytes."""
    if amount < 1024:
        return f"{amount} B"
    scaled = amount / 1024
    for unit in ("KiB", "MiB"):
        if scaled < 1023.95:
            return f"{scaled:.1f} {unit}"
        scaled /= 1024
    return f"{scaled:.1f} GiB"
