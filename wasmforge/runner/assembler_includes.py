"""Finds the files of `.incbin` and `.include` in sources, which no depfile names.

Only the text of the sources is searched, so the file of a directive that macros put together is not found.
"""

import os
import re
from collections.abc import Iterable
from pathlib import Path

_DIRECTIVES = (b"incbin", b".include")

_DIRECTIVE = re.compile(
    rb"""\.(?:incbin\b|include(?=[ \t]*\\?["']))[ \t]*(?:\\?["'](?P<path>[^"'\\\r\n]+))?""",
)


def includes(directory: Path, paths: Iterable[str]) -> tuple[str, ...] | None:
    """The names in such directives of these files, as written; None if there is no such directive.

    An empty tuple: there is one, but its file is unknown.
    """
    names: dict[str, None] = {}
    any_directive = False
    for path in paths:
        try:
            data = (directory / path).read_bytes()
        except OSError:
            continue  # a folder, or the tool moved it
        if any(word in data for word in _DIRECTIVES):
            for directive in _DIRECTIVE.finditer(data):
                any_directive = True
                if directive["path"]:
                    names[os.fsdecode(directive["path"])] = None
    return tuple(names) if any_directive else None
