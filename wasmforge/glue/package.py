"""Writes the package.json that makes a folder with glue a package; knows file names only."""

import json
from collections.abc import Sequence


def package_json(
    name: str,
    *,
    version: str = "0.0.0",
    js: str,
    types: str,
    wasm: str,
    conditions: Sequence[str] = ("default",),
) -> str:
    """A package.json for the package `name`, whose ES module is the file `js` and whose declarations are `types`.

    `conditions` are the hosts that the ES module runs on, in the words of the `exports` field.
    """
    package = {
        "name": name,
        "version": version,
        "type": "module",
        "main": f"./{js}",
        "types": f"./{types}",
        "exports": {".": {"types": f"./{types}", **dict.fromkeys(conditions, f"./{js}")}, "./*": "./*"},
        "files": [js, types, wasm],
        "sideEffects": False,
    }
    return json.dumps(package, indent=2, ensure_ascii=False) + "\n"


def of_variants(package: str, variants: Sequence[str]) -> str:
    """The package.json of one variant made that of all: each has a folder, and none a module beside it."""
    said = json.loads(package)
    said["files"] = [name for name in said["files"] if not name.endswith(".wasm")] + list(variants)
    return json.dumps(said, indent=2, ensure_ascii=False) + "\n"
