"""Checks each delivery's contract on its bytes: reads the module, asks the validator, applies the rules."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec

from wasmforge.contracts import check_rules, collect_verdicts
from wasmforge.contracts.blame import Blame
from wasmforge.contracts.locate import with_function_names
from wasmforge.contracts.read import read_file, read_module
from wasmforge.contracts.validator import Validator
from wasmforge.errors import ForgeError
from wasmforge.glue.import_reader import generated_imports, provided_imports
from wasmforge.model.artifact import Artifact, DeliveredFile
from wasmforge.model.base import Struct
from wasmforge.model.events import ContractHolds, Event, RuleViolated
from wasmforge.model.finding import Finding
from wasmforge.model.import_supply import ImportSupply
from wasmforge.model.module import Module
from wasmforge.model.plan import Delivery
from wasmforge.model.report import Report
from wasmforge.model.vocabulary import FEATURES


class CheckResult(Struct, frozen=True, kw_only=True):
    """The findings about one artifact, which is completed with its features, imports and exports."""

    artifact: Artifact
    findings: tuple[Finding, ...]

    @property
    def holds(self) -> bool:
        """Whether there is no finding without a waiver."""
        return all(f.waived for f in self.findings)


def check_delivery(
    root: Path,
    delivered: Sequence[tuple[Delivery, Artifact]],
    validator: Validator,
    workers: int,
    emit: Callable[[Event], None],
    blame: Blame | None = None,
    advise: Callable[[Finding], Finding] = lambda finding: finding,
) -> Report:
    """Check every delivery, several at a time; the report lists them in the given order.

    `blame` names the objects that use a feature, if the store still has them; `advise` may replace a finding's hint.
    """
    with ThreadPoolExecutor(max_workers=workers, thread_name_prefix="check") as threads:
        results = []
        try:
            for result in threads.map(lambda pair: _check(root, pair, validator, blame), delivered):
                advised = tuple(advise(finding) for finding in result.findings)
                results.append(msgspec.structs.replace(result, findings=advised))
                for finding in advised:
                    emit(RuleViolated(finding=finding))
                if result.holds:
                    a = result.artifact
                    emit(ContractHolds(component=a.component, target=a.target, features=a.features))
        except BaseException:
            validator.stop()
            raise
    return Report(
        artifacts=tuple(p.artifact for p in results),
        findings=tuple(f for p in results for f in p.findings),
        contracts_held=tuple(p.artifact.label for p in results if p.holds),
    )


def _check(root: Path, pair: tuple[Delivery, Artifact], validator: Validator, blame: Blame | None) -> CheckResult:
    delivery, artifact = pair
    results = [_check_module(root, d, artifact, f, validator, blame) for d, f in _modules(delivery, artifact)]
    described = results[0].artifact
    used = {f for p in results for f in p.artifact.features}
    notes = tuple(note for f, note in delivery.contract.notes.items() if f in used)
    described = msgspec.structs.replace(described, features=tuple(f for f in FEATURES if f in used), notes=notes)
    return CheckResult(artifact=described, findings=tuple(f for p in results for f in p.findings))


def _name_variant(finding: Finding, delivery: Delivery, file: DeliveredFile) -> Finding:
    """The finding, with the name of the variant it is about."""
    variant = file.name.partition("/")[0]
    if variant not in delivery.variants:
        return finding
    return msgspec.structs.replace(finding, what=f"variant {variant} {finding.what}")


def _modules(delivery: Delivery, artifact: Artifact) -> Iterator[tuple[Delivery, DeliveredFile]]:
    """Each delivered module with its contract: variants differ in their permitted features."""
    for file in (f for f in artifact.files if f.role == "module"):
        variant = file.name.partition("/")[0]
        if variant not in delivery.variants:
            yield delivery, file
            continue
        contract = msgspec.structs.replace(delivery.contract, permitted=delivery.variants[variant])
        yield msgspec.structs.replace(delivery, contract=contract), file


def _check_module(
    root: Path, delivery: Delivery, artifact: Artifact, file: DeliveredFile, validator: Validator, blame: Blame | None
) -> CheckResult:
    path = root / delivery.folder / file.name
    try:
        data = read_file(path)
        module = read_module(path, data)
        supply = _import_supply(root, delivery, artifact, file, module)
    except ForgeError as e:
        return CheckResult(artifact=artifact, findings=(_unreadable(delivery, file, e),))
    permitted = delivery.contract.permitted
    verdict_list = collect_verdicts(permitted, lambda some: validator.verdict(path, file.sha256, some))
    sizes = {"size": file.size, "gzip": file.gzip}
    if delivery.contract.limits.brotli is not None:
        sizes["brotli"] = brotli_size(path.read_bytes())
    siblings = [f for f in artifact.files if f.role == "aot" and Path(f.name).parent == Path(file.name).parent]
    natives = {f.name: f.native for f in siblings}
    linked = _linked_bytes(delivery, file, blame)
    rule_findings = check_rules(delivery, module, verdict_list, sizes, natives, supply=supply, data=data, linked=linked)
    if blame is not None:
        rule_findings = tuple(
            _with_sources(with_function_names(f, delivery, file, validator, blame), delivery, blame)
            for f in rule_findings
        )
    features = validator.used_features(path, file.sha256, permitted) if verdict_list[0].valid else ()
    described = msgspec.structs.replace(
        artifact,
        features=features,
        imports=tuple(f"{i.module}.{i.name}" for i in module.imports),
        exports=tuple(e.name for e in module.exports),
    )
    return CheckResult(artifact=described, findings=tuple(_name_variant(f, delivery, file) for f in rule_findings))


def _import_supply(
    root: Path, delivery: Delivery, artifact: Artifact, file: DeliveredFile, module: Module
) -> ImportSupply | None:
    """The imports that the delivered JavaScript provides to this module; None without JavaScript.

    Raises ForgeError if a file cannot be read.
    """
    host = delivery.contract.javascript
    scripts = [f for f in artifact.files if f.role == "glue"]
    siblings = [f for f in scripts if Path(f.name).parent == Path(file.name).parent] or scripts
    name = Path(file.name).name
    imports_given = None
    if siblings:
        text = read_file(root / delivery.folder / siblings[0].name).decode("utf-8", "replace")
        imports_given = provided_imports(text, module, name)
    if host and (imports_given is None or imports_given.generated):
        return generated_imports(module, name, host)
    return imports_given


def _linked_bytes(delivery: Delivery, file: DeliveredFile, blame: Blame | None) -> bytes:
    """The bytes of the linker's module, if passes changed it and the store still has it; else empty."""
    before = blame.linked_module(delivery, file.name) if blame is not None else None
    return read_file(before[0]) if before is not None and before[1] != file.sha256 else b""


def _with_sources(finding: Finding, delivery: Delivery, blame: Blame) -> Finding:
    """A finding about a feature, with the objects that use it."""
    if finding.rule != "features" or not (names := blame.find_sources(delivery, finding.item)):
        return finding
    return msgspec.structs.replace(finding, what=f"{finding.what}; compiled into {', '.join(names)}")


def brotli_size(data: bytes) -> int:
    """Size in bytes after brotli at its highest level, as servers store static files."""
    import brotli  # heavy, and rarely needed

    return len(brotli.compress(data))


def _unreadable(delivery: Delivery, file: DeliveredFile, error: ForgeError) -> Finding:
    problem = error.problems[0]
    return Finding(
        component=delivery.component,
        target=delivery.target,
        rule="valid",
        item=file.name,
        what=problem.what,
        hint=problem.hint,
    )
