"""The Siamese network learns from pairs, then to name, and goes on where it was stopped."""

import pytest

torch = pytest.importorskip("torch")

from karyodesk.training import classifier  # noqa: E402
from karyodesk.training.siamese import Recipe, contrastive, distances, train  # noqa: E402

from .bands import two_types  # noqa: E402

NAMING = classifier.Recipe(epochs=1, batch=16, frozen=1)


def test_pairs_of_one_type_are_drawn_together_and_others_pushed_apart_up_to_the_margin():
    apart = torch.tensor([0.0, 0.4, 0.4, 1.0, 1.7])
    alike = torch.tensor([True, True, False, False, False])
    each = [float(contrastive(apart, alike, torch.eye(5)[i], 1.0)) for i in range(5)]
    assert each == pytest.approx([0, 0.08, 0.18, 0, 0])
    weights = torch.tensor([0.1, 0.5, 0.2, 0.1, 0.1])
    assert float(contrastive(apart, alike, weights, 1.0)) == pytest.approx(0.5 * 0.08 + 0.2 * 0.18)


def test_distances_are_those_of_the_embeddings_and_can_be_differentiated_where_two_are_one():
    embedded = torch.nn.functional.normalize(torch.tensor([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [-1.0, 0.0]]))
    embedded.requires_grad_()
    apart = distances(embedded)
    assert apart[0].tolist() == pytest.approx([0, 0, 2**0.5, 2], abs=2e-3)
    apart.sum().backward()
    assert embedded.grad is not None
    assert torch.isfinite(embedded.grad).all()


def test_it_goes_on_where_it_was_stopped_and_ends_the_same(tmp_path):
    recipe = Recipe(epochs=2, batches=4, naming=NAMING)
    straight = list(train(two_types(), tmp_path / "straight", recipe, "cpu"))
    assert [line.split(":")[0] for line in straight] == [
        "epoch 1 of 2 of pairs", "epoch 2 of 2 of pairs", "epoch 1 of 1",
    ]  # fmt: skip
    stopped = train(two_types(), tmp_path / "stopped", recipe, "cpu")
    assert next(stopped) == straight[0]
    stopped.close()
    again = list(train(two_types(), tmp_path / "stopped", recipe, "cpu"))
    assert again == ["resumed after epoch 1 of pairs", *straight[1:]]
    done = list(train(two_types(), tmp_path / "stopped", recipe, "cpu"))
    assert done == ["resumed after epoch 2 of pairs", "resumed after epoch 1"]


def test_it_learns_to_tell_two_types_apart(tmp_path):
    lines = list(train(two_types(), tmp_path, Recipe(epochs=3, batches=12, naming=NAMING), "cpu"))
    share = float(lines[2].rsplit(" ", 1)[1])
    assert share > 0.9
