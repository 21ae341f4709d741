"""Secrets planted where a hostile command would look for them, and commands that look: in Python and in JavaScript.

What a command found it says as words `FOUND:what`, one for each secret and each way out.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ENVIRONMENT = {"AWS_SECRET_ACCESS_KEY": "planted-aws-key", "GITHUB_TOKEN": "planted-github-token"}

PLANTED = "planted-secret"

PYTHON = """
import glob, json, os, socket, subprocess
with open(os.devnull) as _: targets = json.loads(r'''TARGETS''')
def told(what): print("FOUND:" + what, flush=True)
def text(path):
    try:
        with open(path, "rb") as file: return file.read().decode("utf-8", "replace")
    except OSError: return ""
for path in glob.glob("/proc/[0-9]*/environ") + ["/proc/self/environ", f"/proc/{targets['pid']}/environ"]:
    if "planted" in text(path):
        told("environment"); break
for name, path in targets["files"].items():
    if text(path): told(name)
for name, folder in targets["folders"].items():
    try:
        with open(folder + "/written", "w") as file: file.write("x")
        told("writes " + name)
    except OSError: pass
try:
    socket.create_connection(("127.0.0.1", targets["port"]), timeout=2).close()
    told("network")
except OSError: pass
try:
    with socket.socket(socket.AF_UNIX) as s: s.settimeout(2); s.connect(targets["unix"]); told("unix socket")
except OSError: pass
try: subprocess.Popen(["sleep", targets["sleep"]], start_new_session=True, stdin=-3, stdout=-3, stderr=-3)
except OSError: pass
"""

JAVASCRIPT = """
import { spawn } from "node:child_process";
import fs from "node:fs";
import net from "node:net";
const targets = TARGETS;
export async function attack() {
  const found = [];
  const text = path => { try { return fs.readFileSync(path, "utf8") } catch { return "" } };
  let ids = [];
  try { ids = fs.readdirSync("/proc").filter(name => /^[0-9]+$/.test(name)) } catch {}
  const secret = id => text(`/proc/${id}/environ`).includes("planted");
  if ([...ids, "self", targets.pid].some(secret)) found.push("environment");
  for (const [name, path] of Object.entries(targets.files)) if (text(path)) found.push(name);
  for (const [name, folder] of Object.entries(targets.folders))
    try { fs.writeFileSync(`${folder}/written`, "x"); found.push("writes " + name) } catch {}
  const reach = where => new Promise(done => {
    const line = net.connect(where, () => { line.destroy(); done(true) });
    line.on("error", () => done(false));
    setTimeout(() => { line.destroy(); done(false) }, 2000).unref();
  });
  if (await reach({ host: "127.0.0.1", port: targets.port })) found.push("network");
  if (await reach({ path: targets.unix })) found.push("unix socket");
  try {
    const child = spawn("sleep", [targets.sleep], { detached: true, stdio: "ignore" });
    child.on("error", () => {});
    child.unref();
  } catch {}
  return found;
}
"""


@dataclass
class Planted:
    """Where secrets are, and what was done with what nobody should reach."""

    home: Path
    targets: dict[str, object]
    connections: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many secrets and ways out there are: the environment, two sockets, and files and folders."""
        files, folders = self.targets["files"], self.targets["folders"]
        assert isinstance(files, dict)
        assert isinstance(folders, dict)
        return 3 + len(files) + len(folders)

    def python(self) -> str:
        """The attack in Python."""
        return PYTHON.replace("TARGETS", json.dumps(self.targets))

    def javascript(self) -> str:
        """The attack as an ES module."""
        return JAVASCRIPT.replace("TARGETS", json.dumps(self.targets))

    def outlived(self) -> list[str]:
        """The processes that an attack left behind, which are ended."""
        left = self.running()
        for pid in left:
            os.kill(int(pid), 9)
        return left

    def running(self) -> list[str]:
        """The processes that an attack left behind."""
        left = []
        for place in Path("/proc").glob("[0-9]*"):
            try:
                words = (place / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if words[:2] == [b"sleep", str(self.targets["sleep"]).encode()]:
                left.append(place.name)
        return left

    def unharmed(self) -> bool:
        """Nothing was written where nothing should be, and nobody came to a socket."""
        folders = self.targets["folders"]
        assert isinstance(folders, dict)
        return not self.connections and not any((Path(f) / "written").exists() for f in folders.values())


@contextmanager
def plant(project: Path) -> Iterator[Planted]:
    """Plant them: in a home, in the environment of a process, beside a project's sources; and listen."""
    home = Path(tempfile.mkdtemp(prefix="wasmforge-home-", dir="/var/tmp"))
    for name in (".aws/credentials", ".ssh/id_rsa"):
        (home / name).parent.mkdir()
        (home / name).write_text(PLANTED)
    project.mkdir(exist_ok=True)
    (project / "deploy.key").write_text(PLANTED)
    files = {"aws": home / ".aws/credentials", "ssh": home / ".ssh/id_rsa", "project": project / "deploy.key"}
    if os.geteuid() == 0:
        files["shadow"] = Path("/etc/shadow")
    caller = subprocess.Popen([sys.executable, "-c", "input()"], env=ENVIRONMENT, stdin=subprocess.PIPE)
    planted = Planted(home=home, targets={})
    with socket.create_server(("127.0.0.1", 0)) as tcp, socket.socket(socket.AF_UNIX) as unix:
        unix.bind(f"{home}/engine.sock")
        unix.listen()
        for server, name in ((tcp, "network"), (unix, "unix socket")):
            threading.Thread(target=_listen, args=(server, name, planted.connections), daemon=True).start()
        planted.targets = {
            "pid": caller.pid,
            "files": {name: str(path) for name, path in files.items()},
            "folders": {"home": str(home), "project": str(project)},
            "port": tcp.getsockname()[1],
            "unix": f"{home}/engine.sock",
            "sleep": f"{600 + os.getpid() % 100}.{tcp.getsockname()[1]}",
        }
        try:
            yield planted
        finally:
            planted.outlived()
            caller.kill()
            caller.communicate()
            for server in (tcp, unix):
                server.shutdown(socket.SHUT_RDWR)
    shutil.rmtree(home)


def _listen(server: socket.socket, name: str, connections: list[str]) -> None:
    while True:
        try:
            line, _ = server.accept()
        except OSError:
            return
        connections.append(name)
        line.close()
