"""Modules and manifests that chance has damaged: each is read or refused in words, soon, and never with a traceback."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from types import FrameType

import pytest
import wasmtime

from tests.support.endurance_settings import PrintLine, configured_count, seeded_random
from tests.unit.wasm.test_malformed import VALID
from wasmforge.cli.main import run
from wasmforge.config.catalog import bundled
from wasmforge.glue.js_interface import HOSTS, js_interface
from wasmforge.wasm import Malformed, read
from wasmforge.wasm.diff import first_difference

pytestmark = pytest.mark.endurance

HANG_S = 20.0
"""Seconds after which one mutant counts as a hang."""

BYTES = (
    *(b"", b"\0", b"\xff" * 5, b"\xff\xff\xff\xff\x0f", b"\x80" * 9 + b"\x01", b"\0asm"),
    *(b"\xc3\x28", b"\x60", b"\x00asm\x0d\0\x01\0"),
)
"""What goes wrong in binaries: zeros, integers that are too long or too large, names that are no UTF-8."""

TOKENS = (
    *("", "\0", "=", "[", "]", "[[", "{", "}", '"', "'''", "#", "\n", ",", ".", "..", "/", "../", "~", "*" * 30),
    *("-1", "nan", "inf", "1e999", "true", "1979-05-27", "\u202e", "\x1b[31m", "\ud7ff", "é", "{x}", "{sources.units}"),
    *("[components]", "[components.a]\n", "path = 1\n", "format = 2\n", "exports = []\n", 'needs = ["matmul"]\n'),
    *("9" * 400, "a" * 9000),
)
"""What goes wrong in TOML: its own signs, types that do not fit, names that lead elsewhere, keys that are repeated."""

MODULE = """
(module $m (type $t (func (param i32 i64) (result f32 f64))) (import "env" "f" (func $f (type $t)))
  (memory (export "memory") 1 2) (table (export "t") 2 funcref) (global $g (mut i32) (i32.const 7))
  (func $start) (start $start) (elem (i32.const 0) $start $f) (data (i32.const 8) "hello\\00")
  (func $inner (export "inner") (param $x i32) (result i32) (local $y v128)
    (block $b (br_if $b (local.get $x)) (drop (memory.grow (i32.const 1))))
    (i32.add (local.get $x) (global.get $g))))
"""


@contextmanager
def bounded(what: str) -> Iterator[None]:
    """Fail where something takes longer than it may."""

    def hang(_number: int, _frame: FrameType | None) -> None:
        raise AssertionError(f"{what}: did not end within {HANG_S:g} s")

    before = signal.signal(signal.SIGALRM, hang)
    signal.setitimer(signal.ITIMER_REAL, HANG_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def damaged(data: bytes, random: Random) -> bytes:
    """A module with a few bytes changed, put in, taken out, cut off or repeated."""
    out = bytearray(data)
    for _ in range(random.randint(1, 4)):
        at = random.randrange(len(out) + 1)
        length = random.choice((1, 1, 2, 8, 64))
        match random.randrange(5):
            case 0 if out:
                out[at % len(out)] ^= 1 << random.randrange(8)
            case 1:
                out[at:at] = random.choice(BYTES)
            case 2:
                del out[at : at + length]
            case 3:
                del out[at:]
            case _:
                out[at:at] = out[at : at + length]
    return bytes(out)


def misspelt(text: str, random: Random) -> str:
    """A manifest with a few tokens put in, lines taken out, repeated, exchanged or cut."""
    lines = text.splitlines(keepends=True)
    for _ in range(random.randint(1, 4)):
        at = random.randrange(len(lines))
        line = lines[at]
        column = random.randrange(len(line) + 1)
        match random.randrange(6):
            case 0:
                lines[at] = line[:column] + random.choice(TOKENS) + line[column:]
            case 1:
                lines[at] = line[:column] + random.choice(TOKENS) + line[column + random.choice((1, 4, 20)) :]
            case 2:
                lines[at] = ""
            case 3:
                lines[at] = line * 2
            case 4:
                other = random.randrange(len(lines))
                lines[at], lines[other] = lines[other], line
            case _:
                key, is_, value = line.partition("=")
                _, _, another = random.choice(lines).partition("=")
                lines[at] = f"{key}={another}" if is_ and another else value or line
    return "".join(lines)


def modules() -> list[bytes]:
    """Whole modules of different shapes: all sections, multi-value, memories, tables, tags, start, data, names."""
    texts = [path.read_text() for path in sorted((bundled() / "samples").rglob("*.wat"))]
    return [VALID, *(bytes(wasmtime.wat2wasm(text)) for text in ("(module)", MODULE, *texts))]


def test_mutated_modules_are_read_or_refused(print_line: PrintLine) -> None:
    wanted, random = configured_count("MODULES", 50_000), seeded_random(5)
    seeds = modules()
    whole = 0
    for number in range(wanted):
        data = damaged(seeds[number % len(seeds)], random)
        with bounded(f"module {number}"):
            try:
                module = read(data)
            except Malformed:
                continue
            finally:
                first_difference(data, seeds[number % len(seeds)])
            whole += 1
            for host in HOSTS:
                try:
                    js_interface(module, "m.wasm", host)
                except ValueError as e:
                    assert type(e) is ValueError  # its word for what can have no glue; UnicodeError is another
    print_line(f"mutated modules: {wanted} tried, {whole} of them whole, 0 tracebacks, 0 hangs")


def test_mutated_modules_at_the_command_line(
    tmp_path: Path, print_line: PrintLine, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted, random = configured_count("MODULES_CHECKED", 300), seeded_random(6)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WASMFORGE_CACHE", str(tmp_path / "cache"))
    seeds = modules()
    for number in range(wanted):
        (tmp_path / "m.wasm").write_bytes(damaged(seeds[number % len(seeds)], random))
        words = ("inspect", "m.wasm") if number % 2 else ("check", "m.wasm", "--target", "wasi")
        _asked(words, f"module {number}", capfd)
    print_line(f"mutated modules through inspect and check: {wanted} tried, 0 tracebacks, 0 hangs")


COMMANDS = (("graph",), ("ci-matrix",), ("recipe", "list"), ("target", "list"))


def test_mutated_manifests_are_read_or_refused(
    tmp_path: Path, print_line: PrintLine, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted, random = configured_count("MANIFESTS", 3_000), seeded_random(7)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WASMFORGE_CACHE", str(tmp_path / "cache"))
    forge = (bundled() / "forge.toml").read_text()
    others = _catalog()
    codes: dict[int, int] = {}
    for number in range(wanted):
        mine = number % 3  # of three, two are forge.toml, and one is a file of the project's own catalog
        (tmp_path / "forge.toml").write_text(misspelt(forge, random) if mine else forge, "utf-8", "surrogatepass")
        name, text = others[number // 3 % len(others)]
        own = tmp_path / name
        own.parent.mkdir(parents=True, exist_ok=True)
        if not mine:
            own.write_text(misspelt(text, random), "utf-8", "surrogatepass")
        code = _asked(COMMANDS[number // 3 % len(COMMANDS)], f"manifest {number}", capfd)
        codes[code] = codes.get(code, 0) + 1
        own.unlink(missing_ok=True)
    ended = ", ".join(f"{times} with exit code {code}" for code, times in sorted(codes.items()))
    print_line(f"mutated manifests: {wanted} tried ({ended}), 0 tracebacks, 0 hangs")


def _catalog() -> list[tuple[str, str]]:
    """Every file of our own catalog, by the name under which a project's own would shadow it."""
    import wasmforge

    package = Path(wasmforge.__file__).parent
    found = []
    for base, kind in ((bundled(), "recipes"), (bundled(), "toolchains"), (package, "targets"), (package, "runtimes")):
        found += [(str(p.relative_to(base)), p.read_text()) for p in sorted((base / kind).rglob("*.toml"))]
    return found


def _asked(words: tuple[str, ...], what: str, capfd: pytest.CaptureFixture[str]) -> int:
    """The exit code of a command that ends in time, as an answer or a refusal, and prints no escape sequence."""
    with bounded(what):
        code = run([*words])
    out, err = capfd.readouterr()
    assert code in (0, 1, 2, 3), f"{what}: exit code {code}\n{err}"
    assert "Traceback" not in out + err, f"{what}: {err}"
    assert "\x1b" not in out + err, what
    return code
