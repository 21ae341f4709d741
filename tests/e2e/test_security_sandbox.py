"""Hostile commands and tests, held by each kind of sandbox: they find no secret, reach nobody and outlive nothing."""

import json
import os
import platform
import re
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from msgspec import structs

from tests.e2e.test_interrupt import PATIENCE, start, until
from tests.integration.test_node_runtime import built
from tests.support import installed_runtimes, smoke_runs
from tests.support.project import CommandResult, ProjectFixture
from tests.support.sandboxes import KINDS, path_without_bubblewrap, require_sandbox
from tests.support.secrets import ENVIRONMENT, Planted, plant
from tests.support.toy_toolchain import MODULE, WRITE_MODULE, assert_refused, write_toys
from wasmforge import process, smoke
from wasmforge.model.smoke import Expect, Request, Smoke
from wasmforge.sandbox import UNCONFINED, Policy, Sandbox, find_sandbox, run
from wasmforge.sandbox.landlock import CREATE_RULESET
from wasmforge.sandbox.run import confined
from wasmforge.sandbox.seccomp import ARCHITECTURES, NUMBERS

Tell = Callable[[str, object], None]

NEEDS_NODE = pytest.mark.skipif(smoke_runs.NODE is None, reason="there is no node on PATH")

EVERY = ("environment", "aws", "ssh", "project", "writes home", "writes project", "network", "unix socket")

RECIPE = """
format = 1
name = "attack"
toolchain = "shell"
[languages.attack]
[sources]
script = ["*.py"]
[[steps]]
name = "build"
run = ["python", "{sources.script}", "{name}.wasm"]
outputs = { module = "{name}.wasm" }
timeout = 60
"""

COMPONENT = """
format = 1
[build]
targets = ["wasi"]
[components.app]
path = "app"
language = "attack"
recipe = "attack"
kind = "reactor"
"""

WRITES = """
import sys
with open(sys.argv[1], "wb") as file: file.write(b"\\0asm\\1\\0\\0\\0")
"""


@pytest.fixture
def planted(project: ProjectFixture) -> Iterator[Planted]:
    """Secrets around the project."""
    with plant(project.root) as found:
        yield found


def environment(kind: str, tmp_path: Path) -> dict[str, str]:
    """Variables with which a build takes this kind of sandbox, and no other; skips the test where it is not here."""
    if kind == "off":
        return {"WASMFORGE_SANDBOX": "off"}
    require_sandbox(kind)
    env = {"WASMFORGE_SANDBOX": "required"}
    if kind == "landlock":
        env["PATH"] = path_without_bubblewrap(str(tmp_path / "bin"))
    return env


def held_or_off(kind: str) -> Sandbox:
    """This kind, or none."""
    return UNCONFINED if kind == "off" else require_sandbox(kind)


def told(record: Tell, what: str, kind: str, planted: Planted, found: int) -> None:
    """Print how much was planted and found."""
    record("summary", f"secrets and ways out, {what}, sandbox {kind}: {planted.count} planted, {found} found")


@pytest.mark.parametrize("kind", [*KINDS, "off"])
def test_an_action_finds_no_secret_and_outlives_nothing(
    project: ProjectFixture, planted: Planted, kind: str, tmp_path: Path, record_property: Tell
) -> None:
    write_toys(project, {})
    project.write(
        {
            "forge.toml": COMPONENT,
            "recipes/attack.toml": RECIPE,
            "app/attack.py": f"import os, sys\nsys.stderr = sys.stdout\n{planted.python()}{WRITES}",
        }
    )
    project.env |= {**environment(kind, tmp_path), **ENVIRONMENT, "HOME": str(planted.home)}
    ended = project.run("build", "-o", "json")
    assert ended.exit == 0, ended.output
    (said,) = [e["output"] for e in ended.events() if e["event"] == "ActionFinished" and e["label"].endswith(":build")]
    found = re.findall(r"FOUND:(.+)", said)
    left = planted.outlived()
    told(record_property, "an action", kind, planted, len(found) + len(left))
    (confined,) = [e for e in ended.events() if e["event"] == "SandboxChosen"]
    assert confined["sandbox"] == ("none" if kind == "off" else kind)
    assert project.dist()["wasi/app/app.wasm"] == MODULE
    if kind == "off":
        assert {*EVERY} <= {*found}
        assert left
        return
    assert (found, left) == ([], [])
    assert planted.unharmed()


@NEEDS_NODE
@pytest.mark.parametrize("kind", [*KINDS, "off"])
def test_glue_in_node_finds_no_secret_and_outlives_nothing(
    planted: Planted, kind: str, tmp_path: Path, record_property: Tell
) -> None:
    sandbox = held_or_off(kind)
    folder = tmp_path / "delivered"
    folder.mkdir()
    module = smoke_runs.assemble(folder, '(module (func (export "f") (result i32) i32.const 0))')
    (folder / "package.json").write_text('{"type": "module"}')
    (folder / "attack.js").write_text(planted.javascript())
    glue = folder / "glue.js"
    glue.write_text(
        'import { attack } from "./attack.js";\nconst found = await attack();\nexport const f = () => found.length;'
    )
    outcome = smoke_runs.run_one(
        smoke_runs.smoke_run("node", module, smoke_runs.call_test("f", returns=0), glue=glue), sandbox=sandbox
    )
    left = planted.outlived()
    count = int((re.findall(r"returned (\d+)", outcome.reason) or ["0"])[0])
    told(record_property, "a test in Node.js", kind, planted, count + len(left))
    if kind == "off":
        assert count == planted.count
        assert left
        return
    assert (outcome.status, outcome.reason, left) == ("passed", "", [])
    assert planted.unharmed()


@NEEDS_NODE
@pytest.mark.parametrize("kind", [*KINDS, "off"])
def test_a_handler_finds_no_secret_and_outlives_nothing(
    planted: Planted, kind: str, tmp_path: Path, record_property: Tell
) -> None:
    sandbox = held_or_off(kind)
    folder = tmp_path / "delivered"
    folder.mkdir()
    module = smoke_runs.assemble(folder, "(module)")
    archive = folder / "app.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        handler = "export const handler = async () => ({ status: '200', body: (await attack()).join() });"
        packed.writestr("index.mjs", f"{planted.javascript()}\n{handler}")
        packed.writestr("package.json", '{"type": "module"}')
    test = Smoke(request=Request(path="/"), expect=Expect(body=""), timeout=20.0)
    of = smoke_runs.smoke_run("lambda-edge", module, test)
    of = structs.replace(of, files={"archive": str(archive)})
    outcome = smoke_runs.run_one(of, sandbox=sandbox)
    left = planted.outlived()
    found = outcome.reason.partition('"')[2].partition('"')[0].split(",") if outcome.reason else []
    told(record_property, "a handler", kind, planted, len(found) + len(left))
    if kind == "off":
        assert "network" in outcome.reason and left, outcome.reason
        return
    assert (outcome.status, outcome.reason, left) == ("passed", "", [])
    assert planted.unharmed()


ESCAPE = """(module
  (import "wasi_snapshot_preview1" "path_symlink" (func $link (param i32 i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_open"
    (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 64) "TOP")
  (data (i32.const 256) "lnk")
  (data (i32.const 512) "lnkREAD")
  (data (i32.const 1024) "lnkWRITE")
  (func (export "_start")
    (drop (call $link (i32.const 64) (i32.const TOP_SIZE) (i32.const 3) (i32.const 256) (i32.const 3)))
    (if (i32.eqz (call $open (i32.const 3) (i32.const 1) (i32.const 512) (i32.const READ_SIZE) (i32.const 0)
        (i64.const 2) (i64.const 0) (i32.const 0) (i32.const 32)))
      (then
        (i32.store (i32.const 0) (i32.const 4096))
        (i32.store (i32.const 4) (i32.const 100))
        (drop (call $read (i32.load (i32.const 32)) (i32.const 0) (i32.const 1) (i32.const 8)))
        (i32.store (i32.const 4) (i32.load (i32.const 8)))
        (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 12)))))
    (drop (call $open (i32.const 3) (i32.const 1) (i32.const 1024) (i32.const WRITE_SIZE) (i32.const 1)
        (i64.const 64) (i64.const 0) (i32.const 0) (i32.const 36)))))
"""
"""Makes a link to the top of the machine in its folder, prints a file through it, and makes another."""


def escaping(folder: Path, planted: Planted) -> Path:
    """A module that reads a secret and writes into the home, with glue for Node.js."""
    words = {"TOP": "../" * 12, "READ": f"{planted.home}/.ssh/id_rsa", "WRITE": f"{planted.home}/written"}
    wat = ESCAPE
    for name, text in words.items():
        wat = wat.replace(f"{name}_SIZE", str(len(text) + (0 if name == "TOP" else 3)))
    for name, text in words.items():
        wat = wat.replace(f'{name}"', f'{text}"')
    folder.mkdir()
    return built(folder, wat)


@NEEDS_NODE
@pytest.mark.parametrize("kind", KINDS)
def test_a_module_leaves_its_folder_in_node_and_reaches_nothing(planted: Planted, kind: str, tmp_path: Path) -> None:
    module = escaping(tmp_path / "delivered", planted)
    (tmp_path / "open").mkdir()
    of = smoke_runs.smoke_run(
        "node", module, Smoke(stdout=""), glue=module.with_suffix(".js"), preopen=tmp_path / "open"
    )
    outcome = smoke_runs.run_one(of, sandbox=require_sandbox(kind))
    assert (outcome.status, outcome.reason) == ("passed", "")
    assert planted.unharmed()


@NEEDS_NODE
def test_a_folder_is_opened_in_node_only_in_a_sandbox(
    planted: Planted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = escaping(tmp_path / "delivered", planted)
    (tmp_path / "open").mkdir()
    of = smoke_runs.smoke_run(
        "node", module, Smoke(stdout=""), glue=module.with_suffix(".js"), preopen=tmp_path / "open"
    )
    outcome = smoke_runs.run_one(of, sandbox=UNCONFINED)
    assert outcome.status == "skipped"
    assert "there is no sandbox: it is switched off" in outcome.reason
    assert planted.unharmed()
    monkeypatch.setattr(Sandbox, "holds", True)  # as if there were one: this is what the walls stand against
    outcome = smoke_runs.run_one(of, sandbox=UNCONFINED)
    assert "planted-secret" in outcome.reason
    assert (planted.home / "written").exists()


SLEEPER = "import subprocess, sys, time\nsubprocess.Popen(['sleep', '{}'], start_new_session=True)\n{}"

ENDS = {
    "success": "",
    "a failure": "sys.exit(3)",
    "a time-out": "time.sleep(600)",
    "a flood": "while True: print('x' * 9999)",
}


@pytest.mark.parametrize("how", ENDS)
@pytest.mark.parametrize("kind", KINDS)
def test_nothing_outlives_a_command_however_it_ends(planted: Planted, kind: str, how: str, tmp_path: Path) -> None:
    script = SLEEPER.format(planted.targets["sleep"], ENDS[how])
    policy = Policy(directory=str(tmp_path), writable=(str(tmp_path),))
    argv = [sys.executable, "-I", "-c", script]
    done = run(require_sandbox(kind), argv, policy, env={"PATH": os.environ["PATH"]}, timeout=2.0, most_output=1 << 20)
    assert (done.timed_out, done.too_much) == (how == "a time-out", how == "a flood"), done.text
    assert planted.outlived() == []


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_outlives_us(planted: Planted, kind: str, tmp_path: Path) -> None:
    """Who is killed cannot end what it started: that must end by itself."""
    script = SLEEPER.format(planted.targets["sleep"], "print('begun', flush=True)\ntime.sleep(600)")
    command = confined(
        require_sandbox(kind),
        [sys.executable, "-I", "-c", script],
        {"PATH": os.environ["PATH"]},
        Policy(directory=str(tmp_path), writable=(str(tmp_path),)),
    )
    starter = (
        "import os, sys\nfrom pathlib import Path\nfrom wasmforge.process import run\n"
        f"run({command.argv!r}, cwd=Path({str(tmp_path)!r}), env={command.env!r},\n"
        f"    fd_contents={command.fd_contents!r}, exit_file={command.exit_file!r}, "
        "timeout=600, supervised=True, on_output=lambda data: (os.write(1, data), None)[1])"
    )
    with subprocess.Popen([sys.executable, "-c", starter], stdout=subprocess.PIPE) as us:  # noqa: S603 - ours
        assert us.stdout is not None
        assert us.stdout.readline() == b"begun\n"
        us.kill()
    deadline = time.monotonic() + 20
    while (left := planted.running()) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert left == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_signal_is_told_as_one(kind: str) -> None:
    done = run(require_sandbox(kind), ["/bin/sh", "-c", "kill -SEGV $$"], Policy(directory="/"), env={}, timeout=20)
    assert done.exit == -11


@pytest.mark.parametrize("kind", KINDS)
def test_calls_of_the_kernel_that_no_tool_needs(kind: str, tmp_path: Path) -> None:
    """The filter in force: keys, other processes' memory, namespaces, devices, and around Landlock by handles."""
    argv = [sys.executable, "-I", "-c", CALLS.replace("NUMBERS", repr({n: NUMBERS[n][COLUMN] for n in TRIED}))]
    policy = Policy(directory=str(tmp_path), writable=(str(tmp_path),))
    done = run(require_sandbox(kind), argv, policy, env={"PATH": os.environ["PATH"]}, timeout=20)
    assert (done.exit, done.text) == (0, "")


TRIED = ("keyctl", "ptrace", "bpf", "unshare", "mount", "io_uring_setup", "open_by_handle_at", "perf_event_open")

COLUMN = [*ARCHITECTURES].index(platform.machine()) if platform.machine() in ARCHITECTURES else 0

CALLS = """
import ctypes, os, stat
libc = ctypes.CDLL(None, use_errno=True)
for name, number in NUMBERS.items():
    ctypes.set_errno(0)
    if libc.syscall(number, 0, 0, 0, 0, 0) != -1 or ctypes.get_errno() != 1: print(name, ctypes.get_errno())
try: os.mknod("disk", 0o600 | stat.S_IFBLK, os.makedev(8, 0)); print("made a device")
except PermissionError: pass
with open("/proc/self/status") as file: lines = file.readlines()
held = [line.split()[1] for line in lines if line.startswith(("CapEff", "CapPrm"))]
if any(int(word, 16) for word in held): print("has capabilities", held)
"""


def test_what_is_required_and_not_there_ends_the_build_before_anything_is_run(
    project: ProjectFixture, tmp_path: Path
) -> None:
    """A machine without either: no bwrap on PATH, and a kernel that a filter makes look like one without Landlock."""
    write_toys(
        project, {"toy": f"touch /var/tmp/{tmp_path.parent.name}-ran; {WRITE_MODULE}"}, head='sandbox = "required"\n'
    )
    ended = without_any(project, tmp_path, "build")
    assert_refused(
        ended, 3, "sandbox: none works on this machine", "no bwrap on PATH", "landlock: ", "install bubblewrap"
    )
    assert not (project.root / "dist/wasi").exists()
    ended = without_any(project, tmp_path, "doctor")
    assert "none works" not in ended.output and "no bwrap on PATH" in ended.output
    write_toys(project, {"toy": WRITE_MODULE})
    ended = without_any(project, tmp_path, "build")
    assert ended.exit == 0, ended.output
    assert ended.output.count("Sandbox none: bubblewrap: no bwrap on PATH; landlock: ") == 1
    ended = without_any(project, tmp_path, "build")
    assert ended.output.count("Sandbox none: bubblewrap: no bwrap on PATH; landlock: ") == 1
    assert_refused(without_any(project, tmp_path, "build", "--sandbox", "required"), 3, "none works on this machine")


def without_any(project: ProjectFixture, tmp_path: Path, *words: str) -> CommandResult:
    """Run the command line on such a machine."""
    script = WITHOUT.replace("NUMBER", str(CREATE_RULESET)).replace("WORDS", repr(words))
    project.trust()
    env = {**os.environ, "WASMFORGE_CACHE": str(project.cache), "COLUMNS": "100", **project.env}
    env["PATH"] = path_without_bubblewrap(str(tmp_path / "bin"))
    done = process.run([sys.executable, "-c", script], cwd=project.root, env=env, timeout=120)
    return CommandResult(exit=done.exit, output=done.text)


WITHOUT = """
import ctypes, os, struct, sys
code = [(0x20, 0, 0, 0), (0x15, 0, 1, NUMBER), (6, 0, 0, 0x50026), (6, 0, 0, 0x7fff0000)]
program = b"".join(struct.pack("=HBBI", *one) for one in code)
libc = ctypes.CDLL(None)
libc.prctl(38, 1, 0, 0, 0)
held = ctypes.create_string_buffer(program, len(program))
assert libc.prctl(22, 2, ctypes.c_char_p(struct.pack("@HP", len(code), ctypes.addressof(held))), 0, 0) == 0
os.execv(sys.executable, [sys.executable, "-m", "wasmforge", *WORDS])
"""


def test_a_project_cannot_take_back_what_its_user_asks_for(project: ProjectFixture) -> None:
    write_toys(project, {"toy": WRITE_MODULE}, head='sandbox = "off"\n')
    ended = project.run("build")
    assert ended.exit == 0, ended.output
    assert "Sandbox none: forge.toml switches it off" in ended.output
    again = project.run("build")
    assert "Sandbox none: forge.toml switches it off" in again.output
    if find_sandbox("auto").holds:
        (confined,) = [e for e in project.build("--sandbox", "required").events() if e["event"] == "SandboxChosen"]
        assert confined["sandbox"] == find_sandbox("auto").kind
    assert_refused(project.run("build", WASMFORGE_SANDBOX="maybe"), 2, "'maybe' is none of auto, required, off")
    assert json.loads(project.dist()["manifest.json"])["artifacts"]["wasi/toy"]["sandbox"] == find_sandbox("auto").kind


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
@pytest.mark.parametrize("kind", KINDS)
def test_nothing_outlives_a_build_that_is_interrupted(
    project: ProjectFixture, planted: Planted, kind: str, number: signal.Signals, tmp_path: Path
) -> None:
    """A compiler with a child that left its session, and neither ends when asked to."""
    sleep = f"sleep {planted.targets['sleep']}"
    write_toys(project, {"toy": f"trap '' TERM INT HUP; setsid {sleep} & {sleep}; {WRITE_MODULE}"})
    project.env |= environment(kind, tmp_path)
    build = start(project, "build")
    until(lambda: len(planted.running()) == 2)
    build.send_signal(number)
    build.communicate(timeout=PATIENCE)
    until(lambda: not planted.running())
    assert build.returncode == (-number if number == signal.SIGKILL else 130)


SERVED = """
const targets = { port: PORT };
export default { async fetch() {
  try { await fetch(`http://127.0.0.1:${targets.port}/`); return new Response("reached") }
  catch { return new Response("alone") }
} };
"""


@pytest.mark.toolchains
@pytest.mark.parametrize("kind", KINDS)
def test_a_worker_reaches_nobody(planted: Planted, kind: str, tmp_path: Path) -> None:
    context = structs.replace(installed_runtimes.require_runtimes("workerd"), sandbox=require_sandbox(kind))
    folder = tmp_path / "delivered"
    folder.mkdir()
    module = smoke_runs.assemble(folder, "(module)")
    (folder / "glue.js").write_text("export {}")
    (folder / "worker.mjs").write_text(SERVED.replace("PORT", str(planted.targets["port"])))
    files = {"worker": str(folder / "worker.mjs"), "glue": str(folder / "glue.js")}
    test = Smoke(request=Request(path="/"), expect=Expect(body="alone"), timeout=20.0)
    of = structs.replace(smoke_runs.smoke_run("workerd", module, test, glue=folder / "glue.js"), files=files)
    (outcome,) = smoke.run([of], context, workers=1, emit=lambda _: None)
    assert (outcome.status, outcome.reason) == ("passed", "")
    assert planted.unharmed()


@pytest.mark.toolchains
@pytest.mark.parametrize("kind", KINDS)
def test_a_page_reaches_nobody_but_us(planted: Planted, kind: str, tmp_path: Path) -> None:
    context = structs.replace(installed_runtimes.require_runtimes("chromium"), sandbox=require_sandbox(kind))
    folder = tmp_path / "delivered"
    folder.mkdir()
    module = smoke_runs.assemble(folder, '(module (func (export "f") (result i32) i32.const 0))')
    glue = folder / "glue.js"
    address = f"http://127.0.0.1:{planted.targets['port']}/"
    glue.write_text(
        f"const reached = await fetch({address!r}, {{ mode: 'no-cors' }}).then(() => 1, () => 0);\n"
        "export const f = () => reached;"
    )
    of = smoke_runs.smoke_run("chromium", module, smoke_runs.call_test("f", returns=0, timeout=20.0), glue=glue)
    (outcome,) = smoke.run([of], context, workers=1, emit=lambda _: None)
    assert (outcome.status, outcome.reason) == ("passed", "")
    assert planted.unharmed()
