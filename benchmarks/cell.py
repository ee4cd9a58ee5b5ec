"""Seconds a cell from file to karyogram, the share of each step, and peak memory.

    python benchmarks/cell.py [PICTURE_OR_FOLDER ...] [--threads 2]

Without paths the sample case is measured. The first cell warms up and is not counted.
"""

import argparse
import resource
import time
from collections import defaultdict
from pathlib import Path

import cv2
import numpy as np

from karyodesk.analysis import Analyser
from karyodesk.imaging.read import find_files, read_pictures
from karyodesk.imaging.views import chromosome_view
from karyodesk.paths import sample_case


class Stopwatch:
    """Collects the seconds between steps."""

    def __init__(self) -> None:
        self.seconds: dict[str, list[float]] = defaultdict(list)
        self._running: tuple[str, float] | None = None

    def step(self, name: str, _done: float = 0.0) -> None:
        """End the running step and begin the next."""
        now = time.perf_counter()
        if self._running:
            self.seconds[self._running[0]].append(now - self._running[1])
        self._running = (name, now) if name else None


def measure(analyser: Analyser, path: Path) -> Stopwatch:
    """Take one file all the way to its straightened views."""
    watch = Stopwatch()
    watch.step("Reading")
    for picture in read_pictures(path):
        cell = analyser.analyse(picture, watch.step)
        watch.step("Drawing the views")
        for chromosome in cell.chromosomes:
            chromosome_view(picture, chromosome)
        watch.step("")
    return watch


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="*", type=Path, default=[sample_case()])
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    cv2.setNumThreads(args.threads)
    analyser = Analyser(threads=args.threads)
    files = find_files(args.paths)
    measure(analyser, files[0])
    watches = [measure(analyser, path) for path in files]
    totals = [sum(sum(part) for part in watch.seconds.values()) for watch in watches]
    print(f"{len(files)} files: median {np.median(totals):.3f} s, 95th percentile {np.percentile(totals, 95):.3f} s")
    for name in watches[0].seconds:
        part = sum(sum(watch.seconds[name]) for watch in watches)
        print(f"  {name:20s} {part / len(files):7.3f} s  {part / sum(totals):6.1%}")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


if __name__ == "__main__":
    main()
