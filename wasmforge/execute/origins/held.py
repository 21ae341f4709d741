"""Looks for the files that must come with a program, and tells by their content which ones they are."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from wasmforge.execute.origins.probe import Unfit
from wasmforge.model.toolchain import Origin
from wasmforge.plan.words import expand_one


def held(origin: Origin, scope: Mapping[str, tuple[str, ...]]) -> str:
    """The hash of each file that the origin `holds`, to be added to an identity; '' for none. Raises Unfit."""
    return "".join(f" sha256:{_sha256(Path(expand_one(h.file, scope)), h.why_not)}" for h in origin.holds)


def _sha256(path: Path, why_not: str) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()[:16]
    except OSError:
        raise Unfit(why_not) from None
