"""Unpacks the zip for AWS Lambda as AWS does, and gives its handler an event of CloudFront's; runs in Node.js."""

import zipfile
from dataclasses import dataclass
from pathlib import Path

import msgspec

from wasmforge.model.smoke import Outcome, Trial
from wasmforge.process import Done
from wasmforge.smoke.in_node import Node
from wasmforge.smoke.runtime import outcome, perform
from wasmforge.smoke.wire import Job

ENTRY = "index.mjs"


@dataclass(frozen=True, kw_only=True)
class LambdaEdge(Node):
    """The runtime `lambda-edge`: a Node.js whose module is what the zip holds."""

    def run(self, trial: Trial) -> Outcome:
        """Run one trial."""
        archive = trial.files.get("archive")
        if archive is None:
            return outcome(trial, "failed", "no zip was delivered")
        try:
            with zipfile.ZipFile(archive) as packed:
                handler = ENTRY in packed.namelist()
        except (OSError, zipfile.BadZipFile) as e:
            return outcome(trial, "failed", f"{Path(archive).name}: {e}")
        if not handler:
            return outcome(trial, "failed", f"the zip has no {ENTRY}: name a file, options.handler")

        def launch(job: Job, paper: Path) -> Done:
            task = paper.parent / "task"
            with zipfile.ZipFile(archive) as packed:
                packed.extractall(task)
            job = msgspec.structs.replace(job, glue=str(task / ENTRY))
            paper.write_bytes(msgspec.json.encode(job))
            return self._launch(job, paper)

        return perform(trial, launch, glue=True, cancel=self.hands.cancel)
