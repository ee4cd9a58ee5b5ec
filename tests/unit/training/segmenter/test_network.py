import pytest

torch = pytest.importorskip("torch")

from karyodesk.recognition.instances import FEATURES, KERNEL  # noqa: E402
from karyodesk.training.segmenter.network import SegmenterNetwork  # noqa: E402


def test_outputs_have_their_shapes():
    with torch.no_grad():
        outputs = SegmenterNetwork().eval()(torch.rand(2, 1, 64, 96))
    shapes = [tuple(value.shape) for value in outputs]
    assert shapes == [(2, 2, 16, 24), (2, 4, 16, 24), (2, KERNEL, 16, 24), (2, FEATURES + 1, 32, 48)]
    assert outputs.reach.min() >= 0


def test_a_new_network_sees_next_to_nothing():
    torch.manual_seed(0)
    with torch.no_grad():
        outputs = SegmenterNetwork().eval()(torch.rand(1, 1, 64, 64))
    assert torch.sigmoid(outputs.core).max() < 0.2


def test_it_is_small_enough_to_be_shipped():
    assert sum(value.numel() * value.element_size() for value in SegmenterNetwork().state_dict().values()) < 25e6


def test_a_network_trained_with_fewer_blocks_is_deepened_without_a_change():
    torch.manual_seed(0)
    first, deepened = SegmenterNetwork(), SegmenterNetwork()
    fewer = {name: value for name, value in first.state_dict().items() if "deepen" not in name}
    deepened.begin_from(fewer)
    density = torch.rand(1, 1, 64, 64)
    with torch.no_grad():
        pairs = zip(first.eval()(density), deepened.eval()(density), strict=True)
        assert all(torch.equal(one, other) for one, other in pairs)


@pytest.mark.parametrize("name", ["trunk.from_half.0.weight", "another"])
def test_weights_of_another_network_are_refused(name):
    weights = dict(SegmenterNetwork().state_dict())
    if weights.pop(name, None) is None:
        weights[name] = torch.zeros(1)
    with pytest.raises(ValueError, match=name):
        SegmenterNetwork().begin_from(weights)
