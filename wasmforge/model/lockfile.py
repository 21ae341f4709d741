"""forge.lock as data: which toolchains a project was built with, per architecture; which sources it fetched."""

from wasmforge.model.base import TomlStruct
from wasmforge.model.fetch import LockedSource


class Locked(TomlStruct, frozen=True, kw_only=True):
    """A toolchain as it was resolved: the kind of origin, and the identity that enters every key."""

    origin: str
    identity: str


class LockFile(TomlStruct, frozen=True, kw_only=True):
    """The whole of forge.lock. `toolchains` maps a name to architectures (`x86_64-linux`) to what was resolved.

    `fetched` maps a component to the names of its sources to what was fetched.
    """

    format: int
    toolchains: dict[str, dict[str, Locked]] = {}
    fetched: dict[str, dict[str, LockedSource]] = {}
