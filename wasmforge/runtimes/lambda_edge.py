"""The driver for Lambda@Edge: unpacks the zip as AWS does and calls its handler with a CloudFront event, in Node.js."""

import zipfile
from dataclasses import dataclass
from pathlib import Path

import msgspec

from wasmforge.runtimes.node import Node
from wasmforge.runtimes.protocol import Answer, Job

ENTRY = "index.mjs"


@dataclass(frozen=True, kw_only=True)
class LambdaEdge(Node):
    """The runtime `lambda-edge`: Node.js with the module that is in the zip."""

    uses_glue: bool = False

    def run(self, job: Job, folder: Path) -> Answer:
        """Unpack the zip into the folder, and call its handler."""
        archive = job.files.get("archive")
        if archive is None:
            return Answer(ended="refused", message="no zip was delivered")
        unpacked = folder / "task"
        try:
            with zipfile.ZipFile(archive) as archive_file:
                if ENTRY not in archive_file.namelist():
                    return Answer(ended="refused", message=f"the zip has no {ENTRY}: name a file, options.handler")
                archive_file.extractall(unpacked)
        except (OSError, zipfile.BadZipFile) as e:
            return Answer(ended="refused", message=f"{Path(archive).name}: {e}")
        job = msgspec.structs.replace(job, glue=str(unpacked / ENTRY), handles=job.load)
        return self._run(job, folder, (str(Path(job.module).parent),))
