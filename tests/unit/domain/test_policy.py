import json
from dataclasses import replace
from datetime import date

import pytest

from karyodesk.domain.canonical import encode
from karyodesk.domain.case import CultureMethod, PolicyReference, SpecimenKind
from karyodesk.domain.errors import PolicyError
from karyodesk.domain.policy import PolicyStatus, read_policies, read_policy, rule_of

SHIPPED = {policy.name: policy for policy in read_policies()}
ACMG, CCMG = SHIPPED["ACMG/CAP type"], SHIPPED["CCMG type"]


def rule(policy, id_):
    return next(rule for rule in policy.rules if rule.id == id_)


def asked(policy, id_):
    cells = rule(policy, id_).cells
    return cells.count, cells.analyse, cells.karyotype, cells.cultures, cells.colonies


@pytest.mark.parametrize(
    ("id_", "acmg", "ccmg"),
    [
        ("blood", (20, 5, 2, 1, 0), (10, 3, 2, 1, 0)),
        ("amniotic-in-situ", (15, 5, 2, 2, 15), (10, 5, 2, 2, 10)),
        ("amniotic-flask", (20, 5, 2, 2, 0), (15, 5, 2, 2, 0)),
        ("chorionic-villi", (20, 5, 2, 2, 0), (20, 5, 2, 2, 0)),
        ("tissue", (20, 5, 2, 1, 0), (10, 3, 2, 2, 0)),
    ],
)
def test_the_numbers_of_the_policies_that_come_with_the_program(id_, acmg, ccmg):
    assert asked(ACMG, id_) == acmg
    assert asked(CCMG, id_) == ccmg


def test_mosaicism_and_marrow_ask_for_more():
    numbers = [rule(policy, "mosaicism").cells for policy in (ACMG, CCMG)]
    assert [(each.count, each.count_up_to) for each in numbers] == [(30, 50), (25, 50)]
    assert asked(ACMG, "marrow")[:3] == (20, 20, 2)
    abnormal = rule(ACMG, "marrow-abnormal").cells
    assert (abnormal.karyotype_main_clone, abnormal.karyotype_other_clones) == (2, 1)
    assert rule(CCMG, "marrow-known-clone").cells.count == 25
    assert all(rule(policy, "marrow").neoplastic and not rule(policy, "blood").neoplastic for policy in (ACMG, CCMG))


def test_no_policy_that_comes_with_the_program_claims_to_be_checked():
    assert ACMG.status is PolicyStatus.FROM_MEMORY
    assert CCMG.status is PolicyStatus.FOUND
    for policy in SHIPPED.values():
        assert (policy.clones.gain, policy.clones.structural, policy.clones.loss) == (2, 2, 3)
        assert policy.confidences == (0.95, 0.99)


def test_the_rules_to_choose_from_are_those_of_the_specimen_and_its_culture():
    def ids(kind, method=None):
        return [each.id for each in ACMG.rules_for(kind, method)]

    assert ids(SpecimenKind.BLOOD) == ["blood", "mosaicism"]
    assert ids(SpecimenKind.AMNIOTIC_FLUID) == ["amniotic-in-situ", "amniotic-flask"]
    assert ids(SpecimenKind.AMNIOTIC_FLUID, CultureMethod.FLASK) == ["amniotic-flask"]
    assert ids(SpecimenKind.OTHER) == []


def test_the_report_is_due_so_many_days_after_receipt():
    received = date(2026, 2, 20)
    assert rule(CCMG, "amniotic-in-situ").due(received) == date(2026, 3, 6)
    assert rule(CCMG, "blood").due(received) is None


def test_a_case_keeps_name_version_and_rule_and_finds_them_again():
    blood = rule(ACMG, "blood")
    reference = ACMG.reference(blood)
    assert reference == PolicyReference("ACMG/CAP type", "1", "blood")
    assert rule_of(SHIPPED.values(), reference) == (ACMG, blood)
    for gone in (replace(reference, version="2"), replace(reference, rule="none"), replace(reference, name="other")):
        with pytest.raises(PolicyError, match="put its file back"):
            rule_of(SHIPPED.values(), gone)


def test_a_laboratory_adds_a_policy_of_its_own(tmp_path):
    own = replace(CCMG, name="our policy", version="2026-1", status=PolicyStatus.CHECKED)
    tmp_path.joinpath("ours.json").write_text(encode(own), encoding="utf-8")
    assert [policy.name for policy in read_policies(tmp_path)] == ["ACMG/CAP type", "CCMG type", "our policy"]
    assert own in read_policies(tmp_path)


def test_two_policies_that_differ_are_not_called_the_same(tmp_path):
    tmp_path.joinpath("same.json").write_text(encode(CCMG), encoding="utf-8")
    assert len(read_policies(tmp_path)) == 2
    tmp_path.joinpath("other.json").write_text(encode(replace(CCMG, source="somewhere")), encoding="utf-8")
    with pytest.raises(PolicyError, match="Two policies"):
        read_policies(tmp_path)


def set_cells(number):
    return lambda plain: plain["rules"][0]["cells"].update(number)


@pytest.mark.parametrize(
    "change",
    [
        lambda plain: plain.pop("source"),
        lambda plain: plain.update(more=1),
        lambda plain: plain.update(name=" "),
        lambda plain: plain.update(status="checked"),
        lambda plain: plain.update(confidences=[95.0]),
        lambda plain: plain.update(rules=[]),
        lambda plain: plain["rules"].append(plain["rules"][0]),
        lambda plain: plain["clones"].update(loss=0),
        lambda plain: plain["rules"][0].update(specimens=["hair"]),
        set_cells({"count": -1}),
        set_cells({"count": "20"}),
        set_cells({"count_up_to": 5}),
    ],
)
def test_a_policy_that_makes_no_sense_is_refused_by_its_name(tmp_path, change):
    plain = json.loads(encode(ACMG))
    change(plain)
    path = tmp_path / "ours.json"
    path.write_text(json.dumps(plain), encoding="utf-8")
    with pytest.raises(PolicyError, match=r"“ours\.json” cannot be used"):
        read_policy(path)


def test_a_file_that_cannot_be_read_is_refused_by_its_name(tmp_path):
    (tmp_path / "bytes.json").write_bytes(b"\xff\xfe")
    for name in ("absent.json", "bytes.json"):
        with pytest.raises(PolicyError, match=f"“{name}” cannot be read"):
            read_policy(tmp_path / name)
