import numpy as np
import pytest

from karyodesk.domain.labels import LABELS
from karyodesk.simulate.banding import ACROCENTRICS, SAMPLES, banding, homologues


def person(seed=0):
    return np.random.default_rng(seed)


@pytest.mark.parametrize("label", [*LABELS, "mar"])
def test_a_profile_runs_from_tip_to_tip(label):
    profile = banding(label, 550, person())
    assert profile.stain.shape == profile.thickness.shape == (SAMPLES,)
    assert 0 <= profile.stain.min() < profile.stain.max() <= 1
    assert 0 < profile.centromere < 1
    assert 0.1 < profile.length < 1.2


def test_lengths_and_centromeres_are_those_of_the_denver_groups():
    drawn = {label: banding(label, 550, person()) for label in LABELS}
    assert drawn["1"].length > drawn["3"].length > drawn["5"].length > drawn["12"].length > drawn["18"].length
    assert drawn["18"].length > drawn["21"].length
    assert all(drawn[label].centromere < 0.4 for label in (*ACROCENTRICS, "4", "5", "18", "Y"))
    assert all(drawn[label].centromere > 0.4 for label in ("1", "3", "16", "19", "20"))


def test_only_acrocentrics_have_thin_stalks():
    assert {label for label in LABELS if banding(label, 550, person()).thickness.min() < 1} == set(ACROCENTRICS)


def test_the_centromere_lies_where_the_long_arm_begins():
    assert banding("X", 550, person()).centromere == pytest.approx(0.38, abs=0.01)


def test_levels_differ_in_detail():
    coarse, fine = (banding("4", level, person()).stain for level in (400, 850))
    assert np.abs(np.diff(fine)).astype(bool).sum() >= np.abs(np.diff(coarse)).astype(bool).sum() > 10
    assert not np.array_equal(coarse, fine)


def test_homologues_of_a_person_differ_from_one_another_but_not_between_cells():
    first, second = homologues(("21", "21"), 550, person=5)
    again = homologues(("1", "21", "21"), 550, person=5)
    assert not np.array_equal(first.thickness, second.thickness)
    assert np.array_equal(first.stain, again[1].stain)
    assert np.array_equal(second.stain, again[2].stain)


def test_people_differ_in_their_heterochromatin():
    assert banding("Y", 550, person(1)).length != banding("Y", 550, person(2)).length


def test_unknown_labels_are_refused():
    with pytest.raises(KeyError):
        banding("23", 550, person())
