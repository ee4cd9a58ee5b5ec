"""Whatever happens to a file on its way, reading it gives pictures or a sentence, soon, and nothing else."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from karyodesk.domain.errors import PictureError
from karyodesk.imaging.read import read_pictures
from tests.unit.imaging.pictures import VALID

SECONDS = 5
"""Of computing, so that a busy machine is no fault."""
flips = st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), max_size=6)


def read_outcome(path, data):
    path.write_bytes(data)
    start = time.process_time()
    try:
        pictures = read_pictures(path)
    except PictureError:
        pictures = []
    assert time.process_time() - start < SECONDS
    return pictures


@pytest.mark.parametrize("name", VALID)
def test_damage_never_raises_anything_else(name, tmp_path_factory, capfd):
    path = tmp_path_factory.mktemp("damaged") / name

    @settings(max_examples=60, deadline=None, database=None, derandomize=True)
    @given(kept=st.floats(0, 1), flips=flips, head=st.booleans())
    def damage(kept, flips, head):
        data = bytearray(VALID[name][: round(len(VALID[name]) * kept)])
        reach = min(len(data), 200) if head else len(data)
        for place, value in flips if data else []:
            data[int(place * reach)] = value
        for picture in read_outcome(path, bytes(data)):
            assert picture.pixels.ndim in (2, 3)
            assert picture.pixels.dtype in ("uint8", "uint16")

    damage()
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("name", VALID)
def test_a_file_that_breaks_off_is_never_taken_for_whole(name, tmp_path):
    data = VALID[name]
    for length in range(1, len(data) - 8, max(1, len(data) // 60)):
        assert not read_outcome(tmp_path / "cut", data[:length]), length
