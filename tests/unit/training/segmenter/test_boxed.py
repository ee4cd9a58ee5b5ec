"""A box gets an outline where a body fills it, and none where it is not sure."""

import cv2
import numpy as np
import pytest

from karyodesk.imaging.body import Body, crop_body
from karyodesk.imaging.boxes import reported_box
from karyodesk.imaging.chromatin import chromatin_mask, chromosome_width
from karyodesk.imaging.density import optical_density
from karyodesk.imaging.scale import WORKING_WIDTH
from karyodesk.iscn.karyotype import parse
from karyodesk.paths import models
from karyodesk.simulate import Style, simulate_cell
from karyodesk.training.segmenter.boxed import bodies_of_boxes, match, outline
from karyodesk.training.sources import MetaphaseSource, TruthBox
from karyodesk.training.workshop import teaching

from ...imaging.drawings import agreement, in_picture
from .cells import FREE, SHAPE, chromosome, outlined, specks


def boxes_of(*masks):
    return outlined(masks).boxes.astype(float)


def test_every_box_gets_its_own_body():
    bodies = [crop_body(mask) for mask in FREE]
    assert match(bodies[::-1], boxes_of(*FREE), SHAPE) == tuple(bodies)


def test_what_fits_no_box_is_nobodys():
    bodies = [crop_body(FREE[0] | FREE[1]), crop_body(FREE[2])]
    assert match(bodies, boxes_of(*FREE[:3]), SHAPE) == (None, None, bodies[1])
    assert match([], boxes_of(*FREE[:2]), SHAPE) == (None, None)
    assert match(bodies, np.zeros((0, 4)), SHAPE) == ()


def test_no_body_serves_two_boxes():
    body = crop_body(FREE[0])
    (box,) = boxes_of(FREE[0])
    assert match([body], np.stack([box + 3, box]), SHAPE) == (None, body)


def test_of_two_bodies_that_are_nearly_the_same_the_better_is_kept():
    right, longer = crop_body(FREE[0]), crop_body(chromosome((40, 30), (64, 150)))
    (box,) = boxes_of(FREE[0])
    longer_box = box + np.array([0, 0, 4, 30])
    assert match([longer, right], np.stack([longer_box, box]), SHAPE).count(None) == 1


def test_chromosomes_that_cross_do_not_contradict_each_other_but_their_union_does():
    cross = chromosome((100, 100), (200, 180)), chromosome((100, 180), (200, 100))
    one, other = (crop_body(mask) for mask in cross)
    assert match([one, crop_body(cross[0] | cross[1]), other], boxes_of(*cross), SHAPE) == (one, other)


def source(folder, style=None):
    """A simulated cell as a file with boxes as people draw them, and the cell itself; its chromosomes lie free."""
    cell = simulate_cell(parse("46,XY"), 5, style or Style(touching=0.0, overlapping=0.0, nuclei=0, dirt=0.3))
    path = folder / "cell.png"
    cv2.imwrite(str(path), cell.pixels)
    room = [reported_box(one.bbox, cell.style.width, cell.pixels.shape) for one in cell.chromosomes]
    boxes = tuple(TruthBox(box, one.label) for box, one in zip(room, cell.chromosomes, strict=True))
    return MetaphaseSource("s1", "p1", "val", path, boxes), cell


def agreements(found, cell):
    """How far the outline of each box of a simulated cell agrees with the true mask; 0 where it has none."""
    height, width = found.grey.shape
    for body, truth in zip(found.bodies, cell.chromosomes, strict=True):
        full = truth.full_mask(*cell.pixels.shape).astype(np.float32)
        mask = cv2.resize(full, (width, height), interpolation=cv2.INTER_AREA) > 0.5
        yield 0.0 if body is None else agreement(mask, in_picture(body, mask.shape))


def test_free_chromosomes_are_outlined_at_the_working_scale(tmp_path):
    boxed, cell = source(tmp_path)
    found = outline(boxed, None)
    assert found.cell == "s1"
    assert not found.exact
    density = optical_density(cell.pixels)
    assert chromosome_width(chromatin_mask(found.density, density.noise)) == pytest.approx(WORKING_WIDTH, rel=0.1)
    assert np.mean([good > 0.75 for good in agreements(found, cell)]) > 0.9


def test_the_shipped_segmenter_outlines_chromosomes_that_lie_on_others(tmp_path):
    boxed, cell = source(tmp_path, Style(touching=0.3, overlapping=0.3, nuclei=0, dirt=0.3))
    free = np.mean([good > 0.75 for good in agreements(outline(boxed, None), cell)])
    read = np.mean([good > 0.75 for good in agreements(outline(boxed, teaching(models() / "segmenter.onnx")), cell)])
    assert read > max(0.85, free + 0.1)


def test_a_picture_that_cannot_be_read_is_named(tmp_path):
    boxed, _ = source(tmp_path)
    boxed.image.write_bytes(b"no picture")
    with pytest.raises(ValueError, match=r"cell\.png"):
        outline(boxed, None)


def test_a_picture_of_nothing_is_named_by_its_cell(tmp_path):
    boxed, _ = source(tmp_path)
    cv2.imwrite(str(boxed.image), specks())
    with pytest.raises(ValueError, match="s1"):
        outline(boxed, None)


def test_once_there_is_a_teacher_its_bodies_are_taken(tmp_path):
    boxed, _ = source(tmp_path)
    asked = []

    def teach(density, boxes):
        asked.append((density.shape, len(boxes)))
        x0, y0, x1, y1 = (round(side) for side in boxes[2])
        return [Body(np.ones((y1 - y0 - 6, x1 - x0 - 6), bool), x0 + 3, y0 + 3)]

    found = outline(boxed, teach)
    assert asked == [(found.grey.shape, len(boxed.boxes))]
    assert [number for number, body in enumerate(found.bodies) if body is not None] == [2]


def test_bodies_of_boxes_lie_where_the_chromosomes_do_in_the_picture(tmp_path):
    boxed, cell = source(tmp_path)

    def teach(working, boxes):
        count, labels = cv2.connectedComponents((working > 0.4).astype(np.uint8))
        return [body for number in range(1, count) if (body := crop_body(labels == number)) is not None]

    bodies = bodies_of_boxes(boxed, optical_density(cell.pixels), teach)
    assert len(bodies) == len(boxed.boxes)
    shape = cell.pixels.shape
    pairs = zip(bodies, cell.chromosomes, strict=True)
    good = [b is not None and agreement(truth.full_mask(*shape), in_picture(b, shape)) > 0.75 for b, truth in pairs]
    assert np.mean(good) > 0.9
