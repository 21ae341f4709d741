"""Writes the package.json that makes a folder with glue a package; knows file names only."""

import json


def package_json(name: str, *, js: str, types: str) -> str:
    """A package.json for the package `name`, whose ES module is the file `js` and whose declarations are `types`."""
    package = {
        "name": name,
        "version": "0.0.0",
        "type": "module",
        "main": f"./{js}",
        "types": f"./{types}",
        "exports": {".": {"types": f"./{types}", "default": f"./{js}"}, "./*": "./*"},
    }
    return json.dumps(package, indent=2, ensure_ascii=False) + "\n"
