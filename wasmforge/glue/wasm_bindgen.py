"""Adapts wasm-bindgen's JavaScript for its target `web`: it loads the module on import."""

import re
from urllib.parse import quote

from wasmforge.glue.es_module import module_location
from wasmforge.glue.js_identifiers import string_literal
from wasmforge.glue.js_interface import Host
from wasmforge.glue.js_templates import READ_ON_WEB

_EXPORTED = re.compile(
    r"^export \{[^}]*?\b([A-Za-z_$][\w$]*) as default\b|^export default ([A-Za-z_$][\w$]*);", re.MULTILINE
)

_SNIPPETS = re.compile(r"""^import .*from ['"](\./snippets/[^'"]*)['"]""", re.MULTILINE)


def autoload(js: str, wasm: str, host: Host = "web") -> str:
    """The ES module `js` with the module, the file `wasm` beside it, loaded at its end.

    Where it lies in a file, as for Node.js, it is read, else fetched; a worker gets it by an import. Raises ValueError
    when `js` has no default export that loads its module, or brings JavaScript files of the crate's own, which are not
    delivered.
    """
    if brought := _SNIPPETS.search(js):
        raise ValueError(f"the crate has a JavaScript file of its own ({brought[1]}), which cannot be delivered yet")
    found = _EXPORTED.search(js)
    if found is None:
        raise ValueError("not the output of wasm-bindgen for its target `web`: no default export")
    load = found[1] or found[2]
    if host == "workerd":
        return _in_worker(js, wasm)
    return f"""{js.rstrip()}

// added by wasmforge: whoever imports this finds the module loaded
const $url = new URL({string_literal("./" + quote(wasm))}, import.meta.url);
{READ_ON_WEB.rstrip()}
await {load}({{ module_or_path: $url.protocol === "file:" ? $read($url) : $url }});
"""


def _in_worker(js: str, wasm: str) -> str:
    """`initSync` takes the compiled module; what would look for it elsewhere is never called."""
    if not re.search(r"\binitSync\b", js):
        raise ValueError("the output of this wasm-bindgen has no `initSync`, which a worker needs")
    imported = module_location(wasm, "workerd")
    return f"""{js.rstrip()}

// added by wasmforge: whoever imports this finds the module loaded
{imported}initSync({{ module: $module }});
"""
