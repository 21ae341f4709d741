"""The result of one check of `doctor`."""

from typing import Literal

from wasmforge.model.base import Struct


class Check(Struct, frozen=True, kw_only=True):
    """One line of a diagnosis: `wrong` needs the `fix`, `absent` is something that nobody asked for."""

    what: str
    status: Literal["ok", "wrong", "absent"]
    detail: str = ""
    fix: str = ""
