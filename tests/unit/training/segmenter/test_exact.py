"""Masks that are exactly known lie on the chromosomes; what a map of classes leaves unclear stays open."""

import cv2
import numpy as np
import pytest

from karyodesk.imaging.body import crop_body, shared_pixels
from karyodesk.imaging.boxes import share_within
from karyodesk.iscn.karyotype import parse
from karyodesk.simulate import Style, simulate_cell
from karyodesk.training.segmenter.exact import outline_class_map, outline_simulated
from karyodesk.training.sources import ClassMapSource

from ...imaging.drawings import agreement, in_picture
from .cells import COLOURS, SHAPE, covered, painted, specks


@pytest.fixture(scope="module")
def simulated():
    return outline_simulated(0)


def test_simulated_masks_lie_on_the_chromosomes(simulated):
    assert simulated.exact
    assert simulated.cell == "simulated-00000"
    assert len(simulated.bodies) == 46
    assert simulated.boxes.tolist() == [list(body.bbox) for body in simulated.bodies]
    count = covered(simulated.bodies, simulated.grey.shape)
    near = cv2.dilate((count > 0).astype(np.uint8), np.ones((13, 13))) > 0
    dark = near & (simulated.density > 0.3)
    assert agreement(count > 0, dark) > 0.93
    # A pixel aside they would lie worse.
    aside = [np.roll(count > 0, step, axis) for axis in (0, 1) for step in (-1, 1)]
    assert max(agreement(mask, dark) for mask in aside) < agreement(count > 0, dark) - 0.03


def test_densities_add_where_simulated_masks_cross(simulated):
    count = covered(simulated.bodies, simulated.grey.shape)
    ground, single, crossing = (simulated.density[count == layers].mean() for layers in range(3))
    assert ground < 0.2
    assert single == pytest.approx(1, abs=0.1)
    assert crossing > 1.5


def test_every_number_is_another_cell_and_always_the_same(simulated):
    again, same_karyotype = outline_simulated(0), outline_simulated(5)
    assert np.array_equal(again.grey, simulated.grey)
    assert [body.bbox for body in again.bodies] == [body.bbox for body in simulated.bodies]
    assert not np.array_equal(same_karyotype.grey, simulated.grey)
    assert same_karyotype.cell == "simulated-00005"
    assert [len(outline_simulated(number).bodies) for number in (2, 4)] == [47, 45]


class Mapped:
    """A simulated cell with its map of classes: crossings, a touching pair, and a type in three pieces.

    Attributes:
        cell: the simulated cell.
        labels: the types of its chromosomes in the map.
        pair: the type whose two chromosomes touch.
        broken: the type one of whose two chromosomes is in two pieces.
        found: the outlined metaphase.
    """

    def __init__(self, folder, style, seed):
        self.cell = simulate_cell(parse("46,XX"), seed, style)
        self.labels = [one.label for one in self.cell.chromosomes]
        classes = self._with_a_touching_pair()
        self._break_one(classes)
        for name, pixels in (("picture", self.cell.pixels), ("map", classes)):
            cv2.imwrite(str(folder / f"{name}.png"), pixels)
        self.found = outline_class_map(ClassMapSource("m1", "train", folder / "picture.png", folder / "map.png", True))

    @property
    def crossings(self):
        """Pairs of chromosomes that cross, by their places."""
        masks = [self.mask(place) for place in range(46)]
        return [(i, j) for i in range(46) for j in range(i) if np.count_nonzero(masks[i] & masks[j]) > 30]

    def mask(self, place):
        return self.cell.chromosomes[place].full_mask(*self.cell.pixels.shape)

    def at_scale(self, mask):
        """A mask of the picture at the working scale."""
        height, width = self.found.grey.shape
        return cv2.resize(mask.astype(np.float32), (width, height), interpolation=cv2.INTER_AREA) > 0.5

    def body(self, place):
        """The body found for a chromosome, and how far it agrees with it."""
        mask = self.at_scale(self.mask(place))
        bodies = [body for body in self.found.bodies if body is not None]
        best = max(bodies, key=lambda body: agreement(mask, in_picture(body, mask.shape)))
        return best, agreement(mask, in_picture(best, mask.shape))

    def _with_a_touching_pair(self):
        """The map, in which two chromosomes that touch have exchanged types to be of one."""
        crossed = {place for pair in self.crossings for place in pair}
        i, j = next(
            (i, j)
            for i in range(44)
            for j in range(i)
            if not crossed & {i, j} and self.labels[i] != self.labels[j] and self._touch(i, j)
        )
        self.pair = self.labels[i]
        homologue = next(place for place, label in enumerate(self.labels) if label == self.pair and place != i)
        self.labels[j], self.labels[homologue] = self.labels[homologue], self.labels[j]
        return painted(self.cell, self.labels)

    def _touch(self, i, j):
        return bool((self.mask(j) & (cv2.dilate(self.mask(i).astype(np.uint8), np.ones((3, 3))) > 0)).any())

    def _break_one(self, classes):
        """Take a bar out of the middle of a chromosome that crosses none in the map."""
        crossed = {self.labels[place] for pair in self.crossings for place in pair}
        self.broken = next(label for label in self.labels if label not in {*crossed, self.pair})
        x0, y0, x1, y1 = self.cell.chromosomes[self.labels.index(self.broken)].bbox
        middle = np.s_[y0:y1, (x0 + x1) // 2 - 2 : (x0 + x1) // 2 + 2]
        if y1 - y0 > x1 - x0:
            middle = np.s_[(y0 + y1) // 2 - 2 : (y0 + y1) // 2 + 2, x0:x1]
        classes[middle][classes[middle] == COLOURS[self.broken]] = 0


@pytest.fixture(scope="module")
def mapped(tmp_path_factory):
    style = Style(width=30, touching=0.3, overlapping=0.1, nuclei=0, bend=0.3)
    return Mapped(tmp_path_factory.mktemp("mapped"), style, 0)


def test_clear_bodies_of_a_map_lie_where_the_chromosomes_do(mapped):
    assert mapped.found.exact
    assert mapped.found.cell == "m1"
    clear = [place for place in range(46) if mapped.labels[place] not in (mapped.pair, mapped.broken)]
    assert len(clear) == 42
    assert min(mapped.body(place)[1] for place in clear) > 0.9
    assert len({mapped.body(place)[0] for place in clear}) == 42


def test_bodies_of_a_map_are_not_aside_by_part_of_a_pixel(mapped):
    height, width = mapped.cell.pixels.shape
    factors = np.array([mapped.found.grey.shape[1] / width, mapped.found.grey.shape[0] / height])
    assert max(factors) < 0.6
    aside = []
    for place in range(46):
        if mapped.labels[place] not in (mapped.pair, mapped.broken):
            body, _ = mapped.body(place)
            middle = np.argwhere(mapped.mask(place)).mean(0)[::-1]
            found = np.argwhere(body.mask).mean(0)[::-1] + np.array([body.x0, body.y0])
            aside.append(found - ((middle + 0.5) * factors - 0.5))
    assert np.abs(np.mean(aside, 0)).max() < 0.05


def test_a_crossing_belongs_to_both(mapped):
    assert len(mapped.crossings) >= 2
    for i, j in mapped.crossings:
        (one, _), (other, _) = mapped.body(i), mapped.body(j)
        both = np.count_nonzero(mapped.at_scale(mapped.mask(i) & mapped.mask(j)))
        assert shared_pixels(one, other) == pytest.approx(both, abs=0.2 * both + 3)


def box_of(mask):
    x0, y0, x1, y1 = crop_body(mask).bbox
    return np.array([x0, y0, x1, y1])


def test_a_touching_pair_and_a_type_in_three_pieces_are_boxes_alone(mapped):
    found = mapped.found
    open_ = [box for box, body in zip(found.boxes, found.bodies, strict=True) if body is None]
    assert len(found.bodies) - len(open_) == 42
    pair, broken = (
        [mapped.at_scale(mapped.mask(place)) for place in range(46) if mapped.labels[place] == label]
        for label in (mapped.pair, mapped.broken)
    )
    touching = [box for box in open_ if np.abs(box - box_of(pair[0] | pair[1])).max() < 2]
    pieces = [box for box in open_ if any(share_within(box[None], box_of(mask)[None]) > 0.9 for mask in broken)]
    assert (len(touching), len(pieces)) == (1, 3)
    assert len(open_) == 4


def test_a_picture_of_nothing_is_named_by_its_cell(tmp_path):
    for name, pixels in (("picture", specks()), ("map", np.zeros(SHAPE, np.uint8))):
        cv2.imwrite(str(tmp_path / f"{name}.png"), pixels)
    with pytest.raises(ValueError, match="m7"):
        outline_class_map(ClassMapSource("m7", "train", tmp_path / "picture.png", tmp_path / "map.png", True))
