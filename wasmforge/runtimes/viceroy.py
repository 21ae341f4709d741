"""The driver for Viceroy: sends a request to a Fastly program, with the fastly.toml that was delivered."""

import re
from dataclasses import dataclass
from pathlib import Path

from wasmforge.runtimes.driver import unanswered
from wasmforge.runtimes.http_exchange import HOST, free_port
from wasmforge.runtimes.protocol import Answer, Job
from wasmforge.runtimes.server_driver import ServerDriver

MISSING_IMPORT_PATTERN = re.compile(r"unknown import: `?([\w-]+)::([\w-]+)")


@dataclass(frozen=True, kw_only=True)
class Viceroy(ServerDriver):
    """The runtime `viceroy`. It bounds a program's memory by itself, to what Fastly gives: 128 MiB."""

    def run(self, job: Job, folder: Path) -> Answer:
        """Serve the program, and send it the request."""
        port, manifest = free_port(), job.files.get("manifest")
        config = ("-C", manifest) if manifest else ()
        arguments = ("serve", "--addr", f"{HOST}:{port}", *config, job.module)
        result, answer = self.serve(arguments, job, folder, lambda _: port, job.request, job.delivered)
        return answer or _missing_import(job, self.identity()) or unanswered(self.file.name, job, result)


def _missing_import(job: Job, viceroy: str) -> Answer | None:
    """The answer where the program imports a function that this Viceroy is too old to have; None where it does not."""
    output = "".join(Path(p).read_text("utf-8", "replace") for p in (job.stdout, job.stderr))
    matches = MISSING_IMPORT_PATTERN.search(output)
    if matches is None:
        return None
    version = " ".join(viceroy.split()[:2])
    what = f"{version} does not provide the import {matches[1]}.{matches[2]}"
    return Answer(ended="refused", message=f"{what}: take a newer viceroy, or an older crate fastly")
