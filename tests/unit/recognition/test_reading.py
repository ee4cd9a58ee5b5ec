"""A network reads chromosomes one by one as they come, in their order."""

from dataclasses import fields

import numpy as np
import pytest

from karyodesk.recognition.reading import Network, Reading


@pytest.fixture(scope="module")
def network():
    return Network(threads=1)


@pytest.fixture(scope="module")
def pictures():
    """More than go through the network at once."""
    rows = np.arange(192)[:, None]
    bars = [0.5 + 0.5 * np.sin(rows / (3 + n)) * (np.abs(rows - 96) < 40 + n) for n in range(37)]
    return np.stack([np.pad(np.repeat(bar, 16, 1), ((0, 0), (12, 12))) for bar in bars]).astype(np.float32)


def test_pictures_that_come_one_by_one_are_read_in_their_order(network, pictures):
    together = network.read(picture for picture in pictures)
    assert len(together.whole) == len(pictures)
    for place in (0, 17, 36):
        alone = network.read(pictures[place : place + 1])
        for field in fields(Reading):
            ours = getattr(together, field.name)[place : place + 1]
            assert ours == pytest.approx(getattr(alone, field.name), abs=1e-4)


def test_no_pictures_are_read_as_nothing(network):
    nothing = network.read(iter(()))
    assert nothing.log_types.shape == (0, 24)
    assert nothing.whole.shape == (0,)


def test_what_goes_wrong_while_pictures_are_made_is_not_swallowed(network, pictures):
    def broken():
        yield from pictures[:20]
        raise ValueError("no axis")

    with pytest.raises(ValueError, match="no axis"):
        network.read(broken())
