"""The driver for workerd: our worker imports the ES module for calls; the component's own gets requests."""

import base64
import json
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from wasmforge.model.module import PAGE_BYTES
from wasmforge.runtimes.driver import unanswered
from wasmforge.runtimes.http_exchange import HOST
from wasmforge.runtimes.node import JS
from wasmforge.runtimes.protocol import Answer, HttpRequest, Job
from wasmforge.runtimes.server_driver import ServerDriver

COMPATIBILITY_DATE = "2026-01-01"
"""workerd's compatibility date: which behaviour workers get."""

MODULE_TYPES = {".js": "esModule", ".mjs": "esModule", ".wasm": "wasm", ".bin": "data"}

CONFIG_TEMPLATE = """using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (v8Flags = ["--wasm-max-mem-pages=%d"], services = [(name = "main", worker = .worker)],
  sockets = [(name = "http", address = "%s:0", http = (), service = "main")]);
const worker :Workerd.Worker = (compatibilityDate = "%s", modules = [
%s
]);
"""

RUNNER_NAME = "wasmforge-runner.mjs"

LISTEN_PATTERN = re.compile(r'"event":"listen"[^\n]*"port":(\d+)')


@dataclass(frozen=True, kw_only=True)
class Workerd(ServerDriver):
    """The runtime `workerd`. It takes a free port by itself and says which. V8 bounds memories, as in Node.js."""

    uses_glue: bool = True

    def run(self, job: Job, folder: Path) -> Answer:
        """Start the worker, and send it the job or the request."""
        if job.request and "worker" not in job.files:
            return Answer(ended="refused", message="no worker was delivered: name its file, options.worker")
        glue = Path(job.glue or "")
        base, worker_folder = glue.parent, folder / "worker"
        worker = Path(job.files["worker"]).relative_to(base).as_posix() if "worker" in job.files else ""
        names = _copy_modules(job.files, base, worker_folder)
        if not job.request:
            shutil.copyfile(JS / "workerd_runner.mjs", worker_folder / RUNNER_NAME)
            shutil.copyfile(JS / "call.mjs", worker_folder / "call.mjs")
            names += [RUNNER_NAME, "call.mjs"]
        entry = worker if job.request else RUNNER_NAME
        modules = ",\n".join(_module(n) for n in sorted(names, key=lambda n: n != entry))
        (worker_folder / "config.capnp").write_text(
            CONFIG_TEMPLATE % (job.memory // PAGE_BYTES, HOST, COMPATIBILITY_DATE, modules)
        )
        arguments = ("serve", "--control-fd=1", str(worker_folder / "config.capnp"))
        request = job.request or _job_request(job, glue.name, worker if job.load else "")
        result, answer = self.serve(arguments, job, worker_folder, _find_port, request, ())
        if answer is None:
            return unanswered(self.file.name, job, result)
        return answer if job.request or answer.ended != "replied" else _decode_answer(answer)


def _copy_modules(files: Mapping[str, str], base: Path, folder: Path) -> list[str]:
    """Copy what a worker can import into `folder`; the names there."""
    names: list[str] = []
    for file in dict.fromkeys(Path(f) for f in files.values()):
        if file.suffix in MODULE_TYPES and file.is_relative_to(base) and not file.name.endswith(".d.ts"):
            name = file.relative_to(base).as_posix()
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, folder / name)
            names.append(name)
    return names


def _module(name: str) -> str:
    quoted = json.dumps(name)
    return f"  (name = {quoted}, {MODULE_TYPES[Path(name).suffix]} = embed {quoted})"


def _find_port(output: str) -> int | None:
    matches = LISTEN_PATTERN.search(output)
    return int(matches[1]) if matches else None


def _job_request(job: Job, glue: str, worker: str) -> HttpRequest:
    """The job itself as a request to our worker, with the component's own worker when that is to be loaded too."""
    fields = msgspec.to_builtins(msgspec.structs.replace(job, glue=f"./{glue}"))
    body = msgspec.json.encode({**fields, "worker": f"./{worker}" if worker else None})
    return HttpRequest(method="POST", path="/", headers={}, body=base64.b64encode(body).decode())


def _decode_answer(reply: Answer) -> Answer:
    """The answer in the body that our worker sent."""
    body = base64.b64decode(reply.body)
    try:
        return msgspec.json.decode(body, type=Answer)
    except msgspec.DecodeError:
        text = body.decode("utf-8", "replace").strip()[:200]
        return Answer(ended="refused", message=f"workerd answered with status {reply.status}: {text}")
