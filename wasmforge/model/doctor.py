"""What a look at this machine and this project came to."""

from typing import Literal

from wasmforge.model.base import Noun


class Check(Noun, frozen=True, kw_only=True):
    """One line of a diagnosis: `wrong` needs the `fix`, `absent` is something that nobody asked for."""

    what: str
    status: Literal["ok", "wrong", "absent"]
    detail: str = ""
    fix: str = ""
