"""Two people at one case database see what the other does, and nobody overwrites it."""

import pytest

from karyodesk.domain.case import Fact
from karyodesk.domain.case_edits import mark
from karyodesk.store.cells import OpenCell
from tests.e2e.hands import Hands
from tests.e2e.storing import disk, listed, open_first_case, person, url, wait_until_opened, wait_until_stored

__all__ = ["person", "url"]


@pytest.fixture
def other(person, make_window, qtbot):
    """Lee, before a second window with the same cell."""
    window = make_window()
    window.case.set_person("Lee")
    open_first_case(window, qtbot)
    wait_until_opened(window, qtbot)
    return Hands(window, qtbot)


def test_the_second_of_two_people_sees_what_the_first_did_and_who(person, other, qtbot, url):
    first, second = person.window, other.window
    person.choose("c000")
    first.actions_["turn"].trigger()
    wait_until_stored(first, qtbot)
    other.choose("c004")
    second.actions_["to_tray"].trigger()
    other.choose("c006")
    second.actions_["to_tray"].trigger()
    qtbot.waitUntil(lambda: second.notice.isVisible() and "first" in second.notice.text, timeout=10000)
    assert second.notice.text.startswith(first.case.person)
    assert "changed this cell first" in second.notice.text
    assert "2 last steps were not stored" in second.notice.text
    qtbot.waitUntil(lambda: not second.keeper.pending)
    assert other.cell.by_id["c000"].turned
    assert other.cell == person.cell
    other.choose("c004")
    second.actions_["to_tray"].trigger()
    wait_until_stored(second, qtbot)
    with disk(url) as store:
        assert OpenCell(store, first.filing.case_id, first.case.current.id).journal.cell == other.cell


def test_who_else_has_the_cell_open_is_said_and_their_change_is_taken_over(person, other, qtbot):
    first, second = person.window, other.window
    qtbot.waitUntil(lambda: bool(second.case.current.visitors), timeout=5000)
    assert first.case.person in second.workspace.visitors.text
    assert second.workspace.visitors.isVisible()
    assert "also open" in second.cell_list.model().attention(second.case.current)
    first.presence.beat()  # what comes round every 20 seconds
    qtbot.waitUntil(lambda: first.workspace.visitors.isVisible(), timeout=5000)
    assert "Lee" in first.workspace.visitors.text
    person.choose("c000")
    first.actions_["turn"].trigger()
    wait_until_stored(first, qtbot)
    second.presence.beat()
    qtbot.waitUntil(lambda: second.case.analysed.cell.by_id["c000"].turned, timeout=5000)
    assert second.history.item(0).toolTip().startswith(first.case.person)
    second.actions_["close_case"].trigger()
    second.presence.beat()
    wait_until_stored(second, qtbot)
    qtbot.waitUntil(lambda: first.presence.beat() or not first.workspace.visitors.isVisible(), timeout=5000)


def test_what_somebody_else_said_of_the_cell_is_in_the_history(person, other, qtbot):
    first, second = person.window, other.window
    second.filing.say(second.case.current, lambda facts, who: mark(facts, Fact.SCORED, who, "fra(X)"))
    wait_until_stored(second, qtbot)
    first.presence.beat()
    qtbot.waitUntil(lambda: bool(listed(first)), timeout=5000)  # though nothing was done to it here yet
    ((text, tip),) = listed(first)
    assert text == "1.  Mark as scored (fra(X))"
    assert tip.startswith("Lee")
