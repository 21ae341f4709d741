"""Runs tests in workerd: calls in a worker of ours that imports the ES module, requests in the component's own."""

import base64
import json
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from wasmforge.model.smoke import Outcome, Trial
from wasmforge.process import Done
from wasmforge.smoke.in_node import HERE
from wasmforge.smoke.in_server import Server, note
from wasmforge.smoke.prepare import PAGE
from wasmforge.smoke.runtime import outcome, perform
from wasmforge.smoke.serving import HOST
from wasmforge.smoke.wire import Answer, Asked, Job

DATE = "2026-01-01"
"""The compatibility date: what workers may rely on."""

KINDS = {".js": "esModule", ".mjs": "esModule", ".wasm": "wasm"}

CONFIG = """using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (v8Flags = ["--wasm-max-mem-pages=%d"], services = [(name = "main", worker = .worker)],
  sockets = [(name = "http", address = "%s:0", http = (), service = "main")]);
const worker :Workerd.Worker = (compatibilityDate = "%s", modules = [
%s
]);
"""

RUNNER = "wasmforge-runner.mjs"

LISTENS = re.compile(r'"event":"listen"[^\n]*"port":(\d+)')


@dataclass(frozen=True, kw_only=True)
class Workerd(Server):
    """The runtime `workerd`. It takes a free port by itself and says which. V8 bounds memories, as in Node.js."""

    def run(self, trial: Trial) -> Outcome:
        """Run one trial."""
        asks = trial.smoke.request is not None
        if trial.glue is None:
            return outcome(trial, "failed", f"{Path(trial.module).name} has no JavaScript glue to import")
        if asks and "worker" not in trial.files:
            return outcome(trial, "failed", "there is no worker to ask: name its file, options.worker")
        base = Path(trial.glue).parent
        entry = Path(trial.files["worker"]).relative_to(base).as_posix() if asks else RUNNER

        def launch(job: Job, paper: Path) -> Done:
            folder = paper.parent / "worker"
            names = _lay(trial.files, base, folder)
            if not asks:
                shutil.copyfile(HERE / "workerd_runner.mjs", folder / RUNNER)
                shutil.copyfile(HERE / "call.mjs", folder / "call.mjs")
                names += [RUNNER, "call.mjs"]
            modules = ",\n".join(_module(n) for n in sorted(names, key=lambda n: n != entry))
            (folder / "config.capnp").write_text(CONFIG % (job.memory // PAGE, HOST, DATE, modules))
            words = ("serve", "--control-fd=1", str(folder / "config.capnp"))
            asked = job.request or _calling(job, Path(trial.glue or "").relative_to(base).as_posix())
            done, answer = self.serve(words, job, folder, _port, asked)
            note(job, answer if asks or answer is None or answer.ended != "replied" else _called(answer))
            return done

        return perform(trial, launch, glue=True, cancel=self.hands.cancel)


def _lay(files: Mapping[str, str], base: Path, folder: Path) -> list[str]:
    """Copy what a worker can import into `folder`; the names there."""
    names: list[str] = []
    for file in dict.fromkeys(Path(f) for f in files.values()):
        if file.suffix in KINDS and file.is_relative_to(base) and not file.name.endswith(".d.ts"):
            name = file.relative_to(base).as_posix()
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, folder / name)
            names.append(name)
    return names


def _module(name: str) -> str:
    said = json.dumps(name)
    return f"  (name = {said}, {KINDS[Path(name).suffix]} = embed {said})"


def _port(said: str) -> int | None:
    found = LISTENS.search(said)
    return int(found[1]) if found else None


def _calling(job: Job, glue: str) -> Asked:
    """The job itself as a request to our worker."""
    body = msgspec.json.encode(msgspec.structs.replace(job, glue=f"./{glue}"))
    return Asked(method="POST", path="/", headers={}, body=base64.b64encode(body).decode())


def _called(reply: Answer) -> Answer:
    """What our worker answered."""
    body = base64.b64decode(reply.body)
    try:
        return msgspec.json.decode(body, type=Answer)
    except msgspec.DecodeError:
        said = body.decode("utf-8", "replace").strip()[:200]
        return Answer(ended="refused", message=f"workerd answered with status {reply.status}: {said}")
