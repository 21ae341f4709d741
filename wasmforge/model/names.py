"""Which names may become parts of paths, labels and commands."""

import re

NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,98}[A-Za-z0-9_-])?")

NAME_HINT = "letters, digits, '-' and '_', and '.' between them; it begins with a letter or a digit"

UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
"""Control characters, line breaks and bidirectional overrides, which change the direction of the text around them."""


def is_name(text: str) -> bool:
    """Whether an entry of the catalog may have this name."""
    return NAME.fullmatch(text) is not None
