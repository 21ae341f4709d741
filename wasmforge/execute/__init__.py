"""HANDS that work: the one loop, the store, executors, toolchains, delivery."""

from wasmforge.execute.deliver import deliver, tidy
from wasmforge.execute.judge import Judge
from wasmforge.execute.loop import Ran, run
from wasmforge.execute.places import Places
from wasmforge.execute.store import Store
from wasmforge.execute.tools import Tools

__all__ = ["Judge", "Places", "Ran", "Store", "Tools", "deliver", "run", "tidy"]
