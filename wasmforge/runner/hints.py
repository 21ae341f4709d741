"""Finds what a toolchain's file knows to say about the output of a command that failed. Pure."""

import re
from collections.abc import Mapping

MAX_NAMES = 5
"""Words of the output that one hint lists; others are counted."""

MAX_HINTS = 3
"""Hints that are given for one command: the first mistakes are the ones to mend first."""


def hints_for(output: str, hints: Mapping[str, str]) -> str:
    """The hints for this output, one a line, in the order in which what they explain was printed; empty without any.

    Each line is explained by the first pattern that matches in it, so patterns stand from special to general. A hint
    that several lines give is given once, with all the words that its named groups found.
    """
    patterns = [(re.compile(pattern), pattern) for pattern in hints]
    found: dict[str, dict[str, dict[str, None]]] = {}
    for line in dict.fromkeys(output.splitlines()):
        for compiled, pattern in patterns:
            if match := compiled.search(line):
                words = found.setdefault(pattern, {})
                for group, text in match.groupdict().items():
                    words.setdefault(group, {})[text or ""] = None
                break
    filled = (_fill(hints[pattern], words) for pattern, words in found.items())
    return "\n".join(list(dict.fromkeys(filled))[:MAX_HINTS])


def _fill(hint: str, words: Mapping[str, Mapping[str, None]]) -> str:
    """The hint with its named groups: `{name}` becomes a list of words, and `"{name}"` one of quoted words."""
    for group, found in words.items():
        listed = list(found)
        left = len(listed) - MAX_NAMES
        more = f" and {left} more" if left > 0 else ""
        quoted = ", ".join(f'"{word}"' for word in listed)
        hint = hint.replace(f'"{{{group}}}"', quoted)  # for forge.toml, so none is left out
        hint = hint.replace(f"{{{group}}}", ", ".join(listed[:MAX_NAMES]) + more)
    return hint
