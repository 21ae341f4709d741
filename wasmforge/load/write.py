"""Writes forge.toml: components as tables, with comments for people; what stands in the file already stays."""

import os
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from wasmforge.errors import ForgeError, Problem, machine
from wasmforge.load.toml import FORMAT
from wasmforge.model.discovery import Entry

if TYPE_CHECKING:
    from tomlkit.items import Array, Table

WIDTH = 100
"""Columns that a list may take before each item gets a line of its own."""


def render_file(entries: Sequence[Entry], targets: tuple[str, ...]) -> str:
    """The text of a new forge.toml; `targets` are the project's."""
    import tomlkit

    build = tomlkit.table()
    build.add("targets", _array(targets).comment("for components that name none of their own"))
    document = tomlkit.document()
    document.add(tomlkit.comment("Components found by `wasmforge init`; correct what it got wrong and keep this file."))
    document.add("format", FORMAT)
    document.add(tomlkit.nl())
    document.add("build", build)
    return f"{tomlkit.dumps(document)}\n{render(entries)}"


def render(entries: Sequence[Entry]) -> str:
    """Components as tables, those that cannot be built as comments, with an empty line between two."""
    return "\n".join((_commented(e) if e.why_not else _table(e)).rstrip() + "\n" for e in entries)


def appended(text: str, entries: Sequence[Entry]) -> str:
    """The text of a forge.toml with more components at its end; all that stood there stays as it is."""
    ending = "\r\n" if "\r\n" in text else "\n"
    more = render(entries).replace("\n", ending)
    new = f"{text.rstrip()}{ending}{ending}{more}"
    try:
        tomllib.loads(new)
    except tomllib.TOMLDecodeError:
        return _inserted(text, entries)
    return new


def has_comment(text: str, entry: Entry) -> bool:
    """Whether a component stands in the text as the comment that `render` makes of it."""
    said = _commented(entry).splitlines()[2:4]
    lines = [line.strip() for line in text.splitlines()]
    return any(lines[i : i + len(said)] == said for i in range(len(lines)))


def save(path: Path, text: str) -> None:
    """Write the file as a whole or not at all. Raises ForgeError."""
    real = path.resolve()
    scratch = real.with_name(f".{real.name}.{os.getpid()}")
    try:
        with scratch.open("xb") as file:
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())
        if real.exists():
            scratch.chmod(real.stat().st_mode & 0o777)
        scratch.replace(real)
    except OSError as e:
        scratch.unlink(missing_ok=True)
        raise machine(f"cannot be written: {e.strerror}", where=str(path)) from None


def _table(entry: Entry) -> str:
    """One component as TOML."""
    import tomlkit

    holder, document = tomlkit.table(is_super_table=True), tomlkit.document()
    holder.add(entry.component.name, _keys(entry))
    document.add("components", holder)
    text = tomlkit.dumps(document)
    if entry.component.kind == "reactor" and not entry.component.exports:
        text += "# exports = []  # name what the host calls: no function is marked as exported or stands in a header\n"
    return text + _sources(entry)


def _keys(entry: Entry) -> "Table":
    """The keys of a component, other than its sources."""
    import tomlkit

    component, table = entry.component, tomlkit.table()
    table.add("path", component.path)
    table.add("language", component.language)
    if entry.recipe:
        table.add("recipe", entry.recipe)
    if component.kind == "reactor" and not component.exports:
        table.add("kind", "reactor")
    if entry.own_targets and entry.targets:
        targets = _array(entry.targets)
        if component.kind == "command":
            targets.comment("it has a main function, so it needs a host that runs programs")
        table.add("targets", targets)
    if component.exports:
        table.add("exports", _array(component.exports))
    if component.features:
        table.add("features", _array(component.features))
    if entry.options:
        options = tomlkit.inline_table()
        options.update({k: _array(v) if isinstance(v, tuple) else v for k, v in entry.options.items()})
        table.add("options", options)
    return table


def _sources(entry: Entry) -> str:
    """The table of source globs, when there must be one."""
    import tomlkit

    if not entry.sources:
        return ""
    groups, component = tomlkit.table(), tomlkit.table(is_super_table=True)
    for group, patterns in entry.sources.items():
        groups.add(group, _array(patterns))
    component.add("sources", groups)
    holder, document = tomlkit.table(is_super_table=True), tomlkit.document()
    holder.add(entry.component.name, component)
    document.add("components", holder)
    return "\n" + tomlkit.dumps(document)


def _commented(entry: Entry) -> str:
    """One component as a comment, headed by the reason; without the comment signs it is TOML."""
    lines = _table(entry).splitlines()
    return "".join(f"# {line}".rstrip() + "\n" for line in (f"{entry.why_not}, so this waits as a comment:", *lines))


def _array(items: Sequence[str]) -> "Array":
    """A list on one line, or with one item a line when that would be long."""
    import tomlkit

    array = tomlkit.array()
    array.extend(items)
    return array.multiline(len(array.as_string()) > WIDTH)


def _inserted(text: str, entries: Sequence[Entry]) -> str:
    """The text with components put where `components` stands, if that is no table of its own."""
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    document = tomlkit.parse(text)
    try:
        for entry in (e for e in entries if not e.why_not):
            keys = _keys(entry)
            if entry.sources:
                keys.add("sources", {g: list(p) for g, p in entry.sources.items()})
            document["components"][entry.component.name] = keys.unwrap()
        new = tomlkit.dumps(document)
        tomllib.loads(new)
    except (TOMLKitError, tomllib.TOMLDecodeError, TypeError):
        hint = "write each component under a header of its own: [components.NAME]"
        raise ForgeError(Problem(where="forge.toml", what="components cannot be added to it", hint=hint)) from None
    return new
