from itertools import pairwise

import pytest

from karyodesk.domain.labels import LABELS
from karyodesk.iscn import bands as iscn_bands


@pytest.mark.parametrize(("level", "total"), [(400, 393), (550, 553), (850, 862)])
def test_every_level_has_its_number_of_bands(level, total):
    assert sum(len(iscn_bands.bands(label, level)) for label in LABELS) == total


@pytest.mark.parametrize("level", iscn_bands.LEVELS)
@pytest.mark.parametrize("label", LABELS)
def test_bands_follow_one_another_from_the_short_arm_to_the_long_one(label, level):
    table = iscn_bands.bands(label, level)
    assert table[0].start == 0
    assert all(before.end == after.start for before, after in pairwise(table))
    assert all(before.iscn_start < after.iscn_start for before, after in pairwise(table))
    assert "".join(band.arm for band in table).lstrip("p").strip("q") == ""


def test_a_known_band():
    band = next(b for b in iscn_bands.bands("9", 850) if b.arm == "q" and b.name == "34.12")
    assert (band.stain, band.density) == ("gpos", 0.25)


def test_lengths_and_centromeres_of_known_chromosomes():
    assert iscn_bands.length("21") == 46_709_983
    assert iscn_bands.relative_length("1") == 1
    assert iscn_bands.relative_length("X") == pytest.approx(0.627, abs=0.001)
    assert iscn_bands.centromere("1") == pytest.approx(0.496, abs=0.001)
    assert all(iscn_bands.centromere(label) < 0.3 for label in ("13", "14", "15", "21", "22", "Y"))


@pytest.mark.parametrize(("label", "level"), [("23", 550), ("mar", 550), ("1", 500)])
def test_unknown_labels_and_levels_are_refused(label, level):
    with pytest.raises(KeyError):
        iscn_bands.bands(label, level)
