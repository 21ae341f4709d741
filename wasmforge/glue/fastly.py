"""Writes the fastly.toml of a package, or looks at one that a person wrote; knows nothing of what is packed."""

import json
import tomllib

FORMATS = (2, 3)
"""The formats of fastly.toml that the Fastly CLI reads today."""


def fastly_toml(name: str) -> str:
    """A fastly.toml for the package `name`, which is built already: its language is `other`."""
    return f"""# written by wasmforge; a file fastly.toml in the component's folder takes its place
manifest_version = 3
name = {json.dumps(name)}
description = ""
authors = []
language = "other"
"""


def checked(text: str) -> str:
    """The text of a person's own fastly.toml, as it is. Raises ValueError where the Fastly CLI would refuse it."""
    try:
        said = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"fastly.toml: {error}") from None
    version = said.get("manifest_version")
    if version not in FORMATS or isinstance(version, bool):
        raise ValueError(f"fastly.toml: manifest_version must be 3, not {version!r}")
    if not isinstance(said.get("name"), str) or not said["name"]:
        raise ValueError("fastly.toml: it names no package: name = …")
    return text
