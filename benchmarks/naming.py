"""Compare ways to name chromosomes: straightening, network, decision and allocation, in one table a source.

    python benchmarks/naming.py --network METHOD MODELS EXAMPLES SCORED [--network …]

METHOD is `extended-resnet` or `siamese`, MODELS the folder of its files. EXAMPLES is what `karyodesk train examples`
writes, straightened as the network wants it. SCORED gives what is scored: the same folder again, or one made with
`--teacher`, in which the boxes of `val` are known. Label features come from the first half of the patients kept
apart (`label`); what turns each reading into a probability, and the copy-number prior, are fitted on the second half;
`val` only scores. Each table holds the share of right labels of cells as they are, with one chromosome taken away and
with one of another cell laid among them, and the share of cells whose numbers of copies are all told right. Cells lack
the chromosomes that were not found, so numbers of copies are those of what is there. Intervals are 95 %, by patient.
"""

import argparse
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.special import log_softmax

from karyodesk.domain.methods import AllocationMethod, NamingMethod
from karyodesk.recognition.allocation import Allocation
from karyodesk.recognition.allocation_methods import allocate
from karyodesk.recognition.assignment import PRIOR, CopyNumberPrior, assign
from karyodesk.recognition.hausdorff import HausdorffReading, distances
from karyodesk.recognition.label_features import LabelFeatures
from karyodesk.recognition.reading import Network, Reading
from karyodesk.training.context import by_cell
from karyodesk.training.dataset import PARTS, SOURCES, Examples, decoded, load
from karyodesk.training.label_features import fit_weights, second_half, typical

FloatArray = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int_]
_DRAWS = 1000
_SHARES = (0.3, 0.1, 0.03, 0.01, 0.003, 0.001)
HEADING = (
    "| straightening | network | decision | allocation | right | interval | one fewer | one more "
    "| copies | one fewer | one more |"
)
_START = CopyNumberPrior(0.03, 0.03, 0.03, 0.03, 0.5)


@dataclass(frozen=True, eq=False)
class Chromosomes:
    """What the network reads of n chromosomes, with their truth: type, source and cell, n each."""

    reading: Reading
    label: Integers
    source: Integers
    cell: npt.NDArray[np.str_]

    def only(self, chosen: npt.NDArray[np.bool_] | Integers) -> "Chromosomes":
        """Those that are chosen."""
        return Chromosomes(self.reading.only(chosen), self.label[chosen], self.source[chosen], self.cell[chosen])


@dataclass(frozen=True, eq=False)
class ScoredCell:
    """The (n, 24) costs and the (n,) true types of the chromosomes of a cell."""

    patient: str
    costs: FloatArray
    label: Integers


Evidence = Callable[[Reading], list[FloatArray]]


def decisions(labels: LabelFeatures) -> dict[str, Evidence]:
    """Name to the (n, 24) kinds of evidence, the higher the better, that a decision weighs."""

    def far(reading: HausdorffReading) -> Evidence:
        return lambda read: [-distances(reading, read, labels)]

    named: dict[str, Evidence] = {"its own": lambda read: [read.log_types]}
    named |= {f"Hausdorff {reading}": far(reading) for reading in HausdorffReading}
    sound = (HausdorffReading.A, HausdorffReading.D)
    named["its own, A and D"] = lambda read: [read.log_types, *(-distances(one, read, labels) for one in sound)]
    return named


def calibrated(evidence: Evidence, fitting: Chromosomes) -> Callable[[Reading], FloatArray]:
    """The costs of a decision, as the evidence weighs on chromosomes that are not scored."""
    kinds = evidence(fitting.reading)
    weights = fit_weights(kinds, fitting.label, [3.0] * len(kinds), [1000.0] * len(kinds))
    return lambda reading: np.asarray(-log_softmax(np.tensordot(weights.astype(float), evidence(reading), 1), 1))


def cells(of: Chromosomes, costs: Callable[[Reading], FloatArray]) -> list[ScoredCell]:
    """The cells of some chromosomes."""
    found = []
    for places in by_cell(of.cell):
        own = of.only(places)
        found.append(ScoredCell(str(own.cell[0]).rsplit("-", 1)[0], costs(own.reading), own.label))
    return found


def with_one_fewer(given: Sequence[ScoredCell], seed: int = 1) -> list[ScoredCell]:
    """The cells, each without one chromosome."""
    rng = np.random.default_rng(seed)
    gone = [int(rng.integers(len(cell.label))) for cell in given]
    return [
        replace(cell, costs=np.delete(cell.costs, i, 0), label=np.delete(cell.label, i))
        for cell, i in zip(given, gone, strict=True)
    ]


def with_one_more(given: Sequence[ScoredCell], seed: int = 2) -> list[ScoredCell]:
    """The cells, each with one chromosome of the next."""
    rng = np.random.default_rng(seed)
    made = []
    for cell, other in zip(given, [*given[1:], *given[:1]], strict=True):
        i = int(rng.integers(len(other.label)))
        costs = np.concatenate([cell.costs, other.costs[i : i + 1]])
        made.append(replace(cell, costs=costs, label=np.append(cell.label, other.label[i])))
    return made


Method = Callable[[FloatArray], Allocation]


def right(given: Iterable[ScoredCell], method: Method) -> Iterator[tuple[str, int, int, bool]]:
    """Of each cell the patient, how many labels are right, of how many, and whether all numbers of copies are."""
    for cell in given:
        labels = [-1 if label is None else label for label in method(cell.costs).labels]
        copies = sorted(label for label in labels if label >= 0) == sorted(cell.label.tolist())
        yield cell.patient, int((np.array(labels) == cell.label).sum()), len(labels), copies


def share(given: Iterable[ScoredCell], method: Method) -> float:
    """Share of labels that are right."""
    counts = [(good, of) for _, good, of, _ in right(given, method)]
    good, of = np.sum(counts, axis=0)
    return float(good / of)


def interval(scored: Sequence[tuple[str, int, int, bool]]) -> tuple[float, float]:
    """95 % interval of the share of right labels, by resampling patients."""
    patients = sorted({patient for patient, *_ in scored})
    place = {patient: i for i, patient in enumerate(patients)}
    counts = np.zeros((len(patients), 2))
    for patient, good, of, _ in scored:
        counts[place[patient]] += good, of
    draws = np.random.default_rng(0).integers(0, len(patients), (_DRAWS, len(patients)))
    good, of = counts[draws].sum(1).T
    low, high = np.percentile(good / of, [2.5, 97.5])
    return float(low), float(high)


def fit_prior(given: Sequence[ScoredCell]) -> CopyNumberPrior:
    """The prior with which most labels are right in cells as they are, with one chromosome fewer and with one more."""
    every = [*given, *with_one_fewer(given), *with_one_more(given)]
    best, most = _START, share(every, lambda costs: assign(costs, _START))
    for field in ("lost", "gained", "lost", "gained", "sex_lost", "sex_gained"):
        for value in _SHARES:
            tried = replace(best, **{field: value})
            found = share(every, lambda costs, tried=tried: assign(costs, tried))
            if found > most:
                best, most = tried, found
    return best


def methods(prior: CopyNumberPrior) -> dict[str, Method]:
    """Name to each way to allocate; the optimal one also with a prior that was fitted."""
    named: dict[str, Method] = {
        method.value: lambda costs, method=method: allocate(costs, method) for method in AllocationMethod
    }
    return named | {"optimal, fitted prior": lambda costs: assign(costs, prior)}


Rows = dict[str, list[str]]


def rows(of: Chromosomes, costs: dict[str, Callable[[Reading], FloatArray]], ways: dict[str, Method]) -> Iterator[str]:
    """The figures of one source, a row a decision and way to allocate."""
    for decision, cost in costs.items():
        given = cells(of, cost)
        changed = (given, with_one_fewer(given), with_one_more(given))
        for name, way in ways.items():
            scored = [list(right(one, way)) for one in changed]
            low, high = interval(scored[0])
            shares = [sum(good for _, good, _, _ in one) / sum(n for _, _, n, _ in one) for one in scored]
            copies = [float(np.mean([told for *_, told in one])) for one in scored]
            yield (
                f"{decision} | {name} | {shares[0]:.4f} | {low:.4f}–{high:.4f} | {shares[1]:.4f} | {shares[2]:.4f} "
                f"| {copies[0]:.3f} | {copies[1]:.3f} | {copies[2]:.3f} |"
            )


def compare(kept_apart: Chromosomes, scored: Chromosomes) -> Rows:
    """Fit on the chromosomes kept apart and return the rows of each source."""
    usual = kept_apart.only(kept_apart.source != SOURCES.index("qband"))
    second = second_half(usual.cell)
    first, fitting = usual.only(~second), usual.only(second)
    labels = typical(first.reading, first.label)
    costs = {name: calibrated(evidence, fitting) for name, evidence in decisions(labels).items()}
    metaphases = fitting.only(fitting.source == SOURCES.index("metaphases"))
    prior = fit_prior(cells(metaphases, costs["its own, A and D"]))
    print(f"fitted prior {astuple(prior)}, that of the program {astuple(PRIOR)}", flush=True)
    found: Rows = {}
    for number in np.unique(scored.source):
        of = scored.only(scored.source == number)
        title = f"{SOURCES[number]}: {len(of.label)} chromosomes of {len(np.unique(of.cell))} cells"
        found[title] = list(rows(of, costs, methods(prior)))
    return found


def chromosomes(network: Network, examples: Examples, part: str) -> Chromosomes:
    """What the network reads of a part of the examples."""
    chosen = examples.part == PARTS.index(part)
    reading = network.read(decoded(examples.pictures[chosen]))
    label, source = examples.label[chosen].astype(int), examples.source[chosen].astype(int)
    return Chromosomes(reading, label, source, examples.cell[chosen])


def main() -> None:
    """Run the networks and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    names = ("METHOD", "MODELS", "EXAMPLES", "SCORED")
    parser.add_argument("--network", nargs=4, action="append", required=True, metavar=names)
    tables: dict[str, list[str]] = {}
    for method, models, fitted, scored in parser.parse_args().network:
        network = Network(Path(models), method=NamingMethod(method))
        examples = [load(Path(folder)).chromosomes() for folder in (fitted, scored)]
        if any(one.straightening is not network.file.straightening for one in examples):
            parser.error(f"{models} wants chromosomes straightened by {network.file.straightening}")
        parts = [chromosomes(network, one, part) for one, part in zip(examples, ("label", "val"), strict=True)]
        for title, found in compare(*parts).items():
            tables.setdefault(title, []).extend(f"| {network.file.straightening} | {method} | {row}" for row in found)
    for title, lines in tables.items():
        print(f"\n### {title}")
        print(HEADING)
        print("|" + "---|" * 11)
        print("\n".join(lines))


if __name__ == "__main__":
    main()
