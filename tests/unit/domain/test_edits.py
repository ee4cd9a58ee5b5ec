from dataclasses import replace
from datetime import UTC

import pytest

from karyodesk.domain import edits
from karyodesk.domain.cell import Doubt, DoubtKind, Resolution
from karyodesk.domain.edits import EditKind
from karyodesk.domain.errors import EditError
from tests.make import make_cell, make_chromosome


def ids(cell, label):
    return [chromosome.id for chromosome in cell.in_slot(label)]


def test_move_adds_to_an_occupied_slot_and_empties_nothing():
    cell = make_cell("7", "8", "8")
    moved = edits.move(cell, "c0", "8", "kim").apply(cell)
    assert ids(moved, "8") == ["c1", "c2", "c0"]
    assert ids(moved, "7") == []


def test_move_inserts_at_the_index_and_renumbers():
    cell = make_cell("7", "8", "8")
    moved = edits.move(cell, "c0", "8", "kim", index=1).apply(cell)
    assert ids(moved, "8") == ["c1", "c0", "c2"]
    assert [c.position for c in moved.in_slot("8")] == [0, 1, 2]


def test_move_within_a_pair_reorders_it():
    cell = make_cell("7", "7")
    assert ids(edits.move(cell, "c1", "7", "kim", index=0).apply(cell), "7") == ["c1", "c0"]


def test_move_to_the_tray_and_its_text():
    cell = make_cell("7")
    edit = edits.move(cell, "c0", None, "kim")
    assert edit.text == "Move to the tray"
    assert ids(edit.apply(cell), None) == ["c0"]


def test_move_takes_a_rejection_back_and_confirms():
    cell = make_cell("7")
    cell = edits.reject(cell, "c0", "kim").apply(cell)
    moved = edits.move(cell, "c0", "9", "kim").apply(cell).by_id["c0"]
    assert (moved.label, moved.rejected, moved.confirmed) == ("9", False, True)


def test_relabel_goes_to_the_right_of_the_slot():
    cell = make_cell("7", "8", "8")
    edit = edits.relabel(cell, "c0", "8", "kim")
    assert (edit.kind, edit.text) == (EditKind.RELABEL, "Label 8")
    assert ids(edit.apply(cell), "8") == ["c1", "c2", "c0"]


def test_relabel_with_the_present_label_confirms_in_place():
    cell = make_cell("7", "7")
    after = edits.relabel(cell, "c0", "7", "kim").apply(cell)
    assert ids(after, "7") == ["c0", "c1"]
    assert after.by_id["c0"].confirmed


def test_turn_mirror_and_their_inverses():
    cell = make_cell("7")
    turned = edits.turn(cell, "c0", "kim").apply(cell)
    assert turned.by_id["c0"].turned
    assert not edits.turn(turned, "c0", "kim").apply(turned).by_id["c0"].turned
    assert edits.mirror(cell, "c0", "kim").apply(cell).by_id["c0"].mirrored


def test_reject_and_restore():
    cell = make_cell("7")
    rejected = edits.reject(cell, "c0", "kim").apply(cell)
    assert rejected.kept == ()
    assert edits.restore(rejected, "c0", "kim").apply(rejected) == cell


def test_confirm_takes_the_badge_away():
    cell = make_cell("7", uncertain=frozenset({0}))
    assert not edits.confirm(cell, "c0", "kim").apply(cell).by_id["c0"].needs_look


def test_an_edit_holds_only_what_it_changed_with_person_and_moment():
    cell = make_cell("7", "8", "8", "9")
    edit = edits.move(cell, "c0", "9", "kim")
    assert [c.id for c in edit.after] == ["c0"]
    assert edit.who == "kim"
    assert edit.when.tzinfo is UTC


def test_an_edit_reverts_to_the_very_same_cell():
    cell = make_cell("7", "8", "8")
    edit = edits.move(cell, "c0", "8", "kim", index=0)
    assert edit.revert(edit.apply(cell)) == cell


def test_an_edit_must_name_the_same_chromosomes_before_and_after():
    cell = make_cell("7", "8")
    good = edits.turn(cell, "c0", "kim")
    with pytest.raises(ValueError, match="same chromosomes"):
        replace(good, after=(cell.by_id["c1"],))


def doubted(*labels, kind=DoubtKind.JOIN, concerned=("c0", "c2")):
    """A cell with a doubt, and the chromosome that a reading of it would put in."""
    cell = make_cell(*labels)
    new = renamed(make_chromosome(7, "8"))
    doubt = Doubt(kind, concerned, (Resolution((new.outline,), 0.7),))
    return replace(cell, doubts=(doubt,)), doubt, new


def renamed(chromosome):
    return replace(chromosome, id=f"n{chromosome.outline.digest}")


def test_a_join_puts_one_in_the_place_of_several_and_back_in_their_order():
    cell, doubt, new = doubted("7", "8", "9", "9")
    edit = edits.resolve(cell, doubt, [new], "kim")
    joined = edit.apply(cell)
    assert (edit.kind, edit.text) == (EditKind.JOIN, "Join")
    assert [c.id for c in joined.chromosomes] == ["c1", "c3", new.id]
    assert ids(joined, "8") == ["c1", new.id]
    assert joined.standing_doubts == ()
    assert edit.revert(joined) == cell
    assert cell.standing_doubts == (doubt,)


@pytest.mark.parametrize(
    ("given", "label"), [({"c0": "21"}, "21"), ({"c0": "21", "c2": "21"}, "21"), ({"c0": "21", "c2": "5"}, "8")]
)
def test_what_is_joined_keeps_the_label_that_a_person_gave_its_parts(given, label):
    cell, doubt, new = doubted("7", "8", "9")
    for part, said in given.items():
        cell = edits.move(cell, part, said, "kim").apply(cell)
    (joined,) = edits.resolve(cell, doubt, [new], "kim").after
    assert (joined.label, joined.confirmed) == (label, label == "21")


def test_a_part_that_a_person_put_into_the_tray_says_nothing_of_the_whole():
    cell, doubt, new = doubted("7", "8", "9")
    tray = edits.move(cell, "c0", None, "kim").apply(cell)
    (joined,) = edits.resolve(tray, doubt, [new], "kim").after
    assert (joined.label, joined.confirmed) == ("8", False)


def test_a_cut_puts_several_in_the_place_of_one_side_by_side_in_one_slot():
    cell, doubt, first = doubted("7", "8", kind=DoubtKind.OVERLAP, concerned=("c0",))
    edit = edits.resolve(cell, doubt, [first, renamed(make_chromosome(8, "8"))], "kim")
    cut = edit.apply(cell)
    assert (edit.kind, edit.text) == (EditKind.CUT, "Cut into two")
    assert [c.position for c in cut.in_slot("8")] == [0, 1, 2]
    assert edit.revert(cut) == cell


def test_a_doubt_cannot_be_resolved_once_a_chromosome_of_it_is_gone():
    cell, doubt, new = doubted("7", "8", "9")
    gone = edits.reject(cell, "c2", "kim").apply(cell)
    assert gone.standing_doubts == ()
    with pytest.raises(EditError, match="no longer there"):
        edits.resolve(gone, doubt, [new], "kim")
    with pytest.raises(EditError, match="no longer there"):
        edits.keep(edits.resolve(cell, doubt, [new], "kim").apply(cell), doubt, "kim")


def test_what_is_in_the_cell_already_does_not_come_a_second_time():
    cell, doubt, _ = doubted("7", "8", "9")
    with pytest.raises(EditError, match="already"):
        edits.resolve(cell, doubt, [cell.by_id["c1"]], "kim")


def test_keeping_ends_the_doubt_and_leaves_the_labels_as_uncertain_as_they_are():
    cell, doubt, _ = doubted("7", "8", "9")
    edit = edits.keep(cell, doubt, "kim")
    assert (edit.kind, edit.text) == (EditKind.KEEP, "Keep apart")
    kept = edit.apply(cell)
    assert kept.standing_doubts == ()
    assert not any(chromosome.confirmed for chromosome in kept.chromosomes)
    assert edit.revert(kept) == cell


@pytest.mark.parametrize(("gesture", "stands"), [("confirm", False), ("turn", True), ("mirror", True)])
def test_a_doubt_ends_where_a_person_agrees_with_a_chromosome_not_where_they_turn_it(gesture, stands):
    cell, _, _ = doubted("7", "8", "9")
    after = getattr(edits, gesture)(cell, "c2", "kim").apply(cell)
    assert bool(after.standing_doubts) is stands


def test_a_cut_says_where_what_it_took_out_stood():
    cell, doubt, new = doubted("7", "8", "9")
    good = edits.resolve(cell, doubt, [new], "kim")
    assert good.places == (0, 2)
    with pytest.raises(ValueError, match="in the places of"):
        replace(good, places=())


def with_one_left_out():
    """A cell whose third 8, c2, the program left out, though it may be a chromosome."""
    cell = make_cell("8", "8", "8", uncertain=frozenset({2}))
    third = cell.by_id["c2"]
    return cell.with_chromosomes([replace(third, rejected=True, suggestion=replace(third.suggestion, left_out=True))])


def test_agreeing_that_a_body_is_left_out_settles_it_and_leaves_it_out():
    cell = with_one_left_out()
    assert [chromosome.id for chromosome in cell.to_look_at] == ["c2"]
    agreed = edits.confirm(cell, "c2", "kim").apply(cell)
    assert agreed.to_look_at == ()
    assert agreed.by_id["c2"].rejected
    assert not agreed.by_id["c2"].whole


def test_what_is_restored_and_rejected_again_is_settled():
    cell = with_one_left_out()
    restored = edits.restore(cell, "c2", "kim").apply(cell)
    assert ids(restored, "8") == ["c0", "c1", "c2"]
    assert restored.by_id["c2"].needs_look
    assert edits.reject(restored, "c2", "kim").apply(restored).to_look_at == ()


def test_what_a_person_rejects_is_not_asked_about():
    cell = make_cell("7", uncertain=frozenset({0}))
    rejected = edits.reject(cell, "c0", "kim").apply(cell)
    assert rejected.to_look_at == ()
    assert not rejected.by_id["c0"].confirmed
