"""Adapts the ES module of AssemblyScript's compiler to workers."""

import re

from wasmforge.glue.es_module import module_location

_LOAD = re.compile(
    r"await \(async url => instantiate\(\n.*?\n  \}\)\(\), (\{.*?\n)\)\)\(new URL\([^\n]*, import\.meta\.url\)\);",
    re.DOTALL,
)


def for_worker(js: str, wasm: str) -> str:
    """The ES module `js` of `--bindings esm`, which imports the module `wasm` beside it instead of fetching it.

    Raises ValueError if asc did not write it.
    """
    if not _LOAD.search(js):
        raise ValueError("not the output of asc --bindings esm: no code that fetches a module")
    loaded = _LOAD.sub(lambda match: f"await instantiate($module, {match[1].rstrip()});", js, count=1)
    return f"// changed by wasmforge, for workers\n{module_location(wasm, 'workerd')}{loaded}"
