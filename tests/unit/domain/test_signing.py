"""Rules of signing: who signs for what, in which order."""

import itertools
import json
from dataclasses import replace

import pytest

from karyodesk.domain import canonical
from karyodesk.domain.errors import PolicyError, RightsError, SigningError
from karyodesk.domain.people import Person, Role
from karyodesk.domain.signing import Reopening, SigningStep, read_rule, usual_rule
from karyodesk.paths import resources

KIM = Person("kim", "kim", "Kim Doe", (Role.TECHNICIAN,))
LEE = Person("lee", "lee", "Lee Roe", (Role.REVIEWER,))
MAX = Person("max", "max", "Max Moe", (Role.DIRECTOR,))
ALL = Person("all", "all", "Al Lone", tuple(Role))


def signed_by(*people):
    """Whether these people in turn can sign all that the usual rule asks for."""
    rule, signed = usual_rule(), []
    for step, person in zip(rule.steps, people, strict=True):
        rule.refuse(step.meaning, person, signed)
        signed.append((step.meaning, person.id))
    return not rule.missing(meaning for meaning, _ in signed)


def test_every_way_to_sign_has_two_persons_and_a_director():
    ways = []
    for people in itertools.product((KIM, LEE, MAX, ALL), repeat=3):
        try:
            assert signed_by(*people)
        except (RightsError, SigningError):
            continue
        ways.append(people)
    assert (KIM, LEE, MAX) in ways
    assert (KIM, MAX, MAX) in ways, "a director may be the one who checks"
    for analyst, checker, director in ways:
        assert analyst not in (checker, director)
        assert Role.DIRECTOR in director.roles


def test_rules_that_come_with_the_program_are_read():
    for path in (resources() / "signing").glob("*.json"):
        rule = read_rule(path)
        assert canonical.decode(type(rule), canonical.encode(rule)) == rule


@pytest.mark.parametrize(
    "change",
    [
        {"name": " "},
        {"steps": ()},
        {"reopened_by": ()},
        {"steps": (SigningStep("a", (Role.DIRECTOR,)), SigningStep("a", (Role.DIRECTOR,)))},
        {"steps": (SigningStep("a", (Role.DIRECTOR,), ("b",)), SigningStep("b", (Role.DIRECTOR,)))},
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(change):
    with pytest.raises(ValueError, match=r"rule|meaning|step"):
        replace(usual_rule(), **change)


def test_a_step_has_a_meaning_and_a_signer_and_a_case_is_reopened_for_a_reason():
    with pytest.raises(ValueError, match="has a meaning"):
        SigningStep(" ", (Role.DIRECTOR,))
    with pytest.raises(ValueError, match="somebody who may"):
        SigningStep("approved", ())
    with pytest.raises(ValueError, match="for a reason"):
        Reopening(" ", KIM)


def test_a_file_that_is_no_rule_is_told(tmp_path):
    with pytest.raises(PolicyError, match="cannot be read"):
        read_rule(tmp_path / "absent.json")
    (tmp_path / "rule.json").write_text(json.dumps({"name": "x"}))
    with pytest.raises(PolicyError, match=r"“rule.json” cannot be used. .*lacks the field"):
        read_rule(tmp_path / "rule.json")
