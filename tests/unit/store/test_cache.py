"""Derived pictures."""

from karyodesk.store import cache
from karyodesk.store.verify import verify


def test_a_derived_picture_is_given_for_the_version_it_shows(store):
    cache.put(store, "cell", "karyogram", 3, b"three")
    cache.put(store, "other", "karyogram", 1, b"one")
    assert cache.get(store, "karyogram", [("cell", 3), ("other", 2), ("none", 1)]) == {"cell": b"three"}
    assert cache.get(store, "thumbnail", [("cell", 3)]) == {}


def test_a_newer_one_takes_its_place(store):
    cache.put(store, "cell", "karyogram", 3, b"three")
    cache.put(store, "cell", "karyogram", 4, b"four")
    assert cache.get(store, "karyogram", [("cell", 4)]) == {"cell": b"four"}


def test_all_can_be_thrown_away_and_nothing_is_missed(store):
    cache.put(store, "cell", "karyogram", 3, b"three")
    cache.clear(store)
    assert cache.get(store, "karyogram", [("cell", 3)]) == {}
    assert list(verify(store)) == []
