"""Makes the ES module that AssemblyScript's compiler writes fit for workers; knows its text, not the language."""

import re

from wasmforge.glue.es_module import locate

_LOAD = re.compile(
    r"await \(async url => instantiate\(\n.*?\n  \}\)\(\), (\{.*?\n)\)\)\(new URL\([^\n]*, import\.meta\.url\)\);",
    re.DOTALL,
)


def in_worker(js: str, wasm: str) -> str:
    """The ES module `js` of `--bindings esm`, with the module, the file `wasm` beside it, imported and not fetched.

    Raises ValueError for text that is not what asc writes.
    """
    if not _LOAD.search(js):
        raise ValueError("this is not what asc writes for --bindings esm: nothing there fetches a module")
    loaded = _LOAD.sub(lambda found: f"await instantiate($module, {found[1].rstrip()});", js, count=1)
    return f"// changed by wasmforge, for workers\n{locate(wasm, 'workerd')}{loaded}"
