"""Cells made by hand: banded strips of about human proportions, for tests of drawing."""

from dataclasses import replace

import numpy as np

from karyodesk.domain.cell import Cell
from karyodesk.domain.chromosome import Chromosome, Suggestion
from karyodesk.domain.labels import LABELS
from karyodesk.domain.outline import Outline
from karyodesk.domain.view import ChromosomeView

# Relative length and centromere of each type, in the order of LABELS.
LENGTHS = (
    248,
    242,
    198,
    190,
    182,
    171,
    159,
    145,
    138,
    134,
    135,
    133,
    114,
    107,
    102,
    90,
    83,
    80,
    59,
    64,
    47,
    51,
    156,
    57,
)
CENTROMERES = (49, 39, 46, 26, 27, 35, 38, 31, 35, 30, 40, 27, 16, 16, 19, 41, 29, 21, 45, 44, 28, 29, 39, 18)


def view(label, seed=0, scale=1.0, thickness=15):
    """A banded strip with a waist at its centromere; ``scale`` pixels of the view per pixel of the original."""
    place = LABELS.index(label) if label in LABELS else 20
    rng = np.random.default_rng(1000 * place)
    height = round(LENGTHS[place] * 0.48 * scale * (1 + 0.04 * np.random.default_rng(seed).standard_normal()))
    width = round(thickness * scale)
    centromere = CENTROMERES[place] / 100 * height
    rows, columns = np.mgrid[0:height, 0:width] + 0.5
    bands = sum(
        rng.uniform(30, 90) * np.exp(-(((rows / height - at) / rng.uniform(0.015, 0.04)) ** 2))
        for at in rng.uniform(0.03, 0.97, max(height // round(11 * scale), 2))
    )
    waist = 1 - 0.35 * np.exp(-(((rows - centromere) / (2.2 * scale)) ** 2))
    across = np.abs(columns - width / 2) / (width / 2 * 0.92 * waist)
    end = np.minimum(rows, height - rows) / (4 * scale)
    inside = np.clip((np.minimum(1, np.sqrt(np.clip(end, 0, 1))) - across) * width / 3, 0, 1)
    grey = np.clip(165 - bands + 30 * across**4, 20, 235)
    pixels = np.where(inside > 0, grey, 255).astype(np.uint8)
    return ChromosomeView(pixels, (inside * 255).astype(np.uint8), float(centromere), scale)


def chromosome(number, label, position=0, **changes):
    """A chromosome with a plain outline somewhere in a picture of 700 by 600."""
    x, y = 40.0 + 80 * (number % 8), 30.0 + 90 * (number // 8 % 6)
    ring = ((x, y), (x + 14, y), (x + 14, y + 60), (x, y + 60))
    best = label or "20"
    suggestion = Suggestion(label, 0.97, best, ((best, 0.97), ("22", 0.02), ("Y", 0.01)), False, 0.99, False)
    made = Chromosome(
        f"c{number:03}", Outline((ring,)), ((x + 7, y), (x + 7, y + 60)), 15.0, 0.4, suggestion, label, position, False
    )
    return replace(made, **changes)


def uncertain(made):
    """The same chromosome, marked for a person to look at."""
    return replace(made, suggestion=replace(made.suggestion, uncertain=True, confidence=0.61))


def normal_labels(sex=("X", "Y")):
    return [label for label in LABELS[:22] for _ in range(2)] + list(sex)


def cell_of(labels, scale=1.0, image="metaphase-07.tif", **changes):
    """A cell with one chromosome for each label (None: in the tray) and its views."""
    chromosomes = tuple(chromosome(number, label, number) for number, label in enumerate(labels))
    views = {c.id: view(c.label or "9", number, scale) for number, c in enumerate(chromosomes)}
    cell = Cell(image, "9f" * 32, 700, 600, chromosomes, karyotype="46,XY")
    return replace(cell, **changes), views
