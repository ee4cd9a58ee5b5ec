"""How often a picture is taken for dark on light or bright on dark wrongly, under light that falls off.

    python benchmarks/polarity.py METAPHASES [--cells 300]

Metaphases are drawn from all of them, dark on light as they are and inverted; the light falls to so much of itself
across the picture, in a direction drawn at random.
"""

import argparse
from pathlib import Path

import numpy as np

from karyodesk.imaging.density import grey, is_bright_on_dark
from karyodesk.training.sources import Pixels, metaphases

_FALLS = (1.0, 0.5, 0.3)


def lit(pixels: Pixels, falls_to: float, angle: float) -> Pixels:
    """Let the light fall across (height, width) grey values, along an angle in radian."""
    height, width = pixels.shape
    rows, columns = np.mgrid[:height, :width]
    along = np.cos(angle) * columns / width + np.sin(angle) * rows / height
    share = (along - along.min()) / np.ptp(along)
    return np.asarray(pixels * (1 - (1 - falls_to) * share), np.uint8)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--cells", type=int, default=300)
    args = parser.parse_args()
    random = np.random.default_rng(1)
    sources = metaphases(args.data)
    chosen = [sources[place] for place in random.permutation(len(sources))[: args.cells]]
    wrong = np.zeros((len(_FALLS), 2), int)
    for source in chosen:
        pixels = source.pixels()
        for i, falls_to in enumerate(_FALLS):
            angle = random.uniform(0, 2 * np.pi)
            wrong[i, 0] += is_bright_on_dark(grey(lit(pixels, falls_to, angle)))
            wrong[i, 1] += not is_bright_on_dark(grey(lit(255 - pixels, falls_to, angle)))
    for falls_to, (dark, bright) in zip(_FALLS, wrong.tolist(), strict=True):
        print(f"light falling to {falls_to}: {dark} of {len(chosen)} as stored wrong, {bright} inverted")


if __name__ == "__main__":
    main()
