from collections import Counter

from karyodesk.paths import resources
from karyodesk.ui.actions import ACTIONS, GESTURES, Menu
from karyodesk.ui.dialogs import key_sheet


def test_every_action_has_its_own_id_and_a_sentence_of_help():
    assert max(Counter(spec.id for spec in ACTIONS).values()) == 1
    assert all(spec.help.endswith(".") and spec.text for spec in ACTIONS)


def test_no_two_actions_share_a_key():
    keys = Counter(key for spec in ACTIONS for key in spec.keys)
    assert [key for key, times in keys.items() if times > 1] == []


def test_no_key_of_an_action_is_one_that_types_a_label():
    assert not {key for spec in ACTIONS for key in spec.keys} & {*"0123456789XYM"}


def test_mnemonics_are_unique_within_a_menu():
    for menu in Menu:
        letters = Counter(spec.text.partition("&")[2][:1].lower() for spec in ACTIONS if spec.menu is menu)
        assert [letter for letter, times in letters.items() if times > 1] == [], menu
    letters = Counter(menu.value.partition("&")[2][:1].lower() for menu in Menu)
    assert max(letters.values()) == 1


def test_every_icon_is_there_and_takes_its_colour_from_the_palette():
    for spec in ACTIONS:
        if spec.icon:
            drawing = (resources() / "icons" / f"{spec.icon}.svg").read_text(encoding="utf-8")
            assert "currentColor" in drawing
            assert "#" not in drawing


def test_the_key_sheet_holds_every_key_and_gesture():
    rows = [row for _, rows in key_sheet() for row in rows]
    assert len(rows) == len(GESTURES) + sum(bool(spec.keys) for spec in ACTIONS)
