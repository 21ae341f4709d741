"""Runs a failed test once more in a page and takes a picture: what it drew, and why it failed."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from wasmforge.errors import ForgeError
from wasmforge.model.module import PAGE_BYTES
from wasmforge.process import CancelToken
from wasmforge.runtimes.chromium.job_queue import JobQueue
from wasmforge.runtimes.chromium.launch import headless_command, run_browser
from wasmforge.runtimes.protocol import Job
from wasmforge.safe_paths import open_below, read_bounded
from wasmforge.sandbox import Sandbox

VIRTUAL_TIME_MS = 5000
"""Milliseconds of the page's virtual time until the picture is taken."""

TIMEOUT_S = 60.0
"""Seconds for everything; a page that hangs gives no picture."""


def take_screenshot(
    tool: Sequence[str],
    job: Job,
    glue: Path,
    file: Path,
    cancel: CancelToken,
    sandbox: Sandbox,
    readable: tuple[str, ...],
) -> Path | None:
    """Write the picture to `file`, in a folder of the project's state. Returns `file`, or None where it failed."""
    job_queue = JobQueue()
    try:
        with tempfile.TemporaryDirectory(prefix="wasmforge-picture-", ignore_cleanup_errors=True) as temporary:
            folder = Path(temporary)
            shot = folder / "page.png"
            page = f"{job_queue.url}-/frame#{job_queue.submit(job, glue.parent, glue.name)}"
            how = (f"--screenshot={shot}", "--window-size=800,600", f"--virtual-time-budget={VIRTUAL_TIME_MS}")
            pages = min(job.memory // PAGE_BYTES, 65536)
            command = (*headless_command(tool, folder, pages, within=sandbox.kind == "landlock"), *how, page)
            run_browser(sandbox, job_queue.server, command, folder, readable, TIMEOUT_S, cancel)
            if not shot.is_file():
                return None
            pictures, state, root = file.parents[:3]
            with open_below(root, f"{state.name}/{pictures.name}", create=True) as place:
                place.write(file.name, read_bounded(shot))
            return file
    except (OSError, ForgeError):
        return None
    finally:
        job_queue.close()
