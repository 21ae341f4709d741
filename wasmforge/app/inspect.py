"""Reads a module, or native code: facts, sizes, and the features a module needs."""

from pathlib import Path

from wasmforge import config
from wasmforge.app.catalog import open_cache_dirs, resolver
from wasmforge.app.workspace import EventSink
from wasmforge.contracts.read import gzip_size, read_aot, read_file, read_module
from wasmforge.contracts.validator import Validator
from wasmforge.errors import ForgeError, Problem
from wasmforge.model.aot import AotCode
from wasmforge.model.base import Struct
from wasmforge.model.module import Module
from wasmforge.model.vocabulary import FEATURES
from wasmforge.process import CancelToken
from wasmforge.store.open_cache import open_store


class ModuleInfo(Struct, frozen=True, kw_only=True):
    """A module's facts, its gzip size in bytes, and the features it needs."""

    module: Module
    gzip: int
    features: tuple[str, ...]


class AotInfo(Struct, frozen=True, kw_only=True):
    """The header of native code, its size and gzip size in bytes."""

    native: AotCode
    size: int
    gzip: int


def inspect(path: Path, emit: EventSink) -> ModuleInfo | AotInfo:
    """Read a module and find the smallest set of features it is valid under; of native code, read the header."""
    import hashlib

    data = read_file(path)
    if native := read_aot(data):
        return AotInfo(native=native, size=len(data), gzip=gzip_size(data))
    module = read_module(path, data)
    features: tuple[str, ...] = ()
    if module.layer == "core":
        cache_dirs = open_cache_dirs(emit)
        toolchain = resolver(None, config.load_catalog(None), None, emit, cache_dirs).toolchain("wasm-tools")
        validator = Validator(toolchain, open_store(cache_dirs), CancelToken())
        digest = hashlib.sha256(data).hexdigest()
        verdict = validator.verdict(path, digest, FEATURES)
        if not verdict.valid:
            raise ForgeError(Problem(where=str(path), what=f"not valid: {verdict.output.strip()}"))
        features = validator.used_features(path, digest, FEATURES)
    return ModuleInfo(module=module, gzip=gzip_size(data), features=features)
