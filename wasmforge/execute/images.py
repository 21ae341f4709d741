"""Builds and pulls the images that toolchains come from, and tells how far that is. Knows no actions."""

import io
import re
import tarfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from wasmforge.errors import did_you_mean, machine, usage
from wasmforge.execute.engine import Engine, engine_errors
from wasmforge.execute.host import Host, codename, overlay
from wasmforge.execute.origins.container import RECIPE, context_files, folder_digest, image_of
from wasmforge.execute.perform import ActionFailedError
from wasmforge.model.events import Event, ImageOutput, ImageReady, ImageStep
from wasmforge.process import Tail

STEP = re.compile(r"^Step (\d+/\d+) : (.*)")
COLOR = re.compile(r"\x1b\[[0-9;]*m")

Tell = Callable[[Event], None]


def build_image(
    engine: Engine,
    toolchain: str,
    folder: Path,
    image: str,
    *,
    base: str | None = None,
    stage: str | None = None,
    known: Host,
    fresh: bool = False,
    tell: Tell,
) -> str:
    """Build the Dockerfile in `folder` as `image`; return its id. Raises ActionFailedError when a step fails.

    `base` replaces the image the Dockerfile begins with; `stage` is where it stops instead of at its end; `known` is
    what the host's configuration says of mirrors, proxies and certificates; `fresh` does every step again.
    """
    started = time.monotonic()
    if stage and stage not in (stages := _stages(folder)):
        raise usage(
            f"the Dockerfile has no stage {stage!r}",
            where=f"toolchain {toolchain}",
            hint=did_you_mean(stage, stages),
        )
    base = base or _default_base(folder)
    if base and image_of(engine, base) is None:
        _pull_base(engine, toolchain, base, tell)
    files = {f"host/{name}": data for name, data in overlay(known, _suite(engine, base) if base else "").items()}
    files.update({"cargo/config.toml": known.cargo} if known.cargo else {})
    with engine_errors(engine):
        said = engine.api.build(
            fileobj=_context(folder, files),
            custom_context=True,
            tag=image,
            buildargs={**({"BASE": base} if base else {}), **known.proxies},
            labels={RECIPE: folder_digest(folder)},
            network_mode="host",  # a proxy may listen on this machine alone
            target=stage or "",
            nocache=fresh,
            rm=True,
            forcerm=True,
            decode=True,
        )
        _follow(said, toolchain, tell)
    return _ready(engine, toolchain, image, started, tell)


def pull_image(engine: Engine, toolchain: str, image: str, *, source: str | None, tell: Tell) -> str:
    """Pull `image`, or `source` to be known as `image` from then on; return its id."""
    started = time.monotonic()
    _pull(engine, toolchain, source or image, tell)
    if source:
        with engine_errors(engine):
            engine.api.tag(source, *_name_and_tag(image))
    return _ready(engine, toolchain, image, started, tell)


def _ready(engine: Engine, toolchain: str, image: str, started: float, tell: Tell) -> str:
    found = image_of(engine, image)
    if found is None:
        raise machine(f"has no image {image} although it said it is done", where="container engine")
    seconds = time.monotonic() - started
    tell(ImageReady(toolchain=toolchain, image=image, identity=str(found["Id"]), seconds=seconds))
    return str(found["Id"])


def _default_base(folder: Path) -> str:
    """The image a Dockerfile begins with when nothing else is said: that of `ARG BASE=…`."""
    found = re.search(r"^ARG BASE=(\S+)$", (folder / "Dockerfile").read_text("utf-8"), re.MULTILINE)
    return found[1] if found else ""


def _pull_base(engine: Engine, toolchain: str, base: str, tell: Tell) -> None:
    try:
        _pull(engine, toolchain, base, tell)
    except ActionFailedError as e:
        raise machine(
            f"the base image {base} is not here and cannot be pulled: {e}",
            where=f"toolchain {toolchain}",
            hint="name another with --base, or make one from a package mirror: see docs/containers.md",
        ) from None


def _stages(folder: Path) -> list[str]:
    """The stages that a Dockerfile gives a name."""
    return re.findall(r"^FROM \S+ AS (\S+)$", (folder / "Dockerfile").read_text("utf-8"), re.MULTILINE)


def _suite(engine: Engine, base: str) -> str:
    """Which release of Debian an image is; empty when it is none."""
    import docker

    with engine_errors(engine):
        made = engine.api.create_container(base, ["true"], labels={})
        try:
            chunks, _ = engine.api.get_archive(made["Id"], "/usr/lib/os-release")
            with tarfile.open(fileobj=io.BytesIO(b"".join(chunks))) as tar:
                file = tar.extractfile(tar.getmembers()[0])
                text = file.read().decode("utf-8", "replace") if file else ""
        except docker.errors.NotFound:
            return ""
        finally:
            engine.api.remove_container(made["Id"], v=True, force=True)
    return codename(text) if re.search(r"^ID=\"?debian\"?$", text, re.MULTILINE) else ""


def _context(folder: Path, more: dict[str, bytes]) -> io.BytesIO:
    """What the build is given: the Dockerfile's folder, and what is of the host's. The same bytes each time."""
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


def _follow(said: Iterator[dict[str, Any]], toolchain: str, tell: Tell) -> None:
    """Tell each step and what it prints. Raises ActionFailedError with the output of the step that failed."""
    tail = Tail()
    doing = ""
    for line in said:
        if "error" in line:
            raise ActionFailedError(_reason(doing, str(line["error"])), tail.bytes().decode("utf-8", "replace"))
        text = COLOR.sub("", str(line.get("stream", "")))
        if step := STEP.match(text):
            doing, tail = step[2].strip(), Tail()
            tell(ImageStep(toolchain=toolchain, what=_short(doing), progress=step[1]))
        elif text.strip():
            tail.add(text.encode())
            tell(ImageOutput(toolchain=toolchain, output=text))


def _reason(doing: str, error: str) -> str:
    code = re.search(r"returned a non-zero code: (\d+)", error)
    return f"{_short(doing)}: exit code {code[1]}" if code else f"{_short(doing)}: {error}" if doing else error


def _short(text: str, most: int = 72) -> str:
    text = " ".join(text.split())
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _pull(engine: Engine, toolchain: str, image: str, tell: Tell) -> None:
    """Pull an image and tell every tenth of its bytes. Raises ActionFailedError when the registry does not give it."""
    import docker

    layers: dict[str, tuple[int, int]] = {}
    told = -1
    name, tag = _name_and_tag(image)
    with engine_errors(engine):
        try:
            for line in engine.api.pull(name, tag=tag, stream=True, decode=True):
                if "error" in line:
                    raise ActionFailedError(str(line["error"]), "")
                detail = line.get("progressDetail") or {}
                if line.get("status") == "Downloading" and detail.get("total"):
                    layers[str(line["id"])] = (int(detail["current"]), int(detail["total"]))
                    tenth = 10 * sum(c for c, _ in layers.values()) // sum(t for _, t in layers.values())
                    if tenth > told:
                        told = tenth
                        tell(ImageStep(toolchain=toolchain, what=f"pull {image}", progress=f"{tenth * 10} %"))
        except docker.errors.APIError as e:
            raise ActionFailedError(str(e.explanation or e), "") from None


def _name_and_tag(image: str) -> tuple[str, str]:
    """`name`, and its tag or digest as the engine wants it."""
    import docker

    name, tag = docker.utils.parse_repository_tag(image)
    return name, tag or "latest"
