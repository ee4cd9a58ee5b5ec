"""The network that sees a cell's bodies together: what it learns from, and that it learns."""

import numpy as np
import onnxruntime
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("onnx")

from karyodesk.recognition.context import CellContext, InContext, tokens  # noqa: E402
from karyodesk.recognition.reading import Reading  # noqa: E402
from karyodesk.training.context import (  # noqa: E402
    Recipe,
    Views,
    _batch,
    _drawn,
    by_cell,
    in_context,
    train,
    views,
)
from karyodesk.training.dataset import UNKNOWN, Examples  # noqa: E402
from karyodesk.training.export import _write_context  # noqa: E402
from karyodesk.training.networks import FEATURES, TOKEN, ContextNetwork  # noqa: E402
from karyodesk.training.truth import NONE  # noqa: E402


class Network:
    """Reads the type of a body off its grey value, and cannot tell the first two types apart."""

    def read(self, pictures):
        n = len(pictures)
        label = np.round(pictures.reshape(n, -1).max(1) * 255 / 10).astype(int)
        types = np.full((n, 24), -6.0)
        types[np.arange(n), label] = 0
        types[label <= 1, :2] = -0.7
        wholeness = np.where(label == 3, -1.0, 1.0)
        return Reading(
            types, np.zeros((n, 24)), np.zeros((n, FEATURES)), np.zeros((n, 2, 2)), wholeness, np.full((n, 2), 0.5)
        )


def cells_of_two_kinds(cells=40):
    """Each of a body of the first type beside some of the third, or of the second beside some of none."""
    each = 6
    label = np.array([(0, *[2] * (each - 1)) if cell % 2 else (1, *[3] * (each - 1)) for cell in range(cells)]).ravel()
    n = each * cells
    pictures = np.zeros((n, 192, 40), np.uint8)
    pictures[:, 80:110, 10:30] = (label * 10)[:, None, None]
    true = np.where(label == 3, NONE, label).astype(np.int8)
    part = np.repeat(np.where(np.arange(cells) % 4 < 2, 0, 2), each).astype(np.int8)
    zeros = np.zeros(n, np.int8)
    cell = np.repeat([f"c{number:02d}" for number in range(cells)], each)
    return Examples(pictures, true, zeros + UNKNOWN, zeros, part, cell, np.ones(n, bool))


def test_bodies_lie_with_those_of_their_cell():
    places = by_cell(np.array(["b", "a", "b", "a", "c"]))
    assert [own.tolist() for own in places] == [[1, 3], [0, 2], [4]]


def test_it_learns_what_only_the_others_of_a_cell_tell(tmp_path):
    *_, last = train(cells_of_two_kinds(), Network(), tmp_path, Recipe(steps=60, cells=8, rate=5e-3))
    alone, together = (float(word.rstrip(",")) for word in last.split()[-3::2])
    assert together == 1
    assert alone < 0.95


def test_it_goes_on_where_it_was_stopped_and_ends_the_same(tmp_path, monkeypatch):
    monkeypatch.setattr("karyodesk.training.context._EVERY", 5)
    recipe = Recipe(steps=10, cells=4)
    straight = list(train(cells_of_two_kinds(), Network(), tmp_path / "straight", recipe))
    stopped = train(cells_of_two_kinds(), Network(), tmp_path / "stopped", recipe)
    assert [next(stopped), next(stopped)] == straight[:2]
    stopped.close()
    again = list(train(cells_of_two_kinds(), Network(), tmp_path / "stopped", recipe))
    assert again == [straight[0], "resumed after step 5", straight[2]]


def test_augmented_views_keep_the_size_of_a_body(tmp_path):
    seen = views(cells_of_two_kinds(), Network(), "train", 1, tmp_path / "views.npz")
    assert seen.tokens.shape == (2, 120, TOKEN)
    assert np.array_equal(seen.tokens[0, :, -2:], seen.tokens[1, :, -2:])
    assert not np.array_equal(seen.tokens[0], seen.tokens[1])


def given(cells=6, each=5):
    rng = np.random.default_rng(0)
    n = cells * each
    found = rng.normal(size=(2, n, TOKEN)).astype(np.float32)
    return Views(found, rng.integers(-1, 24, n), list(np.arange(n).reshape(cells, each)))


def test_cells_lose_and_gain_bodies_and_are_never_empty():
    views_ = given()
    of_type = [np.flatnonzero(views_.label == c) for c in range(24)]
    sizes = {len(_drawn(views_, of_type, np.random.default_rng(seed))[0]) for seed in range(200)}
    assert min(sizes) >= 1
    assert {3, 4, 5, 6} <= sizes


def test_a_batch_says_who_is_absent():
    found = np.ones((3, TOKEN), np.float32)
    bodies, absent, label = _batch([(np.array([0, 1, 2]), found), (np.array([2]), found[:1])], np.array([4, NONE, 7]))
    assert bodies.shape == (2, 3, TOKEN)
    assert (absent == 0).tolist() == [[True, True, True], [True, False, False]]
    assert label.tolist() == [[4, NONE, 7], [7, NONE, NONE]]


@pytest.fixture
def network():
    torch.manual_seed(0)
    network = ContextNetwork().eval()
    torch.nn.init.normal_(network.change.weight, std=0.1)
    return network


def test_what_is_absent_changes_nothing(network):
    bodies = torch.randn(1, 4, TOKEN)
    absent = torch.tensor([[0.0, 0.0, 0.0, -1e4]])
    with torch.no_grad():
        there, alone = network(bodies, absent), network(bodies[:, :3], absent[:, :3])
    assert torch.allclose(there.types[:, :3], alone.types, atol=1e-5)
    assert torch.allclose(there.whole[:, :3], alone.whole, atol=1e-5)


def test_the_order_of_a_cell_plays_no_part(network):
    bodies, order = torch.randn(1, 6, TOKEN), torch.tensor([3, 1, 5, 0, 4, 2])
    with torch.no_grad():
        one, other = network(bodies, torch.zeros(1, 6)), network(bodies[:, order], torch.zeros(1, 6))
    assert torch.allclose(one.types[:, order], other.types, atol=1e-5)


@pytest.mark.parametrize("n", [1, 7, 46])
def test_onnx_says_what_torch_says_whatever_the_number_of_bodies(network, tmp_path, n):
    _write_context(network, tmp_path / "context.onnx")
    session = onnxruntime.InferenceSession(tmp_path / "context.onnx", providers=["CPUExecutionProvider"])
    bodies = torch.randn(n, TOKEN)
    with torch.no_grad():
        expected = network(bodies[None], torch.zeros(1, n))
    types, whole = session.run(["types", "whole"], {"bodies": bodies.numpy()})
    assert np.abs(types - expected.types[0].numpy()).max() < 1e-3
    assert np.abs(whole - expected.whole[0].numpy()).max() < 1e-3


def test_each_cell_is_seen_by_itself():
    class Counting(CellContext):
        def __init__(self):
            pass

        def read(self, reading):
            n = len(reading.whole)
            return InContext(np.full((n, 24), n), reading.whole * n)

    reading = Network().read(np.zeros((4, 192, 40), np.float32))
    together = in_context(Counting(), reading, np.array(["b", "a", "b", "b"]))
    assert together.log_types[:, 0].tolist() == [3, 1, 3, 3]
    assert together.whole.tolist() == [3, 1, 3, 3]


def test_a_token_is_all_that_is_known_of_a_body():
    reading = Network().read(np.full((2, 192, 40), 10 * 5 / 255, np.float32))
    found = tokens(reading)
    assert found.shape == (2, TOKEN)
    assert found[0, :24].argmax() == 5
    assert found[0, -3:].tolist() == [1, 0.5, 0.5]
