"""Writes forge.toml: components as tables with comments; existing content stays."""

import tomllib
from collections.abc import Sequence
from typing import TYPE_CHECKING

from wasmforge.config.toml import FORMAT
from wasmforge.errors import ForgeError, Problem
from wasmforge.model.discovery import ForgeEntry

if TYPE_CHECKING:
    from tomlkit.items import Array, Table

MAX_LIST_COLUMNS = 100
"""Columns that a list may take before each item gets a line of its own."""

MAX_LINES = 6
"""Items of a long list that get a line of their own."""


def render_file(entries: Sequence[ForgeEntry], targets: tuple[str, ...]) -> str:
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


def render(entries: Sequence[ForgeEntry]) -> str:
    """Components as tables, those that cannot be built as comments, with an empty line between two."""
    return "\n".join((_comment(e) if e.problem else _table(e)).rstrip() + "\n" for e in entries)


def append(text: str, entries: Sequence[ForgeEntry]) -> str:
    """The text of a forge.toml with more components at its end; all that stood there stays as it is."""
    line_break = "\r\n" if "\r\n" in text else "\n"
    more = render(entries).replace("\n", line_break)
    new = f"{text.rstrip()}{line_break}{line_break}{more}"
    try:
        tomllib.loads(new)
    except tomllib.TOMLDecodeError:
        return _insert(text, entries)
    return new


def has_comment(text: str, entry: ForgeEntry) -> bool:
    """Whether a component stands in the text as the comment that `render` makes of it."""
    comment = _comment(entry).splitlines()[2:4]
    lines = [line.strip() for line in text.splitlines()]
    return any(lines[i : i + len(comment)] == comment for i in range(len(lines)))


def _table(entry: ForgeEntry) -> str:
    """One component as TOML."""
    import tomlkit

    holder, document = tomlkit.table(is_super_table=True), tomlkit.document()
    holder.add(entry.component.name, _keys(entry))
    document.add("components", holder)
    text = "".join(f"# {note}\n" for note in entry.notes) + tomlkit.dumps(document)
    if entry.component.kind == "reactor" and not entry.component.exports:
        text += "# exports = []  # name what the host calls: no function is marked as exported or stands in a header\n"
    return text + _sources(entry)


def _keys(entry: ForgeEntry) -> "Table":
    """The keys of a component, other than its sources."""
    import tomlkit

    component, table = entry.component, tomlkit.table()
    table.add("path", component.path)
    table.add("language", component.language)
    if entry.recipe:
        table.add("recipe", entry.recipe)
    if component.kind == "reactor" and not component.exports:
        table.add("kind", "reactor")
    if component.kind == "library":
        table.add("kind", "library")
    if entry.names_targets and entry.targets:
        targets = _array(entry.targets)
        if component.kind == "command":
            targets.comment("it has a main function, so it needs a host that runs programs")
        table.add("targets", targets)
    if component.exports:
        table.add("exports", _array(component.exports))
    if component.features:
        table.add("features", _array(component.features))
    if component.public_includes:
        table.add("public-includes", _array(component.public_includes))
    if entry.options:
        options = tomlkit.inline_table()
        options.update({k: _array(v) if isinstance(v, tuple) else v for k, v in entry.options.items()})
        table.add("options", options)
    return table


def _sources(entry: ForgeEntry) -> str:
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


def _comment(entry: ForgeEntry) -> str:
    """One component as a comment, headed by the reason; without the comment signs it is TOML."""
    lines = _table(entry).splitlines()
    return "".join(f"# {line}".rstrip() + "\n" for line in (f"{entry.problem}, so this waits as a comment:", *lines))


def _array(items: Sequence[str]) -> "Array":
    """A list on one line; when that would be long, with one item a line, or many items with as many as fit."""
    import tomlkit

    array = tomlkit.array()
    array.extend(items)
    if len(array.as_string()) <= MAX_LIST_COLUMNS:
        return array
    if len(items) <= MAX_LINES:
        return array.multiline(True)
    lines = [""]
    for word in (tomlkit.item(i).as_string() for i in items):
        if lines[-1] and len(lines[-1]) + len(word) > MAX_LIST_COLUMNS:
            lines.append("")
        lines[-1] += f" {word}," if lines[-1] else f"    {word},"
    return tomlkit.array("[\n" + "\n".join(lines) + "\n]")


def _insert(text: str, entries: Sequence[ForgeEntry]) -> str:
    """The text with components put where `components` stands, if that is no table of its own."""
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    document = tomlkit.parse(text)
    try:
        for entry in (e for e in entries if not e.problem):
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
