"""Who has a cell open."""

import time

from karyodesk.store import presence
from karyodesk.store.author import Author
from tests.stored import KIM, LEE


def names(visitors):
    return [visitor.author for visitor in visitors]


def test_the_second_sees_that_the_first_has_it(store):
    assert presence.enter(store, "cell", "a", KIM) == []
    time.sleep(0.05)
    (first,) = presence.enter(store, "cell", "b", LEE)
    assert first.author == KIM
    assert 0.04 < first.since_s < 30
    assert names(presence.enter(store, "cell", "a", KIM)) == [LEE]


def test_another_cell_is_another_matter(store):
    presence.enter(store, "cell", "a", KIM)
    assert presence.enter(store, "other", "b", LEE) == []


def test_the_same_person_in_a_second_window_is_told_of_the_first(store):
    presence.enter(store, "cell", "a", KIM)
    assert names(presence.enter(store, "cell", "b", KIM)) == [KIM]


def test_who_leaves_is_gone(store):
    presence.enter(store, "cell", "a", KIM)
    presence.enter(store, "other", "a", KIM)
    presence.leave(store, "a", "cell")
    assert presence.enter(store, "cell", "b", LEE) == []
    assert names(presence.enter(store, "other", "b", LEE)) == [KIM]
    presence.leave(store, "a")
    assert presence.enter(store, "other", "b", LEE) == []


def test_who_is_not_seen_any_more_is_gone_and_who_comes_back_is_not_first(store, monkeypatch):
    presence.enter(store, "cell", "a", KIM)
    time.sleep(0.3)
    monkeypatch.setattr(presence, "EXPIRY_S", 0.2)
    assert presence.enter(store, "cell", "b", LEE) == []
    monkeypatch.setattr(presence, "EXPIRY_S", 60)
    presence.enter(store, "cell", "a", KIM)
    third = Author("p3", "Max Moe", "bench 3")
    assert names(presence.enter(store, "cell", "c", third)) == [LEE, KIM]


def test_who_else_has_which_cell_open(store):
    for cell, session, author in (("one", "a", KIM), ("two", "b", LEE), ("two", "c", KIM)):
        presence.enter(store, cell, session, author)
    seen = presence.others(store, ["one", "two", "three"], "a")
    assert {cell: names(visitors) for cell, visitors in seen.items()} == {"two": [LEE, KIM]}
    assert presence.others(store, [], "a") == {}
    assert presence.where(store, "a") == {"one"}
