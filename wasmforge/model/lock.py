"""forge.lock as data: which toolchains a project was built with, per architecture."""

from wasmforge.model.base import Shape


class Locked(Shape, frozen=True, kw_only=True):
    """A toolchain as it was resolved: the kind of origin, and the identity that enters every key."""

    origin: str
    identity: str


class LockFile(Shape, frozen=True, kw_only=True):
    """The whole of forge.lock. `toolchains` maps a name to architectures (`x86_64-linux`) to what was resolved."""

    format: int
    toolchains: dict[str, dict[str, Locked]] = {}
