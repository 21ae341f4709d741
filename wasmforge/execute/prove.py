"""Proves each delivery's contract on its bytes: asks the judge, reads the module, collects the findings."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec

from wasmforge.errors import ForgeError
from wasmforge.execute.blame import Blame
from wasmforge.execute.inspect import module_of, read_file
from wasmforge.execute.judge import Judge
from wasmforge.execute.locate import located
from wasmforge.model.artifact import Artifact, DeliveredFile, Finding, Report
from wasmforge.model.base import Noun
from wasmforge.model.events import Event, Found, Proved
from wasmforge.model.plan import Delivery
from wasmforge.model.vocabulary import FEATURES
from wasmforge.validate import findings, verdicts


class Proof(Noun, frozen=True, kw_only=True):
    """What was found of one artifact, which now knows its features, imports and exports."""

    artifact: Artifact
    findings: tuple[Finding, ...]

    @property
    def holds(self) -> bool:
        """Nothing was found, or all of it is waived."""
        return all(f.waived for f in self.findings)


def prove(
    root: Path,
    delivered: Sequence[tuple[Delivery, Artifact]],
    judge: Judge,
    workers: int,
    tell: Callable[[Event], None],
    blame: Blame | None = None,
) -> Report:
    """Judge every delivery, several at a time; the report lists them in the order given.

    `blame` names the objects that brought a feature in, where they are still there to be asked.
    """
    with ThreadPoolExecutor(max_workers=workers, thread_name_prefix="prove") as threads:
        proofs = []
        try:
            for proof in threads.map(lambda pair: _prove(root, pair, judge, blame), delivered):
                proofs.append(proof)
                for finding in proof.findings:
                    tell(Found(finding=finding))
                if proof.holds:
                    a = proof.artifact
                    tell(Proved(component=a.component, target=a.target, features=a.features))
        except BaseException:
            judge.stop()
            raise
    return Report(
        artifacts=tuple(p.artifact for p in proofs),
        findings=tuple(f for p in proofs for f in p.findings),
        proved=tuple(p.artifact.label for p in proofs if p.holds),
    )


def _prove(root: Path, pair: tuple[Delivery, Artifact], judge: Judge, blame: Blame | None) -> Proof:
    delivery, artifact = pair
    proofs = [_prove_module(root, d, artifact, f, judge, blame) for d, f in _modules(delivery, artifact)]
    known = proofs[0].artifact
    used = {f for p in proofs for f in p.artifact.features}
    notes = tuple(note for f, note in delivery.contract.notes.items() if f in used)
    known = msgspec.structs.replace(known, features=tuple(f for f in FEATURES if f in used), notes=notes)
    return Proof(artifact=known, findings=tuple(f for p in proofs for f in p.findings))


def _of_variant(finding: Finding, delivery: Delivery, file: DeliveredFile) -> Finding:
    """A finding that says which variant it is about."""
    variant = file.name.partition("/")[0]
    if variant not in delivery.variants:
        return finding
    return msgspec.structs.replace(finding, what=f"variant {variant} {finding.what}")


def _modules(delivery: Delivery, artifact: Artifact) -> Iterator[tuple[Delivery, DeliveredFile]]:
    """Each module that was delivered, with what must hold for it: variants differ in the features they may use."""
    for file in (f for f in artifact.files if f.role == "module"):
        variant = file.name.partition("/")[0]
        if variant not in delivery.variants:
            yield delivery, file
            continue
        contract = msgspec.structs.replace(delivery.contract, permitted=delivery.variants[variant])
        yield msgspec.structs.replace(delivery, contract=contract), file


def _prove_module(
    root: Path, delivery: Delivery, artifact: Artifact, file: DeliveredFile, judge: Judge, blame: Blame | None
) -> Proof:
    path = root / delivery.folder / file.name
    try:
        module = module_of(path, read_file(path))
    except ForgeError as e:
        return Proof(artifact=artifact, findings=(_unreadable(delivery, file, e),))
    permitted = delivery.contract.permitted
    said = verdicts(permitted, lambda some: judge.verdict(path, file.sha256, some))
    sizes = {"size": file.size, "gzip": file.gzip}
    if delivery.contract.limits.brotli is not None:
        sizes["brotli"] = brotli_size(path.read_bytes())
    beside = [f for f in artifact.files if f.role == "aot" and Path(f.name).parent == Path(file.name).parent]
    natives = {f.name: f.native for f in beside}
    found = findings(delivery, module, said, sizes, natives)
    if blame is not None:
        found = tuple(_blamed(located(f, delivery, file, judge, blame), delivery, blame) for f in found)
    features = judge.used(path, file.sha256, permitted) if said[0].valid else ()
    known = msgspec.structs.replace(
        artifact,
        features=features,
        imports=tuple(f"{i.module}.{i.name}" for i in module.imports),
        exports=tuple(e.name for e in module.exports),
    )
    return Proof(artifact=known, findings=tuple(_of_variant(f, delivery, file) for f in found))


def _blamed(finding: Finding, delivery: Delivery, blame: Blame) -> Finding:
    """A finding about a feature, with the objects that brought it in."""
    if finding.rule != "features" or not (names := blame(delivery, finding.item)):
        return finding
    return msgspec.structs.replace(finding, what=f"{finding.what}; compiled into {', '.join(names)}")


def brotli_size(data: bytes) -> int:
    """Bytes after brotli at its strongest, as servers keep static files."""
    import brotli  # heavy, and rarely asked for

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
