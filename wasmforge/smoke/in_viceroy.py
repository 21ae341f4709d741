"""Sends a request to a Fastly program in Viceroy, with the fastly.toml that was delivered."""

import re
from dataclasses import dataclass
from pathlib import Path

from wasmforge.model.smoke import Outcome, Trial
from wasmforge.process import Done
from wasmforge.smoke.in_server import Server, note
from wasmforge.smoke.runtime import perform
from wasmforge.smoke.serving import HOST, free_port
from wasmforge.smoke.wire import Answer, Job

LACKS = re.compile(r"unknown import: `?([\w-]+)::([\w-]+)")


@dataclass(frozen=True, kw_only=True)
class Viceroy(Server):
    """The runtime `viceroy`. It bounds a program's memory by itself, to what Fastly gives: 128 MiB."""

    def run(self, trial: Trial) -> Outcome:
        """Run one trial."""
        manifest = trial.files.get("manifest")

        def launch(job: Job, paper: Path) -> Done:
            assert job.request is not None  # noqa: S101 - no other test comes here
            port = free_port()
            config = ("-C", manifest) if manifest else ()
            words = ("serve", "--addr", f"{HOST}:{port}", *config, job.module)
            done, answer = self.serve(words, job, paper.parent, lambda _: port, job.request)
            note(job, answer or _lacking(job, self.identity()))
            return done

        return perform(trial, launch, glue=False, cancel=self.hands.cancel)


def _lacking(job: Job, viceroy: str) -> Answer | None:
    """What a Viceroy says that is older than the crate which imports something of it."""
    said = "".join(Path(p).read_text("utf-8", "replace") for p in (job.stdout, job.stderr))
    found = LACKS.search(said)
    if found is None:
        return None
    version = " ".join(viceroy.split()[:2])
    what = f"{version} does not provide the import {found[1]}.{found[2]}"
    return Answer(ended="refused", message=f"{what}: take a newer viceroy, or an older crate fastly")
