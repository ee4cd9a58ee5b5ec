"""Whatever a person does with a case, undo takes it back exactly, and its journal alone gives it again."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from karyodesk.domain import case_edits
from karyodesk.domain.canonical import decode, encode
from karyodesk.domain.case import Case, Culture, CultureMethod, Patient, Slide, Specimen, SpecimenKind
from karyodesk.domain.case_edits import CaseEdit
from karyodesk.domain.errors import EditError

GESTURES = st.lists(
    st.tuples(st.sampled_from(["patient", "specimen", "culture", "slide", "rename", "remove"]), st.integers(0, 9)),
    max_size=20,
)


def one_of(items, number):
    return items[number % len(items)].id if items else "nothing"


def make(case, step, name, number):
    """One gesture as an edit.

    Raises:
        EditError: where the case does not allow it.
    """
    match name:
        case "patient":
            return case_edits.change(case, Patient(f"name {number}", f"{step}"), "kim")
        case "specimen":
            return case_edits.add(case, Specimen(f"id {step}", SpecimenKind.BLOOD), "kim")
        case "culture":
            culture = Culture(f"id {step}", one_of(case.specimens, number), "A", CultureMethod.FLASK)
            return case_edits.add(case, culture, "kim")
        case "slide":
            return case_edits.add(case, Slide(f"id {step}", one_of(case.cultures, number), "A1"), "kim")
        case "rename":
            slides = {slide.id: slide for slide in case.slides}
            slide = slides.get(one_of(case.slides, number), Slide("nothing", "nothing", ""))
            return case_edits.change(case, replace(slide, name=f"{step}"), "kim")
        case "remove":
            return case_edits.remove(case, one_of(tuple(case.items.values()), number), "kim")
    raise AssertionError(name)


@given(GESTURES)
def test_undo_takes_everything_back_and_the_written_edits_give_it_again(gestures):
    states, edits = [Case("case")], []
    for step, (name, number) in enumerate(gestures):
        try:
            edit = make(states[-1], step, name, number)
        except EditError:
            continue
        edits.append(edit)
        states.append(edit.apply(states[-1]))
    assert Case("case") == undone(states[-1], edits)
    again = Case("case")
    for edit in [decode(CaseEdit, encode(edit)) for edit in edits]:
        again = edit.apply(again)
    assert again == states[-1]


def undone(case, edits):
    for edit in reversed(edits):
        case = edit.revert(case)
    return case
