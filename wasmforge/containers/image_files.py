"""Finds images in an engine, and the Dockerfile folders that they are built from."""

import hashlib
from pathlib import Path
from typing import Any

from wasmforge.containers.engine import Engine, engine_errors

NAMESPACE = "wasmforge"
"""Namespace of the images with a Dockerfile of ours: they are built on this machine, and pulled only on request."""

DIGEST_LABEL = "wasmforge.dockerfile"
"""The label of an image with the digest of the folder that it was built from."""


def image_of(engine: Engine, name: str) -> dict[str, Any] | None:
    """The engine's description of an image; None if it has no image of that name."""
    import docker

    with engine_errors(engine):
        try:
            description: dict[str, Any] = engine.api.inspect_image(name)
        except docker.errors.ImageNotFound:
            return None
        return description


def dockerfile(toolchain: Path, image: str) -> Path | None:
    """The Dockerfile of an image `wasmforge/NAME`, which is that of toolchain NAME; None for other images."""
    ours, _, name = image.partition("/")
    folders = toolchain.parent if toolchain.parent.name != toolchain.stem else toolchain.parent.parent
    path = folders / name / "Dockerfile"
    return path if ours == NAMESPACE and name and path.is_file() else None


def image_files(toolchain: Path, image: str) -> tuple[Path, ...]:
    """The files that the image is built from; empty if it has no Dockerfile of ours."""
    path = dockerfile(toolchain, image)
    return tuple(context_files(path.parent)) if path else ()


def folder_digest(folder: Path) -> str:
    """SHA-256 over the names and contents of the files that an image is built from."""
    digest = hashlib.sha256()
    for path in context_files(folder):
        name = path.relative_to(folder).as_posix()
        digest.update(f"{name}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def context_files(folder: Path) -> list[Path]:
    """The files that an image is built from, sorted: all files of the folder but TOML files."""
    return sorted(p for p in folder.rglob("*") if p.is_file() and p.suffix != ".toml")
