"""How far finding chromosomes falls in other pictures of the same cells.

    python benchmarks/robust.py METAPHASES [--split val] [--cells 40] [--models FOLDER]

The cells are drawn once, the same for every picture. A chromosome is found where a reported box agrees with an
annotated one by an IoU of 0.5, one to one.
"""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt
from matching import matched, true_boxes

from karyodesk.domain.errors import KaryoDeskError
from karyodesk.imaging.boxes import box_iou, reported_box
from karyodesk.imaging.density import optical_density
from karyodesk.recognition.segmenter import Segmenter
from karyodesk.training.sources import MetaphaseSource, Pixels, metaphases

_SEED = 5
Picture = npt.NDArray[np.generic]


def scaled(factor: float) -> Callable[[Pixels], Picture]:
    """Return what resamples a picture by a factor."""
    how = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    return lambda pixels: cv2.resize(pixels, None, fx=factor, fy=factor, interpolation=how)


def noisy(pixels: Pixels) -> Picture:
    """Add noise of 8 grey values."""
    noise = np.random.default_rng(0).normal(0, 8, pixels.shape)
    return np.asarray(np.clip(pixels + noise, 0, 255), np.uint8)


def stored_as_jpeg(pixels: Pixels) -> Picture:
    """Store as JPEG of quality 30."""
    _, stored = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, 30])
    return np.asarray(cv2.imdecode(stored, cv2.IMREAD_GRAYSCALE))


def unevenly_lit(pixels: Pixels) -> Picture:
    """Let the light fall to half from one corner to the other."""
    height, width = pixels.shape
    light = 1 - 0.25 * (np.linspace(0, 1, height)[:, None] + np.linspace(0, 1, width))
    return np.asarray(pixels * light, np.uint8)


def tinted(pixels: Pixels) -> Picture:
    """Make it a colour picture, as of an uncorrected camera."""
    return np.asarray(pixels[..., None] * np.array([1.0, 0.85, 0.6]), np.uint8)


def in_twelve_bits(pixels: Pixels) -> Picture:
    """Store it in 16 bits of which 12 are used."""
    return pixels.astype(np.uint16) * 16


def faint(pixels: Pixels) -> Picture:
    """Press the contrast to two fifths."""
    return np.asarray(255 - 0.4 * (255.0 - pixels), np.uint8)


VARIANTS: Final[dict[str, tuple[float, Callable[[Pixels], Picture]]]] = {
    "as stored": (1.0, lambda pixels: pixels),
    **{f"{factor}x": (factor, scaled(factor)) for factor in (0.5, 0.7, 1.4, 2.0)},
    "inverted": (1.0, lambda pixels: 255 - pixels),
    "blur of 1.5": (1.0, lambda pixels: cv2.GaussianBlur(pixels, (0, 0), 1.5)),
    "noise of 8": (1.0, noisy),
    "JPEG 30": (1.0, stored_as_jpeg),
    "uneven light": (1.0, unevenly_lit),
    "faint": (1.0, faint),
    "colour": (1.0, tinted),
    "12 of 16 bits": (1.0, in_twelve_bits),
}
"""Name to the factor of magnification and the change."""


def counts(segmenter: Segmenter, source: MetaphaseSource, name: str) -> tuple[int, int, int]:
    """Chromosomes of a changed picture that are found, that there are, and that are reported."""
    factor, change = VARIANTS[name]
    truth = true_boxes(source) * factor
    try:
        density = optical_density(change(source.pixels()))
        found = segmenter.find(density)
    except KaryoDeskError:
        return 0, len(truth), 0
    boxes = [reported_box(body.bbox, found.width, density.values.shape) for body in found.bodies]
    agreement = box_iou(truth, np.array(boxes, float).reshape(-1, 4))
    return matched(agreement), len(truth), len(boxes)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--split", default="val")
    parser.add_argument("--cells", type=int, default=40)
    parser.add_argument("--models", type=Path)
    args = parser.parse_args()
    segmenter = Segmenter(args.models, threads=2)
    sources = [source for source in metaphases(args.data) if source.split == args.split]
    chosen = np.random.default_rng(_SEED).permutation(len(sources))[: args.cells]
    for name in VARIANTS:
        hits, wanted, reported = np.sum([counts(segmenter, sources[place], name) for place in chosen], 0)
        print(f"{name:14} found {hits / wanted:.4f} of {wanted}, precision {hits / max(reported, 1):.4f}", flush=True)


if __name__ == "__main__":
    main()
