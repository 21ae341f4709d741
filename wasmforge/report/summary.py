"""The summary line of a run."""

from wasmforge.model.report import Report
from wasmforge.report.delivery_rows import delivery_rows
from wasmforge.report.format import count, duration


def succeeded(report: Report) -> bool:
    """Whether nothing failed, no contract is broken (waived rules do not count), and everything was built."""
    broken = any(not f.waived for f in report.findings)
    return not (
        report.failures
        or report.skipped
        or broken
        or any(o.status == "failed" for o in (*report.outcomes, *report.loads))
    )


def summary(report: Report) -> str:
    """`5 components, 1 target: built 3 actions, 9 from the store, 5 contracts hold in 3.2 s`."""
    row_list = delivery_rows(report)
    components, targets = len({r.component for r in row_list}), len({r.target for r in row_list})
    about = f"{count(components, 'component')}, {count(targets, 'target')}: " if row_list else ""
    parts = [p for p in (*_built(report), *_contracts(report), *_loaded(report), *_smoke(report)) if p]
    return f"{about}{', '.join(parts) or 'nothing to do'} in {duration(report.seconds)}"


def _built(report: Report) -> list[str]:
    result, cached = report.executed, report.cached
    built = (
        f"built {count(result, 'action')}" if result else f"{count(cached, 'action')} from the store" if cached else ""
    )
    return [
        built,
        f"{cached} from the store" if result and cached else "",
        f"{count(len(report.failures), 'action')} failed" if report.failures else "",
        f"{len(report.skipped)} not built" if report.skipped else "",
        f"{len(report.left_out)} left out" if report.left_out else "",
    ]


def _contracts(report: Report) -> list[str]:
    hold = len(report.contracts_held)
    broken = len({(f.component, f.target) for f in report.findings if not f.waived})
    waived = sum(bool(f.waived) for f in report.findings)
    return [
        f"{count(hold, 'contract')} {'holds' if hold == 1 else 'hold'}" if hold else "",
        f"{count(broken, 'contract')} broken" if broken else "",
        f"{count(waived, 'rule')} waived" if waived else "",
    ]


def _loaded(report: Report) -> list[str]:
    """Loads by delivery: all its variants count as one."""
    status: dict[tuple[str, str], set[str]] = {}
    for event in report.loads:
        status.setdefault((event.component, event.target), set()).add(event.status)
    failed = sum("failed" in s for s in status.values())
    skipped = sum("failed" not in s and "skipped" in s for s in status.values())
    loaded = len(status) - failed - skipped
    return [
        f"{loaded} {'loads' if loaded == 1 else 'load'}" if loaded else "",
        f"{failed} {'does' if failed == 1 else 'do'} not load" if failed else "",
        f"{skipped} not loaded" if skipped else "",
    ]


def _smoke(report: Report) -> list[str]:
    status = [o.status for o in report.outcomes]
    phrases: list[str] = []
    for word in ("passed", "failed", "skipped"):
        if number := status.count(word):
            phrases.append(f"{number} {word}" if phrases else f"{count(number, 'smoke test')} {word}")
    return phrases
