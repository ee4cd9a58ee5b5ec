"""A drawn metaphase, and an analyser that knows where its bars stand: the window without the networks."""

import time

import cv2
import numpy as np

from karyodesk.domain.cell import Cell, RejectedBody
from karyodesk.domain.chromosome import Chromosome, Suggestion
from karyodesk.domain.errors import PictureError
from karyodesk.domain.labels import AUTOSOMES
from karyodesk.domain.outline import Outline
from karyodesk.iscn.karyotype import flags, propose

WIDTH, HEIGHT = 640, 480
FEMALE = tuple(label for label in (*AUTOSOMES, "X") for _ in range(2))
UNCERTAIN = frozenset({5, 20, 40})
"""Numbers of the bars of every cell whose label is badged."""


def bar(number):
    """x0, y0, x1, y1 of a bar, both ends inside it."""
    column, row = number % 12, number // 12
    x, y = 30 + 50 * column, 30 + 110 * row
    return x, y, x + 13, y + 85 - number


def draw_metaphase(count=46):
    image = np.full((HEIGHT, WIDTH), 235, np.uint8)
    for number in range(count):
        x0, y0, x1, y1 = bar(number)
        image[y0 : y1 + 1, x0 : x1 + 1] = 90
        image[y0 + 8 : y0 + 14, x0 : x1 + 1] = 50
    return image


def write_metaphase(path, count=46):
    assert cv2.imwrite(str(path), draw_metaphase(count))
    return path


def stand_in_chromosome(number, label, position):
    x0, y0, x1, y1 = (float(value) for value in bar(number))
    uncertain = number in UNCERTAIN
    suggestion = Suggestion(
        label=label,
        confidence=0.6 if uncertain else 0.98,
        unconstrained_label="11" if uncertain else label,
        alternatives=((label, 0.6), ("11", 0.3), ("12", 0.08), ("X", 0.02)),
        upside_down=False,
        direction_confidence=0.95,
        uncertain=uncertain,
    )
    middle = (x0 + x1) / 2
    return Chromosome(
        id=f"c{number:03d}",
        outline=Outline((((x0, y0), (x1, y0), (x1, y1), (x0, y1)),)),
        axis=((middle, y0), (middle, (y0 + y1) / 2), (middle, y1)),
        width=14.0,
        centromere=0.4,
        suggestion=suggestion,
        label=label,
        position=position,
        turned=False,
    )


class StandInAnalyser:
    """Finds the bars that ``draw_metaphase`` draws; labels them in pairs."""

    model_versions = {"classifier": "1.0 (0123456789ab)"}  # noqa: RUF012
    seconds = 0.0

    def analyse(self, picture, step):
        for done in range(10):
            step("Finding chromosomes", done / 10)
            time.sleep(self.seconds / 10)
        count = sum(picture.pixels[bar(number)[1] + 3, bar(number)[0] + 3].min() < 128 for number in range(46))
        if not count:
            raise PictureError("No chromosomes were found. Choose a picture of a metaphase.")
        labels = FEMALE[:count]
        chromosomes = tuple(
            stand_in_chromosome(number, label, labels[:number].count(label)) for number, label in enumerate(labels)
        )
        return Cell(
            picture.name,
            picture.sha256,
            picture.width,
            picture.height,
            chromosomes,
            rejected=(RejectedBody((560, 400, 620, 460), "nucleus"),),
            flags=flags(labels),
            karyotype=propose(labels),
            chromosome_width=14.0,
        )


class SlowAnalyser(StandInAnalyser):
    """Takes two seconds a picture."""

    seconds = 2.0
