"""Delivered components and their files."""

from wasmforge.model.base import Struct


class DeliveredFile(Struct, frozen=True, kw_only=True):
    """One file in dist: its role and name, SHA-256, and sizes in bytes. `native` describes the
    maker and target of native code (`wasmtime 50 for x86_64-unknown-linux-gnu`); empty for other files.
    """

    role: str
    name: str
    sha256: str
    size: int
    gzip: int
    native: str = ""


class Artifact(Struct, frozen=True, kw_only=True):
    """One component delivered for one target; `run` is the command line that starts it, if any.

    `notes` say what its features require of the host.
    """

    label: str
    component: str
    target: str
    profile: str
    folder: str
    files: tuple[DeliveredFile, ...]
    features: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()
    exports: tuple[str, ...] = ()
    seconds: float = 0.0
    run: str = ""
