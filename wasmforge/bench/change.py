"""Sets a run against an earlier one: whose standing has changed, and by how much; pure."""

from collections.abc import Iterator

from wasmforge.bench.figures import median
from wasmforge.model.bench import FEWEST, Benched, Change, Entry, Ratio, Table


def changes(new: Benched, old: Benched) -> tuple[Change, ...]:
    """How each contestant that both runs have stands to how it stood.

    By its ratio to the reference, since machines are never equally busy twice; only where there is none, by bare
    times. An engine in another version is the same engine: that is one of the things to be found out.
    """
    return tuple(c for table in new.tables for other in _same(table, old) for c in _table(table, other))


def _same(table: Table, old: Benched) -> list[Table]:
    return [t for t in old.tables if (t.component, t.name) == (table.component, table.name)][:1]


def _table(new: Table, old: Table) -> Iterator[Change]:
    known = {_name(e): e for e in old.entries}
    relative = _reference(new) == _reference(old) and len(known) > 1 and len(new.entries) > 1
    for entry in new.entries:
        if (before := known.get(_name(entry))) and not (relative and entry.ratio is None):
            yield _change(new, entry, before, relative=relative)


def _change(table: Table, new: Entry, old: Entry, *, relative: bool) -> Change:
    now, then = (new.ratio, old.ratio) if relative else (None, None)
    one, other = now or _bare(new), then or _bare(old)
    low, high = one.low / other.high, one.high / other.low
    sure = min(len(new.seconds), len(old.seconds)) >= FEWEST
    return Change(
        component=table.component,
        name=table.name,
        code=new.code,
        engine=new.engine,
        times=one.times / other.times,
        low=low,
        high=high,
        worse=sure and low > 1,
        better=sure and high < 1,
        absolute=not relative,
    )


def _bare(entry: Entry) -> Ratio:
    """Times as if they were ratios, between the quickest and the slowest round."""
    return Ratio(times=median(entry.seconds), low=min(entry.seconds), high=max(entry.seconds), sure=False)


def _reference(table: Table) -> tuple[str, str] | None:
    return next((_name(e) for e in table.entries if e.ratio is None), None)


def _name(entry: Entry) -> tuple[str, str]:
    """What it is and what runs it, whichever version."""
    return entry.code, entry.engine.partition(" ")[0]
