"""Sends a request to a Fastly program in Viceroy, with the fastly.toml that was delivered."""

from dataclasses import dataclass
from pathlib import Path

from wasmforge.model.smoke import Outcome, Trial
from wasmforge.process import Done
from wasmforge.smoke.in_server import Server, note
from wasmforge.smoke.runtime import perform
from wasmforge.smoke.serving import HOST, free_port
from wasmforge.smoke.wire import Job


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
            note(job, answer)
            return done

        return perform(trial, launch, glue=False, cancel=self.hands.cancel)
