from dataclasses import replace

from tests.make import make_chromosome


def test_an_uncertain_chromosome_is_badged_until_a_person_has_decided():
    chromosome = make_chromosome(0, "7", uncertain=True)
    assert chromosome.needs_look
    assert not replace(chromosome, confirmed=True).needs_look
    assert not replace(chromosome, rejected=True).needs_look


def left_out(number=0, label="7", *, uncertain=True):
    made = make_chromosome(number, label, uncertain=uncertain)
    return replace(made, rejected=True, suggestion=replace(made.suggestion, left_out=True))


def test_what_the_program_left_out_is_badged_where_it_may_be_a_chromosome():
    assert left_out().needs_look
    assert not left_out(uncertain=False).needs_look
    assert not replace(left_out(), confirmed=True).needs_look


def test_a_certain_chromosome_is_not_badged():
    assert not make_chromosome(0, "7").needs_look
