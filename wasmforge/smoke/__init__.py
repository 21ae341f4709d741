"""Runs delivered artifacts in real runtimes and says whether they do what their tests say."""

from wasmforge.runtimes.context import RunInImage, RuntimeContext
from wasmforge.smoke.result_cache import run_cached
from wasmforge.smoke.run import identity, run, toolchains_of

__all__ = [
    "RunInImage",
    "RuntimeContext",
    "identity",
    "run",
    "run_cached",
    "toolchains_of",
]
