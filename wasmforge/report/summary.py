"""A whole run in one line, with its grammar right; knows no styles."""

from wasmforge.model.artifact import Report
from wasmforge.report.figures import rows
from wasmforge.report.quantities import count, duration


def all_well(report: Report) -> bool:
    """Nothing failed, nothing is broken (waived rules are not), and nothing was left undone."""
    broken = any(not f.waived for f in report.findings)
    return not (report.failures or report.skipped or broken or any(o.status == "failed" for o in report.outcomes))


def summary(report: Report) -> str:
    """`5 components, 1 target: built 3 actions, 9 from the store, 5 contracts hold in 3.2 s`."""
    known = rows(report)
    components, targets = len({r.component for r in known}), len({r.target for r in known})
    about = f"{count(components, 'component')}, {count(targets, 'target')}: " if known else ""
    parts = [p for p in (*_built(report), *_proved(report), *_tested(report)) if p]
    return f"{about}{', '.join(parts) or 'nothing to do'} in {duration(report.seconds)}"


def _built(report: Report) -> list[str]:
    ran, cached = report.ran, report.cached
    built = f"built {count(ran, 'action')}" if ran else f"{count(cached, 'action')} from the store" if cached else ""
    return [
        built,
        f"{cached} from the store" if ran and cached else "",
        f"{count(len(report.failures), 'action')} failed" if report.failures else "",
        f"{len(report.skipped)} not built" if report.skipped else "",
        f"{len(report.missing)} left out" if report.missing else "",
    ]


def _proved(report: Report) -> list[str]:
    hold = len(report.proved)
    broken = len({(f.component, f.target) for f in report.findings if not f.waived})
    waived = sum(bool(f.waived) for f in report.findings)
    return [
        f"{count(hold, 'contract')} {'holds' if hold == 1 else 'hold'}" if hold else "",
        f"{count(broken, 'contract')} broken" if broken else "",
        f"{count(waived, 'rule')} waived" if waived else "",
    ]


def _tested(report: Report) -> list[str]:
    status = [o.status for o in report.outcomes]
    told: list[str] = []
    for word in ("passed", "failed", "skipped"):
        if number := status.count(word):
            told.append(f"{number} {word}" if told else f"{count(number, 'smoke test')} {word}")
    return told
