"""The judge looks at what is disputed or unsure, and at nothing else."""

import numpy as np
import pytest

from karyodesk.recognition.candidates import Candidate, contradictions
from karyodesk.recognition.instances import Instance
from karyodesk.recognition.judge import Judge


@pytest.fixture(scope="module")
def judge():
    return Judge(threads=1)


def bar(top, bottom, column, score, own=True):
    """Five pixels of a mask wide, as a chromosome is."""
    logits = np.full((bottom - top + 4, 10), -6, np.float32)
    logits[2:-2, 2:-3] = 6
    instance = Instance(logits, column - 2, top - 2, score)
    return Candidate(instance, instance.body, own)


def ground(candidates):
    """Density at the working scale where the own ones lie."""
    working = np.zeros((300, 300), np.float32)
    for one in candidates:
        if one.own:
            body = one.body
            rows, columns = np.nonzero(np.kron(body.mask, np.ones((2, 2))))
            working[rows + 2 * body.y0, columns + 2 * body.x0] = 1
    return working


def judged(judge, *candidates):
    return judge.judge(ground(candidates), candidates, contradictions(candidates))


def test_a_whole_one_is_told_from_its_half(judge):
    whole, half = bar(30, 70, 50, 0.9), bar(30, 46, 50, 0.7, own=False)
    told = judged(judge, whole, half)
    assert told[0] > 1 > -1 > told[1]


def test_what_is_sure_and_undisputed_is_not_looked_at(judge, monkeypatch):
    monkeypatch.setattr(judge, "tell", lambda pictures: np.full(len(pictures), -9.0))
    sure, unsure, disputed = (bar(30, 70, column, score) for column, score in ((30, 0.9), (60, 0.6), (90, 0.9)))
    told = judged(judge, sure, unsure, disputed, bar(30, 50, 90, 0.9, own=False))
    assert (told == -9).tolist() == [False, True, True, True]
    assert told[0] > 0


def test_the_same_is_told_again(judge):
    candidates = (bar(30, 70, 50, 0.9), bar(30, 50, 50, 0.7, own=False))
    assert np.array_equal(judged(judge, *candidates), judged(judge, *candidates))


def test_nothing_seen_is_nothing_judged(judge):
    assert judge.judge(np.zeros((40, 40), np.float32), [], np.zeros((0, 0), bool)).shape == (0,)
