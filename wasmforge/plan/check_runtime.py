"""Checks what a runtime's file says: its tool is one, its words mention what there is, its expressions are regular."""

import re
from collections.abc import Iterator

from wasmforge.errors import Problem, did_you_mean
from wasmforge.model.catalog import Catalog
from wasmforge.model.runtime import RuntimeFile
from wasmforge.plan.words import BadWordError, mentioned

WORDS = ("file", "args", "env", "folder", "pages", "bytes", "threads")
"""What the words of a command-line runtime may mention."""


def check_runtime(runtime: RuntimeFile, catalog: Catalog) -> Iterator[Problem]:
    """Every mistake of one runtime."""
    where = f"runtime {runtime.name}"
    toolchain = catalog.toolchains.get(runtime.toolchain or "")
    if runtime.toolchain and toolchain is None:
        yield _unknown(f"{where}: toolchain", "toolchain", runtime.toolchain, list(catalog.toolchains))
    if runtime.driver == "command-line":
        if toolchain is None and not runtime.toolchain:
            hint = "name its toolchain and tool"
            yield Problem(where=f"{where}: toolchain", what="a command line starts with a tool", hint=hint)
        yield from _words(where, runtime)


def _words(where: str, runtime: RuntimeFile) -> Iterator[Problem]:
    for key, words, names in (("command", runtime.command, WORDS), ("call", runtime.call, (*WORDS, "function"))):
        if key in runtime.tests and not words:
            what = "it is to run such tests and has no words for them"
            yield Problem(where=f"{where}: {key}", what=what, hint=f'{key} = ["{{file}}", …]')
        try:
            said = mentioned(words)
        except BadWordError as e:
            yield Problem(where=f"{where}: {key}", what=str(e))
        else:
            yield from (_unknown(f"{where}: {key}", "name", n, list(names)) for n in said if n not in names)
    for key in ("trap", "lacks", "refused", "result"):
        try:
            re.compile(getattr(runtime.says, key))
        except re.error as e:
            yield Problem(where=f"{where}: says.{key}", what=f"no regular expression: {e}")


def _unknown(where: str, word: str, name: str, known: list[str]) -> Problem:
    return Problem(where=where, what=f"unknown {word} {name!r}", hint=did_you_mean(name, known))
