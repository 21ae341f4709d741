"""Checks a runtime file: its driver and toolchain exist, its words mention known names, its patterns are regular
expressions. Returns problems.
"""

import re
from collections.abc import Iterator

from wasmforge.errors import Problem, unknown
from wasmforge.model.catalog import Catalog
from wasmforge.model.drivers import DRIVERS
from wasmforge.model.runtime import RuntimeFile
from wasmforge.plan.recipes.template import TemplateError, mentioned
from wasmforge.plan.runtime_command import CALL_NAMES, COMMAND_NAMES


def check_runtime(runtime: RuntimeFile, catalog: Catalog) -> Iterator[Problem]:
    """Every mistake of one runtime."""
    where = f"runtime {runtime.name}"
    if runtime.driver not in DRIVERS:
        yield unknown("driver", runtime.driver, DRIVERS, where=f"{where}: driver")
    toolchain = catalog.toolchains.get(runtime.toolchain or "")
    if runtime.toolchain and toolchain is None:
        yield unknown("toolchain", runtime.toolchain, catalog.toolchains, where=f"{where}: toolchain")
    if runtime.driver == "command-line":
        if toolchain is None and not runtime.toolchain:
            hint = "name its toolchain and tool"
            yield Problem(where=f"{where}: toolchain", what="a command line starts with a tool", hint=hint)
        yield from _check_words(where, runtime)


def _check_words(where: str, runtime: RuntimeFile) -> Iterator[Problem]:
    for key, words, names in (("command", runtime.command, COMMAND_NAMES), ("call", runtime.call, CALL_NAMES)):
        if key in runtime.tests and not words:
            what = "no words for these tests, which `tests` names"
            yield Problem(where=f"{where}: {key}", what=what, hint=f'{key} = ["{{file}}", …]')
        try:
            names_used = mentioned(words)
        except TemplateError as e:
            yield Problem(where=f"{where}: {key}", what=str(e))
        else:
            yield from (unknown("name", n, names, where=f"{where}: {key}") for n in names_used if n not in names)
    for key in ("trap", "missing_import", "refused", "result"):
        try:
            re.compile(getattr(runtime.output, key))
        except re.error as e:
            yield Problem(where=f"{where}: output.{key.replace('_', '-')}", what=f"not a regular expression: {e}")
