"""What the network is told: the right answer costs little, each wrong part of it more."""

from dataclasses import replace

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from karyodesk.recognition.instances import FEATURES, HIDDEN, KERNEL, PLACES, Maps, ask, points_of  # noqa: E402
from karyodesk.training.segmenter.canvas import SIDE  # noqa: E402
from karyodesk.training.segmenter.loss import batch, loss, small_networks  # noqa: E402
from karyodesk.training.segmenter.network import Outputs  # noqa: E402
from karyodesk.training.segmenter.targets import PIXELS, POINTS, targets  # noqa: E402

from ...imaging.drawings import ribbon  # noqa: E402
from .cells import at_points, canvas_of  # noqa: E402

LINES = ([(40, 30), (60, 130)], [(100, 100), (200, 180)], [(100, 180), (200, 100)])
CHROMOSOMES = [ribbon(line, 12, (SIDE, SIDE)) for line in LINES]
SURE = 6.0
PARTS = ("core", "reach", "chromatin", "masks", "quality")


@pytest.fixture(scope="module")
def truth():
    return batch([targets(canvas_of(*CHROMOSOMES), np.random.default_rng(seed)) for seed in range(2)])


@pytest.fixture(scope="module")
def perfect(truth):
    """Outputs that say just what they ought to: each chromosome is a feature that its points' networks read."""
    core = torch.stack([SURE * (2 * truth.core - 1), torch.full_like(truth.core, SURE)], 1)
    features = torch.zeros(2, FEATURES + 1, PIXELS, PIXELS)
    features[:, FEATURES] = SURE * (2 * truth.chromatin - 1)
    kernels = torch.zeros(2, KERNEL, POINTS, POINTS)
    for number, mask in enumerate(CHROMOSOMES):
        share = torch.from_numpy(mask.reshape(PIXELS, 2, PIXELS, 2).mean((1, 3)))
        features[:, number] = SURE * (2 * share - 1)
        first, last = torch.zeros(HIDDEN, FEATURES + PLACES), torch.zeros(HIDDEN)
        first[:2, number] = last[:2] = torch.tensor([1.0, -1.0])
        kernel = torch.cat([first.flatten(), torch.zeros(HIDDEN), last, torch.zeros(1)])
        kernels[:, :, torch.from_numpy(at_points(mask))] = kernel[None, :, None]
    return Outputs(core, truth.reach, kernels, features)


def test_small_networks_answer_in_training_as_in_the_program():
    random = np.random.default_rng(0)
    kernels, features = random.normal(size=(KERNEL, 16, 20)), random.normal(size=(FEATURES, 32, 40))
    core, reach = np.zeros((16, 20)), np.full((4, 16, 20), 24.0)
    core[3, 5] = core[15, 19] = 1
    maps = Maps(*(value.astype(np.float32) for value in (core, core, reach, kernels, features)))
    points = points_of(maps)
    for i, (row, column) in enumerate(zip(points.row, points.column, strict=True)):
        one = ask(maps, points, i)
        y, x = (torch.from_numpy(place.ravel()) for place in np.nonzero(np.ones_like(one.logits)))
        y, x = y + one.y0, x + one.x0
        kernel = torch.from_numpy(maps.kernels[:, row, column])[None]
        there = torch.tensor([row]), torch.tensor([column])
        answer = small_networks(kernel, torch.from_numpy(maps.features)[:, y, x], there, (y, x))
        assert answer[0].numpy() == pytest.approx(one.logits.ravel(), rel=1e-5, abs=1e-5)


def test_the_right_answer_costs_little(perfect, truth):
    result = loss(perfect, truth)
    assert result.parts["IoU"] > 0.9
    assert float(result.total) < 0.4


@pytest.mark.parametrize(
    ("output", "channel", "shift", "worse"),
    [
        ("core", 0, -SURE, {"core"}),
        ("core", 1, -2 * SURE, {"quality"}),
        ("reach", 2, 5, {"reach"}),
        ("features", FEATURES, SURE, {"chromatin"}),
        # Quality is to say how far the masks are right, so it is wrong with them.
        ("kernels", -1, -3 * SURE, {"masks", "quality"}),
    ],
)
def test_a_wrong_answer_costs_more_in_its_own_part(perfect, truth, output, channel, shift, worse):
    value = getattr(perfect, output).clone()
    value[:, channel] += shift
    torch.manual_seed(0)
    right = loss(perfect, truth)
    torch.manual_seed(0)
    wrong = loss(perfect._replace(**{output: value}), truth)
    assert {name for name in PARTS if wrong.parts[name] > right.parts[name] + 0.05} == worse
    assert wrong.total > right.total


def test_what_has_no_weight_or_is_open_costs_nothing(perfect, truth):
    crossing = truth.weight == 0
    assert crossing.any()
    core = perfect.core.clone()
    core[:, 0][crossing] *= -1
    torch.manual_seed(0)
    right = loss(perfect, truth).parts
    torch.manual_seed(0)
    assert loss(perfect._replace(core=core), truth).parts == right


def test_a_mistake_on_a_crossing_costs_more_than_elsewhere(perfect, truth):
    costs = []
    for here in (truth.crossing > 0.5, (truth.chromatin > 0.5) & (truth.crossing == 0)):
        features = perfect.features.clone()
        places = torch.nonzero(here)[:: int(here.sum()) // 40][:40]
        features[places[:, 0], :FEATURES, places[:, 1], places[:, 2]] *= -1
        torch.manual_seed(0)
        costs.append(loss(perfect._replace(features=features), truth).parts["masks"])
    assert costs[0] > 1.5 * costs[1]


@pytest.fixture(scope="module")
def unsure_truth():
    """Two that cross, found in a picture: one ends where it passes under the other."""
    masks = CHROMOSOMES[0], CHROMOSOMES[1], CHROMOSOMES[2] & ~CHROMOSOMES[1]
    one = batch([targets(canvas_of(*masks, inexact=3), np.random.default_rng(seed)) for seed in range(2)])
    assert np.count_nonzero(one.unsure) > 20
    return one


def told(outputs, truth):
    """The parts of the loss by name, with always the same pixels asked for."""
    torch.manual_seed(0)
    result = loss(outputs, truth)
    return result.parts


def otherwise(truth, seed):
    """The same truth with other masks where it is unsure."""
    random = torch.Generator().manual_seed(seed)
    drawn = torch.randint(0, 256, truth.masks.shape, generator=random, dtype=torch.uint8)
    return replace(truth, masks=torch.where(truth.unsure, drawn, truth.masks))


@pytest.mark.parametrize("seed", range(5))
def test_agreement_is_that_of_what_is_sure(perfect, unsure_truth, seed):
    right, other = told(perfect, unsure_truth), told(perfect, otherwise(unsure_truth, seed))
    assert all(other[name] == right[name] for name in right if name != "masks")


@pytest.mark.parametrize("seed", range(5))
def test_what_is_unsure_of_a_mask_costs_nothing(perfect, unsure_truth, seed):
    right, other = told(perfect, unsure_truth), told(perfect, otherwise(unsure_truth, seed))
    assert other["masks"] == pytest.approx(right["masks"], rel=1e-5)


def test_whatever_is_said_where_it_is_unsure_costs_nothing(perfect, unsure_truth):
    # The third chromosome is the third feature, which its own points' networks alone read.
    own = at_points(CHROMOSOMES[2] & ~CHROMOSOMES[1])
    asked = zip(unsure_truth.asked.tolist(), unsure_truth.unsure, strict=True)
    gaps = [(canvas, gap) for (canvas, row, column), gap in asked if own[row, column]]
    assert [canvas for canvas, _ in gaps] == [0, 1]
    within, beside = perfect.features.clone(), perfect.features.clone()
    for canvas, gap in gaps:
        within[canvas, 2][gap] *= -1
        beside[canvas, 2][gap.roll(12, 0)] *= -1
    right = told(perfect, unsure_truth)
    assert told(perfect._replace(features=within), unsure_truth) == right
    assert told(perfect._replace(features=beside), unsure_truth)["masks"] > right["masks"] + 0.005


def test_canvases_without_a_chromosome_have_a_loss_to_learn_from():
    empty = batch([targets(canvas_of(), np.random.default_rng(0))] * 2)
    sides = ((2, POINTS), (4, POINTS), (KERNEL, POINTS), (FEATURES + 1, PIXELS))
    outputs = Outputs(*(torch.ones(2, channels, side, side, requires_grad=True) for channels, side in sides))
    result = loss(outputs, empty)
    result.total.backward()
    assert torch.isfinite(result.total)
    assert result.parts["IoU"] == 0
    assert torch.isfinite(outputs.core.grad).all()
    assert (outputs.core.grad[:, 0] > 0).all()
