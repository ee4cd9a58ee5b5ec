"""Training: it learns, and goes on where it was stopped."""

import pytest

torch = pytest.importorskip("torch")

from karyodesk.training.classifier import Recipe, _direction_targets, _Run, train  # noqa: E402
from karyodesk.training.networks import ExtendedResNet  # noqa: E402

from .bands import two_types  # noqa: E402


@pytest.fixture
def examples():
    return two_types()


def test_training_goes_on_where_it_was_stopped_and_ends_the_same(examples, tmp_path):
    recipe = Recipe(epochs=2, batch=16)
    straight = list(train(examples, tmp_path / "straight", recipe, "cpu"))
    stopped = train(examples, tmp_path / "stopped", recipe, "cpu")
    assert next(stopped) == straight[0]
    stopped.close()
    assert list(train(examples, tmp_path / "stopped", recipe, "cpu")) == ["resumed after epoch 1", straight[1]]


def test_directions_count_where_they_are_known_and_later_where_the_network_is_sure():
    run = _Run(None, None, torch.tensor([0.0, 3.0, -3.0, 0.0]), epoch=0)
    known = torch.tensor([True, False, False, False])
    turned = torch.tensor([True, True, False, False])
    _, weight = _direction_targets(run, torch.arange(4), known, turned)
    assert weight.tolist() == [1, 0, 0, 0]
    run.epoch = 5
    target, weight = _direction_targets(run, torch.arange(4), known, turned)
    assert target[0] == 1
    assert target[1] > 0.9
    assert target[2] > 0.9
    assert weight[1] > 0.9
    assert weight[3] == 0


def test_a_frozen_trunk_stays_as_it_is_until_its_epochs_are_over(examples, tmp_path):
    torch.manual_seed(1)
    network = ExtendedResNet()
    before = {name: value.clone() for name, value in network.state_dict().items()}
    recipe = Recipe(epochs=2, batch=16, frozen=1)
    training = train(examples, tmp_path, recipe, "cpu", lambda: network)
    next(training)
    same = {name: torch.equal(before[name], value) for name, value in network.state_dict().items()}
    assert all(same[name] for name in same if name.startswith("trunk."))
    assert not same["types.weight"]
    list(training)
    assert not torch.equal(before["trunk.stem.0.weight"], network.trunk.stem[0].weight)
