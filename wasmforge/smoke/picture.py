"""Takes a picture of the page of a test that failed, which runs it once more: what it drew, and why it failed."""

import re
import tempfile
from collections.abc import Sequence
from pathlib import Path

from wasmforge import process
from wasmforge.model.smoke import Trial
from wasmforge.process import Cancel
from wasmforge.smoke.desk import Desk
from wasmforge.smoke.headless import at, headless
from wasmforge.smoke.prepare import PAGE, title
from wasmforge.smoke.wire import Job

LOOK = 5000
"""Milliseconds, as the page counts them, until the picture is taken."""

TIMEOUT = 60.0
"""Seconds for all of it; a page that hangs gives no picture."""


def named(trial: Trial) -> str:
    """A file name that says which test it was."""
    words = f"{trial.component} {trial.target} {trial.variant} {title(trial.smoke)}"
    return re.sub(r"[^A-Za-z0-9]+", "-", words).strip("-").lower()[:100] + ".png"


def take(tool: Sequence[str], job: Job, glue: Path, file: Path, cancel: Cancel) -> Path | None:
    """Lay the picture at `file`; None where there is none."""
    desk = Desk()
    try:
        with tempfile.TemporaryDirectory(prefix="wasmforge-picture-", ignore_cleanup_errors=True) as room:
            folder = Path(room)
            shot = folder / "page.png"
            page = f"{desk.url}-/frame#{desk.give(job, glue.parent, glue.name)}"
            how = (f"--screenshot={shot}", "--window-size=800,600", f"--virtual-time-budget={LOOK}")
            command = (*headless(tool, folder, min(job.memory // PAGE, 65536)), *how, page)
            process.run(command, cwd=folder, env=at(folder), timeout=TIMEOUT, cancel=cancel)
            if not shot.is_file():
                return None
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(shot.read_bytes())
            return file
    except OSError:
        return None
    finally:
        desk.close()
