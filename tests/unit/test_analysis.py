"""The pipeline as a whole, on metaphases of the simulator and with the models that are shipped."""

import csv
from collections import Counter
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import pytest
import skimage.data

from karyodesk.analysis import BRIGHT_ON_DARK, Analyser, _surplus
from karyodesk.domain.cell import DoubtKind
from karyodesk.domain.chromosome import Suggestion
from karyodesk.domain.edits import restore
from karyodesk.domain.errors import Cancelled, ModelError, PictureError
from karyodesk.domain.labels import LABELS
from karyodesk.domain.methods import AllocationMethod, Methods
from karyodesk.imaging.axis import medial_axis
from karyodesk.imaging.body import body_of, crop_body, mask_iou, outline_of
from karyodesk.imaging.picture import Picture
from karyodesk.iscn.karyotype import parse
from karyodesk.recognition.classifier import Scores
from karyodesk.recognition.encode import encoded
from karyodesk.recognition.rereading import reread
from karyodesk.recognition.selection import LEAST_MERIT, LEAST_MERIT_OF_SURPLUS, MERIT_TO_ASK, select
from karyodesk.simulate import Style, simulate_cell

REAL = Path(__file__).parents[3] / "shared" / "data" / "metaphases"


@pytest.fixture(scope="module")
def analyser():
    return Analyser(threads=1)


@cache
def simulated():
    style = Style(touching=0.0, overlapping=0.0, nuclei=1, dirt=0.3)
    return simulate_cell(parse("46,XY"), 5, style)


def picture(pixels=None, name="cell.png"):
    return Picture(name, "0" * 64, simulated().pixels if pixels is None else pixels)


@pytest.fixture(scope="module")
def cell(analyser):
    return analyser.analyse(picture())


def test_nearly_every_free_lying_chromosome_is_found(cell):
    assert 40 <= len(cell.chromosomes) <= 50


def test_every_part_of_the_cell_agrees_with_the_others(cell):
    assert (cell.width, cell.height) == simulated().pixels.shape[::-1]
    assert len(cell.by_id) == len(cell.chromosomes)
    for chromosome in cell.chromosomes:
        x0, y0, x1, y1 = chromosome.outline.bbox
        assert 0 <= x0 < x1 <= cell.width
        assert 0 <= y0 < y1 <= cell.height
        assert 0 < chromosome.centromere < 1
        assert chromosome.label == chromosome.suggestion.label
        assert chromosome.turned == chromosome.suggestion.upside_down
        shares = [share for _, share in chromosome.suggestion.alternatives]
        assert shares == sorted(shares, reverse=True)
        assert chromosome.suggestion.alternatives[0][0] == chromosome.suggestion.unconstrained_label


def test_slots_are_numbered_from_the_left_longest_first(cell):
    for label in {chromosome.label for chromosome in cell.chromosomes}:
        members = cell.in_slot(label)
        assert [member.position for member in members] == list(range(len(members)))
        lengths = [len(member.axis) for member in members]
        assert all(a >= b - 1 for a, b in pairwise(lengths))


def test_results_are_the_same_on_every_run_and_with_any_number_of_threads(cell):
    assert Analyser(threads=2).analyse(picture()) == cell


def test_bright_on_dark_and_16_bits_show_the_same_cell(analyser, cell):
    for pixels in (255 - simulated().pixels, simulated().pixels.astype(np.uint16) * 257):
        other = analyser.analyse(picture(pixels))
        assert abs(len(other.chromosomes) - len(cell.chromosomes)) <= 2


def test_a_picture_read_as_a_fluorescent_one_is_flagged(analyser, cell):
    assert BRIGHT_ON_DARK in analyser.analyse(picture(255 - simulated().pixels)).flags
    assert BRIGHT_ON_DARK not in cell.flags


def test_steps_are_told_in_order_and_can_cancel(analyser):
    told = []
    analyser.analyse(picture(), lambda text, done: told.append((text, done)))
    assert [done for _, done in told] == sorted(done for _, done in told)
    assert len({text for text, _ in told}) == len(told) >= 4

    def stop(_text, done):
        if done > 0.5:
            raise Cancelled

    with pytest.raises(Cancelled):
        analyser.analyse(picture(), stop)


@cache
def broken_cell():
    """A simulated cell in which eight long chromosomes are each broken by a thin bright gap, and these eight."""
    made = simulated()
    bodies = [crop_body(chromosome.full_mask(*made.pixels.shape)) for chromosome in made.chromosomes]
    broken = sorted(bodies, key=lambda body: -body.mask.sum())[:24:3]
    gaps = np.zeros(made.pixels.shape, np.uint8)
    for body in broken:
        axis = medial_axis(body)
        at = round(0.45 * len(axis.line))
        along = axis.line[at + 2] - axis.line[at - 2]
        across = 0.8 * axis.width * np.array([-along[1], along[0]]) / np.linalg.norm(along)
        ends = [np.round(axis.line[at] + side * across).astype(int).tolist() for side in (-1, 1)]
        cv2.line(gaps, *ends, 1, 6)
    share = cv2.GaussianBlur(gaps.astype(np.float32), (0, 0), 0.8)
    pixels = made.pixels * (1 - share) + np.percentile(made.pixels, 80) * share
    return np.clip(pixels, 0, 255).astype(np.uint8), broken


def test_many_chromosomes_broken_by_a_thin_gap_are_whole_and_can_be_cut_again(analyser):
    """Without the second look none of the eight is whole, with it four are."""
    pixels, broken = broken_cell()
    found = analyser.analyse(picture(pixels))
    outlined = {chromosome.id: body_of(chromosome.outline) for chromosome in found.chromosomes}
    whole = [id_ for body in broken for id_, other in outlined.items() if mask_iou(body, other) > 0.85]
    assert len(whole) >= 3
    cuts = [doubt for doubt in found.doubts if doubt.kind is DoubtKind.OVERLAP and doubt.chromosomes[0] in whole]
    assert len(cuts) >= 2
    for doubt in cuts:
        pieces = [body_of(outline) for outline in doubt.resolutions[0].outlines]
        areas = [np.count_nonzero(piece.mask) for piece in pieces]
        assert len(pieces) == 2
        # The two may share what lies between them.
        assert 0.8 < sum(areas) / np.count_nonzero(outlined[doubt.chromosomes[0]].mask) < 1.15


def test_the_cell_is_that_of_the_second_look_which_is_at_the_scale_of_the_first(analyser, monkeypatch):
    given_to, looks = [], []

    def encoding(densities, bodies, axes, scale, technique):
        given_to.append((axes, scale))
        return encoded(densities, bodies, axes, scale, technique)

    def looking(*given):
        looks.append(reread(*given))
        return looks[-1]

    monkeypatch.setattr("karyodesk.analysis.encoded", encoding)
    monkeypatch.setattr("karyodesk.analysis.reread", looking)
    cell = analyser.analyse(picture(broken_cell()[0]))
    (first, own), (further, given) = given_to
    assert given == own
    assert 0 < len(further) < len(first)
    ((found, named),) = looks
    assert len(cell.chromosomes) == len(found.bodies) < len(first)
    assert len(cell.doubts) == len(found.doubts)
    for chromosome, body, costs in zip(cell.chromosomes, found.bodies, named.scores.costs, strict=True):
        assert chromosome.outline == outline_of(body)
        assert chromosome.suggestion.unconstrained_label == LABELS[costs.argmin()]
        assert chromosome.suggestion.alternatives[0][1] == pytest.approx(np.exp(-costs.min()))


def noise(size=300):
    return np.random.default_rng(0).integers(0, 256, (size, size)).astype(np.uint8)


def coins():
    canvas = np.full((400, 400), 60, np.uint8)
    for x in range(50, 400, 75):
        for y in range(50, 400, 75):
            cv2.circle(canvas, (x, y), 26, 150 + (x * y) % 60, -1)
    return canvas


def blank():
    return np.full((300, 300), 230, np.uint8)


def one_pixel():
    return np.zeros((1, 1), np.uint8)


@pytest.mark.parametrize("subject", ["camera", "moon", "chelsea", "coins", "text"])
def test_photographs_of_other_things_are_refused(analyser, subject):
    pixels = np.ascontiguousarray(getattr(skimage.data, subject)())
    with pytest.raises(PictureError, match=r"metaphase\.$"):
        analyser.analyse(picture(pixels, subject))


@pytest.mark.parametrize("make", [noise, coins, blank, one_pixel])
def test_what_is_no_metaphase_is_refused_in_one_sentence(analyser, make):
    with pytest.raises(PictureError) as refused:
        analyser.analyse(picture(make()))
    assert refused.value.message.endswith(".")
    assert "Choose" in refused.value.message


def cut_out(analyser, ground):
    """The chromosomes of a cell, one a picture."""
    for chromosome in analyser.analyse(picture()).chromosomes:
        body = body_of(chromosome.outline)
        crop = np.where(body.mask, simulated().pixels[body.window], ground).astype(np.uint8)
        yield picture(np.pad(crop, 6, constant_values=ground))


def labels_of(named):
    return [suggestion.label for suggestion in named.suggestions if suggestion]


def test_dark_bands_on_a_black_ground_are_read_as_dark_ones(analyser):
    light = labels_of(analyser.classify_cell("light", list(cut_out(analyser, 255))))
    black = labels_of(analyser.classify_cell("black", list(cut_out(analyser, 0))))
    assert np.mean([one == other for one, other in zip(light, black, strict=True)]) > 0.8


def test_cut_out_chromosomes_are_named_together(analyser):
    pictures = list(cut_out(analyser, 255))
    named = analyser.classify_cell("one", [*pictures, picture(blank())])
    assert len(named.suggestions) == len(pictures) + 1
    assert named.suggestions[-1] is None
    counts = Counter(suggestion.label for suggestion in named.suggestions[:-1])
    assert sum(min(counts[label], 2) for label in LABELS) > 0.8 * len(pictures)


def test_a_cell_without_a_chromosome_is_answered_all_the_same(analyser):
    named = analyser.classify_cell("none", [picture(blank())])
    assert named.suggestions == (None,)
    assert named.karyotype == ""


def test_a_missing_model_is_said_in_words(tmp_path):
    with pytest.raises(ModelError, match="Install KaryoDesk again"):
        Analyser(tmp_path)


def test_chromosomes_are_allocated_by_the_method_asked_for(analyser):
    blurred = picture(cv2.GaussianBlur(simulated().pixels, (0, 0), 3.5))
    alone = Analyser(threads=1, methods=Methods(allocation=AllocationMethod.ALONE)).analyse(blurred)
    together = analyser.analyse(blurred)
    assert [c.label for c in alone.chromosomes] == [c.suggestion.unconstrained_label for c in alone.chromosomes]
    assert [c.label for c in together.chromosomes] != [c.label for c in alone.chromosomes]


def test_what_is_no_whole_chromosome_is_left_out_takes_no_place_and_can_be_restored(analyser, cell, monkeypatch):
    first = cell.chromosomes[0]

    def doubting(candidates, contrary, judged, scores):
        selection = select(candidates, contrary, judged, scores)
        its = [outline_of(one.body) == first.outline for one in candidates]
        assert sum(its) == 1
        return replace(selection, merits=np.where(its, LEAST_MERIT - 0.1, selection.merits))

    monkeypatch.setattr("karyodesk.analysis.select", doubting)
    changed = analyser.analyse(picture())
    gone = changed.by_id[first.id]
    before = {each.id for each in cell.chromosomes if each.rejected}
    assert {each.id for each in changed.chromosomes if each.rejected} == before | {first.id}
    assert first.id not in before
    assert gone.suggestion.left_out
    assert gone.label == gone.suggestion.unconstrained_label
    assert len(changed.kept) == len(cell.kept) - 1
    assert changed.karyotype.startswith(str(len(cell.kept) - 1))
    restored = restore(changed, first.id, "A").apply(changed)
    assert len(restored.in_slot(gone.label)) == len(changed.in_slot(gone.label)) + 1


@pytest.mark.parametrize(("merit", "asked"), [(MERIT_TO_ASK + 0.1, True), (MERIT_TO_ASK - 0.1, False)])
def test_what_is_left_out_is_asked_about_where_it_has_some_merit(analyser, merit, asked):
    """Three bodies of one type, of which one has less merit than a gain needs."""
    costs = np.full((3, 24), 9.0)
    costs[:, 20] = 0.1
    scores = Scores(costs, np.zeros((3, 24)), np.ones(3))
    said = analyser._allocated(scores, np.array([5.0, 6.0, merit]))
    assert [one.left_out for one in said] == [False, False, True]
    assert said[2].uncertain is asked


def said(label, left_out=False):
    return Suggestion(label, 0.9, label, (("1", 0.9), ("2", 0.05), ("3", 0.05)), False, 0.9, False, left_out)


def surplus(labels, merits):
    return _surplus([said(label) for label in labels], np.array(merits)).tolist()


def test_of_three_of_a_type_the_one_with_little_merit_is_surplus():
    assert surplus("2212", [4.0, 1.2, 3.0, 2.0]) == [False, True, False, False]


def test_a_third_one_with_merit_is_a_gain():
    enough = LEAST_MERIT_OF_SURPLUS + 0.1
    assert surplus("2212", [4.0, enough, 0.1, 3.0]) == [False] * 4


def test_what_has_no_place_and_little_merit_is_surplus():
    assert surplus([None, None, "1"], [0.1, 4.0, 0.05]) == [True, False, False]


def test_what_is_left_out_already_counts_no_more():
    suggestions = [said("2"), said("2", left_out=True), said("2")]
    assert not _surplus(suggestions, np.array([0.1, 0.01, 0.1])).any()


def without(cell, *gone):
    return replace(cell, chromosomes=tuple(each for each in cell.chromosomes if each not in gone))


def test_a_body_is_described_alone_as_it_was_among_the_others(analyser, cell):
    for old in cell.chromosomes[::16]:
        (new,) = analyser.describe(picture(), without(cell, old), [old.outline])
        assert (new.outline, new.axis, new.width) == (old.outline, old.axis, old.width)
        assert new.suggestion.unconstrained_label == old.suggestion.unconstrained_label
        shares = [share for _, share in new.suggestion.alternatives]
        assert shares == pytest.approx([share for _, share in old.suggestion.alternatives], abs=0.02)
        assert (new.label, new.turned) == (new.suggestion.label, new.suggestion.upside_down)


@pytest.mark.parametrize("sees_cell", [True, False])
def test_the_others_of_a_cell_are_read_only_for_a_method_that_sees_them(analyser, cell, monkeypatch, sees_cell):
    scored, read = analyser._classifier.scores, []
    monkeypatch.setattr(analyser._classifier, "sees_cell", sees_cell)
    monkeypatch.setattr(analyser._classifier, "scores", lambda reading: read.append(reading) or scored(reading))
    old = cell.kept[0]
    (new,) = analyser.describe(picture(), without(cell, old), [old.outline])
    assert len(read[0].whole) == (len(cell.kept) if sees_cell else 1)
    assert new.suggestion.unconstrained_label == old.suggestion.unconstrained_label


def test_described_bodies_are_named_by_their_outlines(analyser, cell):
    first, second = cell.chromosomes[:2]
    outlines = [first.outline, second.outline]
    made = analyser.describe(picture(), without(cell, first, second), outlines)
    assert made == analyser.describe(picture(), without(cell, first, second), outlines)
    assert [outline.digest in new.id for outline, new in zip(outlines, made, strict=True)] == [True, True]
    assert not {new.id for new in made} & set(cell.by_id)


def test_a_described_body_keeps_its_best_label_where_others_have_it_and_none_where_that_is_improbable(
    analyser, cell, monkeypatch
):
    probability = np.full((3, 24), 0.01)
    probability[:2, 0] = 0.77
    probability[2, :2] = 0.4, 0.38
    scores = Scores(-np.log(probability), np.full((3, 24), 8.0), np.ones(3))
    monkeypatch.setattr(analyser._classifier, "scores", lambda _pictures: scores)
    made = analyser.describe(picture(), cell, [chromosome.outline for chromosome in cell.chromosomes[:3]])
    assert [new.label for new in made] == ["1", "1", None]
    assert made[2].suggestion.unconstrained_label == "1"
    assert all(new.needs_look for new in made)


@pytest.mark.real_data
@pytest.mark.skipif(not REAL.exists(), reason="the research data is not beside the project")
def test_real_cells_of_val_are_read(analyser):
    """A guard against a broken model or pipeline; the figures themselves are in docs/results.md."""
    with open(REAL / "cells.csv") as file:
        rows = [row for row in csv.DictReader(file) if row["split"] == "val"][:3]
    for row in rows:
        pixels = cv2.imread(str(REAL / row["image"]), cv2.IMREAD_GRAYSCALE)
        found = analyser.analyse(picture(pixels, row["image"]))
        assert abs(len(found.chromosomes) - int(row["chromosomes"])) <= 8
        sure = [c for c in found.chromosomes if not c.suggestion.uncertain]
        assert len(sure) > 0.5 * len(found.chromosomes)
