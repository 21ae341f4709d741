"""Writes the files that make a folder a package: package.json, and fastly.toml for Fastly Compute."""

import json
import tomllib
from collections.abc import Sequence

FASTLY_FORMATS = (2, 3)
"""The versions of fastly.toml that the Fastly CLI reads."""


def package_json(
    name: str,
    *,
    version: str = "0.0.0",
    js: str,
    types: str,
    wasm: str,
    data: Sequence[str] = (),
    conditions: Sequence[str] = ("default",),
) -> str:
    """A package.json for the package `name`, whose ES module is the file `js` and whose declarations are `types`.

    `data` are other files that these load.

    `conditions` are the hosts that the ES module runs on, as conditions of the `exports` field.
    """
    package = {
        "name": name,
        "version": version,
        "type": "module",
        "main": f"./{js}",
        "types": f"./{types}",
        "exports": {".": {"types": f"./{types}", **dict.fromkeys(conditions, f"./{js}")}, "./*": "./*"},
        "files": [js, types, wasm, *data],
        "sideEffects": False,
    }
    return json.dumps(package, indent=2, ensure_ascii=False) + "\n"


def package_json_of_variants(package: str, variants: Sequence[str]) -> str:
    """The package.json of one variant, changed for all of them: a folder per variant, and no module beside it."""
    said = json.loads(package)
    said["files"] = [name for name in said["files"] if not name.endswith((".wasm", ".bin"))] + list(variants)
    return json.dumps(said, indent=2, ensure_ascii=False) + "\n"


def fastly_toml(name: str) -> str:
    """A fastly.toml for the package `name`, which is built already: its language is `other`."""
    return f"""# written by wasmforge; a file fastly.toml in the component's folder takes its place
manifest_version = 3
name = {json.dumps(name)}
description = ""
authors = []
language = "other"
"""


def check_fastly_toml(text: str) -> str:
    """The text of the user's own fastly.toml, unchanged. Raises ValueError if the Fastly CLI would reject it."""
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"fastly.toml: {error}") from None
    version = content.get("manifest_version")
    if version not in FASTLY_FORMATS or isinstance(version, bool):
        raise ValueError(f"fastly.toml: manifest_version must be 3, not {version!r}")
    if not isinstance(content.get("name"), str) or not content["name"]:
        raise ValueError("fastly.toml: the name of the package is missing: name = …")
    return text
