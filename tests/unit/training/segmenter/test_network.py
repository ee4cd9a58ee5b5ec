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
