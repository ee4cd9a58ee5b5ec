from dataclasses import replace

from tests.make import make_chromosome


def test_an_uncertain_chromosome_is_badged_until_a_person_has_decided():
    chromosome = make_chromosome(0, "7", uncertain=True)
    assert chromosome.needs_look
    assert not replace(chromosome, confirmed=True).needs_look
    assert not replace(chromosome, rejected=True).needs_look


def test_a_certain_chromosome_is_not_badged():
    assert not make_chromosome(0, "7").needs_look
