"""Clones and their composition from the karyotypes of cells (ISCN 2020, chapters 4, 8 and 11)."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from itertools import groupby
from typing import Final

from karyodesk.domain.clones import (
    Abnormality,
    AbnormalityKind,
    Clone,
    CloneRule,
    Clones,
    Complement,
    LeftOut,
    ancestor,
    by_evolution,
    find_clones,
    normal_last,
)
from karyodesk.domain.errors import KaryotypeError
from karyodesk.domain.labels import LABELS, MARKER
from karyodesk.domain.worksheet import Line
from karyodesk.iscn.karyotype import as_written, level_of, parse, read_count, sex_signs

BY_A_PERSON: Final = "A person put it in no clone."

_SEX: Final = re.compile(r"(?=[XY])X*Y*c?")
_UNNAMED: Final = re.compile(r",(?:\?|inc)(?:,|$)")
_OTHERS: Final = re.compile(r"[/\[\]]|^(?:mos|chi)|\b(?:idem|sl|sdl\d*|cp|or)\b")
_CONSTITUTIONAL: Final = re.compile(r"(?<=[)0-9XYr])c$")
_TIMES: Final = re.compile(r"(.+)x([1-9])")
_MARKERS: Final = re.compile(r"\+([0-9]{1,2})mar")
_NUMERICAL: Final = re.compile(rf"[+-](?:{'|'.join(LABELS)})|\+{MARKER}[0-9]{{0,2}}")
_STRUCTURAL: Final = re.compile(
    r"[+-]?\??(?:dmin|r"
    r"|(?:psu |dir |inv )?(?:add|del|der|dic|dup|fra|hsr|i|ider|idic|ins|inv|neo|qdp|r|rec|rob|t|tas|trc|trp)\(.+\).*)"
)
_FIRST_CHROMOSOMES: Final = re.compile(r"\??[a-z ]+\(([^)]*)\)")


def read_complement(text: str) -> Complement:
    """Read the karyotype of one cell, with structural changes, such as ``46,XY,t(9;22)(q34;q11.2)``.

    The arithmetic of numerical karyotypes is checked; structural changes are compared as they are written.

    Raises:
        KaryotypeError: for anything else, and where not every chromosome is named (``inc``, or ``?`` for the sex
            chromosomes), so that the cell might be of several clones.
    """
    plain = as_written(text)
    if _UNNAMED.search(plain):
        raise KaryotypeError("Not every chromosome of the cell is named: give each its label first.")
    if _OTHERS.search(plain):
        raise KaryotypeError("Give the karyotype of one cell alone, without brackets, idem, sl or cp.")
    head, *rest = plain.split(",")
    count, ploidy = read_count(head)
    sex = rest.pop(0) if rest and _SEX.fullmatch(rest[0]) else ""
    changes = [change for part in rest for change in _changes(part)]
    if all(_NUMERICAL.fullmatch(change.text) for change in changes):
        parse(plain)
    all_changes = [*_ploidy_change(ploidy), *_sex_change(sex, changes, ploidy), *changes]
    return Complement(count, ploidy, sex, _numbered(all_changes))


def _changes(part: str) -> list[Abnormality]:
    """What one part between commas says: an abnormality, as often as it is there."""
    text = _CONSTITUTIONAL.sub("", part)
    constitutional = text != part
    times = 1
    if found := _TIMES.fullmatch(text):
        text, times = found[1], int(found[2])
    elif found := _MARKERS.fullmatch(text):
        text, times = f"+{MARKER}", int(found[1])
    text = re.sub(
        r"^[0-9]{1,3}(?=dmin$)", "", text
    )  # the number of double minutes differs between the cells of a clone
    if not (_NUMERICAL.fullmatch(text) or _STRUCTURAL.fullmatch(text)):
        raise KaryotypeError(f"“{part[:30]}” is no abnormality as ISCN writes it, such as +21, -7 or del(5)(q13q33).")
    kind = {"+": AbnormalityKind.GAIN, "-": AbnormalityKind.LOSS}.get(text[0], AbnormalityKind.STRUCTURAL)
    return [Abnormality(kind, text, constitutional)] * times


def _ploidy_change(ploidy: int) -> list[Abnormality]:
    if ploidy == 2:
        return []
    return [Abnormality(AbnormalityKind.GAIN if ploidy > 2 else AbnormalityKind.LOSS, f"<{ploidy}n>")]


def _sex_change(sex: str, changes: Sequence[Abnormality], ploidy: int) -> list[Abnormality]:
    """The sex chromosomes as an abnormality, where they are neither XX nor XY with what stands among the changes.

    Of ``46,X,i(X)(q10)`` the second X stands there, of ``45,X,-Y`` the Y that was lost.
    """
    listed = sex.removesuffix("c")
    copies = Counter(listed)
    for change in changes:
        if change.text in ("-X", "-Y"):
            copies[change.text[1]] += 1
        elif found := _FIRST_CHROMOSOMES.match(change.text):
            copies.update(name for name in found[1].split(";") if name in ("X", "Y"))
    if not copies:
        raise KaryotypeError("The sex chromosomes are missing: write for example 46,XX or 47,XY,+21.")
    signs = sex_signs({"X": copies["X"], "Y": copies["Y"]}, ploidy)
    if not signs:
        return []
    fewer = sum(sign[0] == "-" for sign in signs) * 2 > len(signs)
    return [Abnormality(AbnormalityKind.LOSS if fewer else AbnormalityKind.GAIN, listed, listed != sex)]


def _numbered(changes: Iterable[Abnormality]) -> tuple[Abnormality, ...]:
    """Equal abnormalities of a cell, told apart by which of them they are."""
    seen: Counter[Abnormality] = Counter()
    numbered = []
    for change in changes:
        seen[change] += 1
        numbered.append(Abnormality(change.kind, change.text, change.constitutional, seen[change]))
    return tuple(numbered)


def clones_of(lines: Iterable[Line], rule: CloneRule) -> Clones:
    """Find the clones of a case among the cells of its worksheet that were counted, analysed or karyotyped."""
    lines = [line for line in lines if line.evaluated]
    placed = {line.cell: line.facts.clone for line in lines if line.facts.clone is not None}
    return propose_clones({line.cell: line.karyotype for line in lines}, rule, placed)


def propose_clones(karyotypes: Mapping[str, str], rule: CloneRule, placed: Mapping[str, str]) -> Clones:
    """Find the clones of a case from the karyotypes of its cells.

    Args:
        karyotypes: of each cell, by its id.
        rule: of the laboratory.
        placed: of the cells that a person put in a clone, the karyotype of the clone; an empty text: in none.
    """
    cells, clones, unread = {}, {}, []
    for cell, text in karyotypes.items():
        try:
            if placed.get(cell) == "":
                raise KaryotypeError(BY_A_PERSON)
            if cell in placed:
                clones[cell] = read_complement(placed[cell])
            cells[cell] = _own(text, clones.get(cell))
        except KaryotypeError as error:
            unread.append(LeftOut(cell, error.message))
    found = find_clones(cells, rule, clones)
    return Clones(found.clones, (*unread, *found.left_out))


def _own(text: str, placed: Complement | None) -> Complement:
    """The complement of a cell; of one that cannot be read that of the clone a person put it in."""
    try:
        return read_complement(text)
    except KaryotypeError:
        if placed is None:
            raise
        return placed


class Prefix(StrEnum):
    """What stands before the karyotypes of a mosaic."""

    MOSAIC = "mos "
    """All cells come from one zygote."""
    CHIMAERA = "chi "
    """They come from several."""
    NONE = ""


class Related(StrEnum):
    """How a clone is written that evolved from another one."""

    IN_FULL = "in full"
    IDEM = "idem"
    """``idem`` stands for the stemline."""
    STEMLINE = "sl"
    """``sl`` stands for the stemline, ``sdl1``, ``sdl2`` ... for the sidelines in the order they are written."""


def write_complement(complement: Complement) -> str:
    """Return the karyotype of a cell or a clone in ISCN, such as ``47,XY,+21``."""
    return ",".join(filter(None, (_head(complement), complement.sex, *_written(complement, complement.abnormalities))))


def _head(complement: Complement) -> str:
    usual = level_of(complement.count) == complement.ploidy
    return f"{complement.count}" if usual else f"{complement.count}<{complement.ploidy}n>"


def _written(complement: Complement, abnormalities: Iterable[Abnormality]) -> list[str]:
    """Abnormalities as they are written, without those that the count and the sex chromosomes say."""
    listed = complement.sex.removesuffix("c")
    texts = [each.text + "c" * each.constitutional for each in abnormalities if not _said(each, listed)]
    parts = []
    for text, equal in groupby(texts):
        times = len(list(equal))
        parts += [f"+{times}{MARKER}"] if text == f"+{MARKER}" and times > 1 else _repeated(text, times)
    return parts


def _said(abnormality: Abnormality, listed: str) -> bool:
    return abnormality.text == listed or abnormality.text.startswith("<")


def _repeated(text: str, times: int) -> list[str]:
    """A number of chromosomes is written as often as it is there, a structural change once with the times."""
    return [text] * times if times == 1 or _NUMERICAL.fullmatch(text.removesuffix("c")) else [f"{text}x{times}"]


def composition(clones: Iterable[Clone], prefix: Prefix | None = None) -> str:
    """Return the constitutional karyotype: ``46,XX``, or of a mosaic ``mos 45,X[10]/46,XX[20]``, normal cells last.

    Args:
        clones: of the case.
        prefix: None: ``mos``, but none where normal cells of both sexes are there: whether these are a chimaera, or
            cells of the mother or of another case, a person must say.
    """
    ordered = normal_last(clones)
    if len(ordered) == 1:
        return write_complement(ordered[0].complement)
    if prefix is None:
        prefix = Prefix.NONE if sum(clone.normal for clone in ordered) > 1 or not ordered else Prefix.MOSAIC
    return prefix.value + "/".join(f"{write_complement(clone.complement)}[{clone.size}]" for clone in ordered)


def neoplastic_composition(clones: Iterable[Clone], related: Related = Related.IN_FULL) -> str:
    """Return the karyotype of a neoplasia: clones in the order of evolution with their numbers, normal cells last."""
    ordered = by_evolution(clones)
    return "/".join(f"{_evolved(clone, ordered, related)}[{clone.size}]" for clone in ordered)


def _evolved(clone: Clone, ordered: Sequence[Clone], related: Related) -> str:
    """A clone by what it has more than the one it evolved from, as far as that can be written so."""
    stemline = ordered[0]
    older = ancestor(clone, ordered if related is Related.STEMLINE else [stemline])
    if related is Related.IN_FULL or older is None or not older.complement.acquired >= stemline.complement.acquired:
        return write_complement(clone.complement)
    more = [each for each in clone.complement.abnormalities if each not in older.complement.abnormalities]
    if any(_said(each, clone.complement.sex.removesuffix("c")) for each in more):
        return write_complement(clone.complement)
    name = related.value if older is stemline else f"sdl{ordered.index(older)}"
    return ",".join((_head(clone.complement), name, *_written(clone.complement, more)))
