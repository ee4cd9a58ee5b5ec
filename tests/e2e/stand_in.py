"""A drawn metaphase, and an analyser that knows where its bars stand: the window without the networks."""

import hashlib
import time
from dataclasses import replace

import cv2
import numpy as np

from karyodesk.domain.cell import Cell, Doubt, DoubtKind, RejectedBody, Resolution
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
    """Files of different names differ, by the brightness of the ground in a corner, as pictures of two cells do."""
    image = draw_metaphase(count)
    image[0, :4] = [228 + byte % 8 for byte in hashlib.sha256(path.name.encode()).digest()[:4]]
    assert cv2.imwrite(str(path), image)
    return path


def outline(*boxes):
    """The outline of bars, each x0, y0, x1, y1."""
    return Outline(tuple(((x0, y0), (x1, y0), (x1, y1), (x0, y1)) for x0, y0, x1, y1 in boxes))


def halves(number, share=0.5):
    """A bar cut across: two outlines."""
    x0, y0, x1, y1 = (float(value) for value in bar(number))
    middle = round(y0 + share * (y1 - y0))
    return outline((x0, y0, x1, middle)), outline((x0, middle + 1, x1, y1))


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
        outline=outline((x0, y0, x1, y1)),
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

    def describe(self, picture, cell, outlines):
        """Every body that is cut or joined is called a 9; one that is in several pieces is called uncertain."""
        time.sleep(self.seconds)
        return tuple(_described(each) for each in outlines)


def _described(shape):
    x0, y0, x1, y1 = shape.bbox
    middle, uncertain = (x0 + x1 - 1) / 2, len(shape.polygons) > 1
    known = stand_in_chromosome(0, "9", 0)
    return replace(
        known,
        id=f"c-{shape.digest}",
        outline=shape,
        axis=((middle, float(y0)), (middle, y1 - 1.0)),
        suggestion=replace(known.suggestion, uncertain=uncertain),
    )


class DoubtingAnalyser(StandInAnalyser):
    """Takes bar 30 for two chromosomes that may part at either of two places, and bars 3 and 15 for one."""

    def analyse(self, picture, step):
        cell = super().analyse(picture, step)
        ring, other = (cell.by_id[id_].outline.polygons for id_ in ("c003", "c015"))
        return replace(
            cell,
            doubts=(
                Doubt(DoubtKind.OVERLAP, ("c030",), (Resolution(halves(30), 0.7), Resolution(halves(30, 0.3), 0.2))),
                Doubt(DoubtKind.JOIN, ("c003", "c015"), (Resolution((Outline(ring + other),), 0.6),)),
            ),
        )


class SlowAnalyser(StandInAnalyser):
    """Takes two seconds a picture."""

    seconds = 2.0
