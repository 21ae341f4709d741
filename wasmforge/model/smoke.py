"""What a smoke test asks and what came of it; knows no runtime."""

from typing import Literal

from wasmforge.model.base import Noun, Shape

Scalar = bool | int | float | str


class Buffer(Shape, frozen=True, kw_only=True):
    """An argument that lives in linear memory: allocated by the module's own allocator, passed as its address.

    Exactly one of `utf8`, `hex`, `u8`, `i32`, `f32`, `f64` and `size` says what it holds at first
    (`size`: that many zero bytes). What it must hold after the call is said by at most one of the `becomes-*`
    keys, in the same units, or as the SHA-256 of its bytes.
    """

    utf8: str | None = None
    hex: str | None = None
    u8: tuple[int, ...] | None = None
    i32: tuple[int, ...] | None = None
    f32: tuple[float, ...] | None = None
    f64: tuple[float, ...] | None = None
    size: int | None = None
    becomes_utf8: str | None = None
    becomes_hex: str | None = None
    becomes_u8: tuple[int, ...] | None = None
    becomes_i32: tuple[int, ...] | None = None
    becomes_f32: tuple[float, ...] | None = None
    becomes_f64: tuple[float, ...] | None = None
    becomes_sha256: str | None = None


Argument = Scalar | Buffer


class Smoke(Shape, frozen=True, kw_only=True):
    """One smoke test: either `call`s an export or runs the command (`args`, `stdin` in; `stdout`, `exit` out).

    `returns` is compared within `tolerance` (absolute, for floats). `timeout` is in seconds, `memory` in bytes.
    `preopen` is a folder of the component's, seen by the module as `/`, read-only by convention.
    """

    name: str = ""
    call: str | None = None
    args: tuple[Argument, ...] = ()
    returns: Scalar | tuple[Scalar, ...] | None = None
    tolerance: float = 0.0
    env: dict[str, str] = {}
    stdin: str = ""
    stdout: str | None = None
    stderr: str | None = None
    exit: int = 0
    preopen: str | None = None
    timeout: float = 10.0
    memory: int = 256 * 1024 * 1024


class Trial(Noun, frozen=True, kw_only=True):
    """One smoke test of one delivered component in one runtime; paths are absolute."""

    label: str
    component: str
    target: str
    runtime: str
    smoke: Smoke
    module: str
    glue: str | None = None
    preopen: str | None = None


class Outcome(Noun, frozen=True, kw_only=True):
    """What a trial came to. `passed` may be remembered; `skipped` means the runtime is not on this machine."""

    label: str
    component: str
    target: str
    runtime: str
    test: str
    status: Literal["passed", "failed", "skipped"]
    reason: str = ""
    seconds: float = 0.0
    cached: bool = False
