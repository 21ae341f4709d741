"""All mistakes of a project are told in one round, whatever their kinds, and none that only follows from another."""

from pathlib import Path

import pytest

from wasmforge.app.workspace import Settings, Workspace
from wasmforge.errors import ForgeError

FORGE = """\
format = 1
members = ["parts/*", "nowhere/*"]
[build]
profil = "dev"
targets = ["wasi", "wsai"]
[toolchains.zgi]
origin = "path"
[components.typed]
path = "src"
language = "wat"
exports = "f"
features = ["smid"]
needs = ["empty"]
[components.unknown]
path = "src"
language = "wat"
exprots = ["f"]
targets = ["wasi"]
[components.lost]
path = "gone"
language = "wat"
exports = ["f"]
features = ["simd", "bogus"]
targets = ["wasi"]
[components.tested]
path = "src"
language = "wat"
exports = ["f"]
targets = ["wasi"]
options = { keep-nams = true }
[[components.tested.smoke]]
call = "f"
stdout = "x"
[[components.tested.bench]]
call = "g"
[components.limited]
path = "src"
language = "wat"
exports = ["f"]
targets = ["wasi"]
limits = { size = "1 KB?" }
needs = ["typed", "nobody"]
[components.empty]
path = "nothing"
language = "wat"
exports = ["f"]
targets = ["wasi"]
[components.right]
path = "src"
language = "wat"
exports = ["f"]
targets = ["wasi"]
needs = ["typed", "lost"]
"""

MEMBER = """\
format = 1
[build]
dist = "out"
[components.member]
path = "."
language = "what"
kind = "librry"
"""

DUE = (
    "forge.toml:2: members.1: 'nowhere/*' matches no folder with a forge.toml",
    "forge.toml:4: build.profil: unknown key",
    "forge.toml:5: build.targets: unknown target 'wsai'",
    "forge.toml:6: toolchains.zgi: unknown toolchain 'zgi'",
    "forge.toml:11: components.typed.exports: expected a list, got a string",
    "forge.toml:12: components.typed.features: unknown feature 'smid'",
    "forge.toml:17: components.unknown.exprots: unknown key",
    "forge.toml:20: components.lost.path: 'gone': no such folder",
    "forge.toml:23: components.lost.features: unknown feature 'bogus'",
    "forge.toml:30: components.tested.options.keep-nams: recipe 'wat' has no such option",
    "forge.toml:33: components.tested.smoke.0.stdout: only goes with a command, not with `call`",
    "forge.toml:35: components.tested.bench.0.call: 'g' is none of the component's exports",
    "forge.toml:41: components.limited.limits.size: '1 KB?' is not a size",
    "forge.toml:42: components.limited.needs: unknown component 'nobody'",
    "forge.toml:43: components.empty: no source files in nothing/",
    "parts/one/forge.toml:2: build: a member cannot set this",
    "parts/one/forge.toml:6: components.member.language: unknown language 'what'",
    "parts/one/forge.toml:7: components.member.kind: invalid enum value 'librry'",
)


def test_all_kinds_of_mistakes_are_told_at_once_and_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WASMFORGE_CACHE", str(tmp_path / "cache"))
    root = tmp_path / "project"
    files = {"forge.toml": FORGE, "parts/one/forge.toml": MEMBER, "src/a.wat": "(module)", "nothing/README": ""}
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    with pytest.raises(ForgeError) as error:
        Workspace(Settings(start=root), lambda _: None)
    said = [str(problem) for problem in error.value.problems]
    assert [line for line in said if not line.startswith(DUE)] == [], "one that only follows from another"
    assert [next((line for line in said if line.startswith(due)), None) and due for due in DUE] == list(DUE)
    assert said == sorted(said, key=lambda s: (s.startswith("parts"), int(s.split(":")[1])))
