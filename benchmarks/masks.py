"""How well the segmenter's masks agree with exact ones, on simulated and on composed metaphases.

    python benchmarks/masks.py [--simulated 20] [--composed 200] [--data METAPHASES]

Composed canvases are chromosomes of `val` that lay free, laid on and against one another; they need the
research data. A chromosome that is not found counts as an IoU of 0.
"""

import argparse
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
from scipy.optimize import linear_sum_assignment

from karyodesk.imaging.body import Body, common, mask_iou
from karyodesk.imaging.density import optical_density
from karyodesk.imaging.scale import WORKING_WIDTH, Scale
from karyodesk.iscn.karyotype import parse
from karyodesk.recognition.instances import PIXEL_STEP
from karyodesk.recognition.segmenter import Segmenter
from karyodesk.simulate import simulate_cell
from karyodesk.training.segmenter.boxed import outline
from karyodesk.training.segmenter.canvas import SIDE
from karyodesk.training.segmenter.paste import free_chromosomes, stack
from karyodesk.training.sources import metaphases

Pair = tuple[Sequence[Body], Sequence[Body]]
# Smaller crossings are rims that touch; in pixels.
_CROSSING = 20
_ROUNDS = 4


def simulated(segmenter: Segmenter, count: int) -> Iterator[Pair]:
    """Exact and found masks of simulated cells."""
    for seed in range(count):
        cell = simulate_cell(parse(("46,XX", "46,XY")[seed % 2]), 5000 + seed)
        truth = [Body(one.mask, one.bbox[0], one.bbox[1]) for one in cell.chromosomes]
        yield truth, segmenter.find(optical_density(cell.pixels)).bodies


def composed(segmenter: Segmenter, count: int, data: Path) -> Iterator[Pair]:
    """Exact and found masks of composed canvases, at the working scale."""
    random = np.random.default_rng(0)
    sources = [source for source in metaphases(data) if source.split == "val"][:60]
    free = free_chromosomes([outline(source, None) for source in sources], 600, random)
    here = Scale(1.0, 1.0, (SIDE, SIDE))
    for _ in range(count):
        canvas = stack(free, _ROUNDS, random)
        seen = segmenter.see(canvas.density, WORKING_WIDTH).chosen
        found = (here.full_body(one.logits, one.x0, one.y0, PIXEL_STEP) for one in seen)
        yield canvas.bodies, [body for body in found if body is not None]


def report(name: str, pairs: Iterable[Pair]) -> None:
    """Print the figures of one kind of metaphase."""
    whole, crossings, surplus = [], [], 0
    for truth, found in pairs:
        table = np.array([[mask_iou(one, other) for other in found] for one in truth]).reshape(len(truth), len(found))
        rows, columns = linear_sum_assignment(-table)
        partner = dict(zip(rows.tolist(), columns.tolist(), strict=True))
        whole += [table[i, partner[i]] if i in partner else 0.0 for i in range(len(truth))]
        surplus += len(found) - sum(table[i, j] >= 0.5 for i, j in partner.items())
        for i, one in enumerate(truth):
            for j in range(i):
                exact = common(one, truth[j])
                if exact is None or np.count_nonzero(exact.mask) < _CROSSING:
                    continue
                both = i in partner and j in partner
                seen = common(found[partner[i]], found[partner[j]]) if both else None
                crossings.append(mask_iou(exact, seen) if seen is not None else 0.0)
    values, crossed = np.array(whole), np.array(crossings)
    print(
        f"{name}: {len(values)} chromosomes, found {np.mean(values >= 0.5):.4f}, surplus {surplus}, mean IoU "
        f"{values.mean():.4f} (of those found {values[values >= 0.5].mean():.4f}), {len(crossed)} crossings, mean IoU "
        f"{crossed.mean():.4f} (of those seen {crossed[crossed > 0].mean():.4f})"
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--simulated", type=int, default=20)
    parser.add_argument("--composed", type=int, default=200)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/metaphases"))
    parser.add_argument("--models", type=Path)
    args = parser.parse_args()
    segmenter = Segmenter(args.models, threads=2)
    report("simulated", simulated(segmenter, args.simulated))
    if args.data.is_dir():
        report("composed", composed(segmenter, args.composed, args.data))


if __name__ == "__main__":
    main()
