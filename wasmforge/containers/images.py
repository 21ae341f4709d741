"""Builds and pulls images, and reports progress."""

import io
import re
import tarfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from wasmforge.containers.engine import Engine, engine_errors
from wasmforge.containers.host_config import HostConfig, codename, overlay
from wasmforge.containers.image_files import DIGEST_LABEL, context_files, folder_digest, image_of
from wasmforge.errors import did_you_mean, machine_error, usage_error
from wasmforge.model.events import Event, ImageOutput, ImageReady, ImageStep
from wasmforge.process import BoundedOutput

STEP = re.compile(r"^Step (\d+/\d+) : (.*)")
COLOR = re.compile(r"\x1b\[[0-9;]*m")

EventSink = Callable[[Event], None]


class ImageError(Exception):
    """A step of a Dockerfile or a pull failed; `output` is what the step printed."""

    def __init__(self, reason: str, output: str) -> None:
        super().__init__(reason)
        self.output = output


def build_image(
    engine: Engine,
    toolchain: str,
    folder: Path,
    image: str,
    *,
    base: str | None = None,
    stage: str | None = None,
    known: HostConfig,
    fresh: bool = False,
    emit: EventSink,
) -> str:
    """Build the Dockerfile in `folder` as `image`; return its id. Raises ImageError when a step fails.

    `base` replaces the image that the Dockerfile begins with. `stage` is the last stage to build (default: all).
    `known` has the mirrors, proxies and certificates of the host. `fresh` ignores the engine's cache of steps.
    """
    started = time.monotonic()
    if stage and stage not in (stages := _stages(folder)):
        raise usage_error(
            f"the Dockerfile has no stage {stage!r}",
            where=f"toolchain {toolchain}",
            hint=did_you_mean(stage, stages),
        )
    base = base or _default_base(folder)
    if base and image_of(engine, base) is None:
        _pull_base(engine, toolchain, base, emit)
    files = {f"host/{name}": data for name, data in overlay(known, _suite(engine, base) if base else "").items()}
    files.update({"cargo/config.toml": known.cargo} if known.cargo else {})
    with engine_errors(engine):
        said = engine.api.build(
            fileobj=_context(folder, files),
            custom_context=True,
            tag=image,
            buildargs={**({"BASE": base} if base else {}), **known.proxies},
            labels={DIGEST_LABEL: folder_digest(folder)},
            network_mode="host",  # a proxy may listen on this machine alone
            target=stage or "",
            nocache=fresh,
            rm=True,
            forcerm=True,
            decode=True,
        )
        _follow(said, toolchain, emit)
    return _ready(engine, toolchain, image, started, emit)


def pull_image(engine: Engine, toolchain: str, image: str, *, source: str | None, emit: EventSink) -> str:
    """Pull `image`, or `source` to be known as `image` from then on; return its id."""
    started = time.monotonic()
    _pull(engine, toolchain, source or image, emit)
    if source:
        with engine_errors(engine):
            engine.api.tag(source, *_name_and_tag(image))
    return _ready(engine, toolchain, image, started, emit)


def _ready(engine: Engine, toolchain: str, image: str, started: float, emit: EventSink) -> str:
    description = image_of(engine, image)
    if description is None:
        raise machine_error(f"has no image {image} although it reported success", where="container engine")
    seconds = time.monotonic() - started
    emit(ImageReady(toolchain=toolchain, image=image, identity=str(description["Id"]), seconds=seconds))
    return str(description["Id"])


def _default_base(folder: Path) -> str:
    """The default base image of a Dockerfile, from `ARG BASE=…`; empty if it has none."""
    match = re.search(r"^ARG BASE=(\S+)$", (folder / "Dockerfile").read_text("utf-8"), re.MULTILINE)
    return match[1] if match else ""


def _pull_base(engine: Engine, toolchain: str, base: str, emit: EventSink) -> None:
    try:
        _pull(engine, toolchain, base, emit)
    except ImageError as e:
        raise machine_error(
            f"the base image {base} is not here and cannot be pulled: {e}",
            where=f"toolchain {toolchain}",
            hint="name another with --base, or make one from a package mirror: see docs/containers.md",
        ) from None


def _stages(folder: Path) -> list[str]:
    """The names of the stages of a Dockerfile."""
    return re.findall(r"^FROM \S+ AS (\S+)$", (folder / "Dockerfile").read_text("utf-8"), re.MULTILINE)


def _suite(engine: Engine, base: str) -> str:
    """The Debian release of an image, such as `trixie`; empty if it is not Debian."""
    import docker

    with engine_errors(engine):
        created = engine.api.create_container(base, ["true"], labels={})
        try:
            chunks, _ = engine.api.get_archive(created["Id"], "/usr/lib/os-release")
            with tarfile.open(fileobj=io.BytesIO(b"".join(chunks))) as tar:
                file = tar.extractfile(tar.getmembers()[0])
                text = file.read().decode("utf-8", "replace") if file else ""
        except docker.errors.NotFound:
            return ""
        finally:
            engine.api.remove_container(created["Id"], v=True, force=True)
    return codename(text) if re.search(r"^ID=\"?debian\"?$", text, re.MULTILINE) else ""


def _context(folder: Path, more: dict[str, bytes]) -> io.BytesIO:
    """The build context as a tar: the Dockerfile's folder and the host's files. Equal inputs give equal bytes."""
    files = {p.relative_to(folder).as_posix(): (p.read_bytes(), p.stat().st_mode) for p in context_files(folder)}
    files.update({name: (data, 0o644) for name, data in sorted(more.items())})
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for folder_name in sorted({str(p) for name in files for p in Path(name).parents if str(p) != "."}):
            entry = tarfile.TarInfo(folder_name)
            entry.type, entry.mode = tarfile.DIRTYPE, 0o755
            tar.addfile(entry)
        for name, (data, mode) in files.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(data), 0o755 if mode & 0o111 else 0o644
            tar.addfile(entry, io.BytesIO(data))
    out.seek(0)
    return out


def _follow(progress: Iterator[dict[str, Any]], toolchain: str, emit: EventSink) -> None:
    """Emit each step and its output. Raises ImageError with the output of the step that failed."""
    tail = BoundedOutput()
    step_name = ""
    for line in progress:
        if "error" in line:
            raise ImageError(_reason(step_name, str(line["error"])), tail.bytes().decode("utf-8", "replace"))
        text = COLOR.sub("", str(line.get("stream", "")))
        if step := STEP.match(text):
            step_name, tail = step[2].strip(), BoundedOutput()
            emit(ImageStep(toolchain=toolchain, what=_short(step_name), progress=step[1]))
        elif text.strip():
            tail.add(text.encode())
            emit(ImageOutput(toolchain=toolchain, output=text))


def _reason(step_name: str, error: str) -> str:
    code = re.search(r"returned a non-zero code: (\d+)", error)
    return (
        f"{_short(step_name)}: exit code {code[1]}" if code else f"{_short(step_name)}: {error}" if step_name else error
    )


def _short(text: str, most: int = 72) -> str:
    text = " ".join(text.split())
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _pull(engine: Engine, toolchain: str, image: str, emit: EventSink) -> None:
    """Pull an image and emit its progress in steps of 10 %. Raises ImageError when the pull fails."""
    import docker

    layers: dict[str, tuple[int, int]] = {}
    reported = -1
    name, tag = _name_and_tag(image)
    with engine_errors(engine):
        try:
            for line in engine.api.pull(name, tag=tag, stream=True, decode=True):
                if "error" in line:
                    raise ImageError(str(line["error"]), "")
                detail = line.get("progressDetail") or {}
                if line.get("status") == "Downloading" and detail.get("total"):
                    layers[str(line["id"])] = (int(detail["current"]), int(detail["total"]))
                    tenth = 10 * sum(c for c, _ in layers.values()) // sum(t for _, t in layers.values())
                    if tenth > reported:
                        reported = tenth
                        emit(ImageStep(toolchain=toolchain, what=f"pull {image}", progress=f"{tenth * 10} %"))
        except docker.errors.APIError as e:
            raise ImageError(str(e.explanation or e), "") from None


def _name_and_tag(image: str) -> tuple[str, str]:
    """The name of an image, and its tag or digest (default: latest)."""
    import docker

    name, tag = docker.utils.parse_repository_tag(image)
    return name, tag or "latest"
