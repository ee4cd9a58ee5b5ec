"""How far naming chromosomes falls in other pictures of the same cut-outs.

    python benchmarks/robust_cutouts.py ARCHIVE [--split val] [--upright] [--models FOLDER]

ARCHIVE holds one picture a chromosome (`gband_upright.zip`, `qband.zip`). Every cell goes through the program as from
`karyodesk classify`; the share of right labels, and with `--upright` of right directions, is printed for each change.
"""

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from robust import Picture, scaled, stored_as_jpeg

from karyodesk.analysis import Analyser
from karyodesk.domain.chromosome import Suggestion
from karyodesk.imaging.picture import Picture as Original
from karyodesk.training.sources import CutoutSource, Pixels, cutouts

_NOTHING = "0" * 64


def _ground(pixels: Pixels) -> int:
    """The commonest value along the edge."""
    edge = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    return int(np.bincount(edge).argmax())


def _chromosome(pixels: Pixels) -> np.ndarray:
    """Where the chromosome lies, its inner ground included."""
    off = (np.abs(pixels.astype(int) - _ground(pixels)) > 12).astype(np.uint8)
    return cv2.morphologyEx(off, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8)) > 0


def contrast(factor: float) -> Callable[[Pixels], Picture]:
    """Return what brings grey values nearer to those of the ground, or farther from them."""

    def change(pixels: Pixels) -> Picture:
        ground = _ground(pixels)
        return np.asarray(np.clip(ground + factor * (pixels.astype(float) - ground), 0, 255), np.uint8)

    return change


def gamma(exponent: float) -> Callable[[Pixels], Picture]:
    """Return what bends the curve of grey values."""
    return lambda pixels: np.asarray(255 * (pixels / 255) ** exponent, np.uint8)


def blurred(pixels: Pixels) -> Picture:
    """Blur by a pixel."""
    return cv2.GaussianBlur(pixels, (0, 0), 1.0)


def sharpened(pixels: Pixels) -> Picture:
    """Sharpen as viewers do."""
    return cv2.addWeighted(pixels, 2.0, cv2.GaussianBlur(pixels, (0, 0), 1.5), -1.0, 0)


def on_ground(value: int) -> Callable[[Pixels], Picture]:
    """Return what lays the chromosome on another ground."""
    return lambda pixels: np.where(_chromosome(pixels), pixels, value).astype(np.uint8)


def cropped_tightly(pixels: Pixels) -> Picture:
    """Leave no ground around the chromosome."""
    rows, columns = np.nonzero(_chromosome(pixels))
    return pixels[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1] if len(rows) else pixels


def cropped_loosely(pixels: Pixels) -> Picture:
    """Add 25 pixels of ground all around."""
    return np.pad(pixels, 25, constant_values=_ground(pixels))


def bent(pixels: Pixels) -> Picture:
    """Bend it like a bow, by an eighth of its height."""
    wide = np.pad(pixels, ((2, 2), (pixels.shape[0] // 6,) * 2), constant_values=_ground(pixels))
    height, width = wide.shape
    rows, columns = np.mgrid[:height, :width].astype(np.float32)
    shift = height / 8 * (1 - (2 * rows / height - 1) ** 2) - height / 16
    return cv2.remap(wide, columns + shift, rows, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)


VARIANTS: Final[dict[str, Callable[[Pixels], Picture]]] = {
    "as stored": lambda pixels: pixels,
    **{f"contrast {factor}": contrast(factor) for factor in (0.5, 0.7, 1.3)},
    **{f"gamma {exponent}": gamma(exponent) for exponent in (0.7, 1.4)},
    "blur of 1": blurred,
    "sharpened": sharpened,
    **{f"{factor}x": scaled(factor) for factor in (0.7, 1.4, 2.0)},
    "JPEG 30": stored_as_jpeg,
    "inverted": lambda pixels: 255 - pixels,
    "black ground": on_ground(0),
    "grey ground": on_ground(200),
    "tight": cropped_tightly,
    "loose": cropped_loosely,
    "bent": bent,
}
"""Name to the change."""


def right(
    analyser: Analyser, cells: Sequence[CutoutSource], change: Callable[[Pixels], Picture]
) -> tuple[float, float]:
    """Shares of right labels and of short arms told to be up, of all chromosomes of some cells."""
    labels, up, n = 0, 0, 0
    for cell in cells:
        pictures = [Original(str(i), _NOTHING, change(pixels)) for i, pixels in enumerate(cell.pictures)]
        said: Sequence[Suggestion | None] = analyser.classify_cell(cell.cell, pictures).suggestions
        labels += sum(one is not None and one.label == true for one, true in zip(said, cell.labels, strict=True))
        up += sum(one is not None and not one.upside_down for one in said)
        n += len(said)
    return labels / n, up / n


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("archive", type=Path)
    parser.add_argument("--split", default="val")
    parser.add_argument("--upright", action="store_true")
    parser.add_argument("--models", type=Path)
    args = parser.parse_args()
    analyser = Analyser(args.models, threads=2)
    cells = [cell for cell in cutouts(args.archive, args.upright) if cell.split == args.split]
    for name, change in VARIANTS.items():
        labels, up = right(analyser, cells, change)
        direction = f", direction right {up:.4f}" if args.upright else ""
        print(f"{name:14} label right {labels:.4f}{direction}", flush=True)


if __name__ == "__main__":
    main()
