"""Numerical karyotypes: reading them, proposing them and naming what is unusual (ISCN 2020, chapter 8)."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from karyodesk.domain.errors import KaryotypeError
from karyodesk.domain.labels import AUTOSOMES, LABELS, MARKER, SLOTS

LONGEST: Final = 400
"""Characters; a longer string is no numerical karyotype."""
HIGHEST_LEVEL: Final = 8
"""Ploidy up to which karyotypes are read and proposed (8n, 184 chromosomes)."""

_PLAIN: Final = str.maketrans({"\u2212": "-", "\u2013": "-", "\u2010": "-", "\u2011": "-", "\u00d7": "x"})
_COUNT: Final = re.compile(r"([0-9]{1,3})(?:<([1-8])n>)?", re.ASCII)
_SEX: Final = re.compile(r"X*Y*")
_SIGN: Final = re.compile(r"([+-])([0-9]{1,2}|X|Y)c?", re.ASCII)
_MARKERS: Final = re.compile(r"\+([0-9]{1,2})?mar[0-9]{0,2}", re.ASCII)
_STRUCTURAL: Final = re.compile(
    r"[()]|\b(?:add|del|der|dic|dmin|dup|fra|hsr|idic|idem|inc|ins|inv|qdp|rob|sl|sdl|t|trp|tas)\b|[+-][ri]\b"
)


@dataclass(frozen=True)
class Karyotype:
    """A numerical karyotype of one clone.

    Attributes:
        text: the string as given, without spaces.
        copies: copies of each of the 24 labels and of ``mar``; all of them are keys.
    """

    text: str
    copies: Mapping[str, int]

    @property
    def count(self) -> int:
        """Chromosomes a cell."""
        return sum(self.copies.values())

    @property
    def labels(self) -> tuple[str, ...]:
        """The label of every chromosome of a cell, in the order of the karyogram."""
        return tuple(label for label in SLOTS for _ in range(self.copies[label]))


def parse(text: str) -> Karyotype:
    """Read a numerical karyotype, such as ``47,XY,+21``, ``45,X``, ``69,XXX`` or ``48,XXX,+mar``.

    The order of the gains and losses is not enforced; constitutional marks (``+21c``) and a stated ploidy
    (``46<3n>``) are understood.

    Raises:
        KaryotypeError: for anything else, or where the count does not fit the rest.
    """
    if len(text) > LONGEST:
        raise KaryotypeError(f"This is too long for a numerical karyotype (more than {LONGEST} characters).")
    plain = as_written(text)
    _refuse_other_notations(plain)
    head, *rest = plain.split(",")
    stated, level = read_count(head)
    if not rest:
        raise KaryotypeError("The sex chromosomes are missing: write for example 46,XX or 47,XY,+21.")
    copies = {label: level for label in AUTOSOMES} | _read_sex(rest[0]) | {MARKER: 0}
    _add_signs(copies, rest[1:])
    karyotype = Karyotype(plain, copies)
    if karyotype.count != stated:
        raise KaryotypeError(f"The count {stated} does not fit the rest, which makes {karyotype.count}.")
    return karyotype


def as_written(text: str) -> str:
    """Return a karyotype as ISCN writes it: without spaces around commas, with plain signs.

    Raises:
        KaryotypeError: for an empty text, or one with characters that ISCN does not use.
    """
    plain = re.sub(r"\s*,\s*", ",", text.translate(_PLAIN).strip())
    if not plain:
        raise KaryotypeError("The karyotype is empty: write for example 46,XX.")
    if not plain.isascii() or not plain.isprintable():
        raise KaryotypeError("The karyotype holds characters that ISCN does not use.")
    return plain


def _refuse_other_notations(text: str) -> None:
    """Say plainly which part of ISCN is not understood, instead of a mere syntax error."""
    if "/" in text or "[" in text or text.startswith(("mos", "chi")):
        raise KaryotypeError("Mosaics and several clones cannot be read yet: give one clone without brackets.")
    if _STRUCTURAL.search(text):
        raise KaryotypeError("Structural abnormalities cannot be read yet: give a numerical karyotype.")
    if "~" in text or "?" in text:
        raise KaryotypeError("Ranges and question marks cannot be read: give one certain karyotype.")


def read_count(text: str) -> tuple[int, int]:
    """Return the count and the ploidy level, stated (``46<3n>``) or taken from the count.

    Raises:
        KaryotypeError: for anything else.
    """
    found = _COUNT.fullmatch(text)
    if not found:
        raise KaryotypeError("A karyotype starts with the number of chromosomes and a comma, as in 46,XX.")
    count = int(found[1])
    level = int(found[2]) if found[2] else level_of(count)
    if level > HIGHEST_LEVEL or count == 0:
        raise KaryotypeError(f"A cell of {count} chromosomes cannot be read.")
    return count, level


def level_of(count: int) -> int:
    """Return the ploidy level of a count: up to 34 is 1, 35 to 57 is 2, 58 to 80 is 3, and so on by 23."""
    return max(1, (count - 12) // 23 + 1)


def _read_sex(text: str) -> dict[str, int]:
    if not text or not _SEX.fullmatch(text.removesuffix("c")):
        raise KaryotypeError("The sex chromosomes are written after the count, X before Y, as in 46,XY or 45,X.")
    return {"X": text.count("X"), "Y": text.count("Y")}


def _add_signs(copies: dict[str, int], signs: Sequence[str]) -> None:
    """Add the gains and losses to the copies, in place."""
    seen: dict[str, str] = {}
    for text in signs:
        if markers := _MARKERS.fullmatch(text):
            copies[MARKER] += int(markers[1] or 1)
            continue
        found = _SIGN.fullmatch(text)
        if not found or found[2] not in LABELS:
            raise KaryotypeError(f"“{text[:20]}” is no gain or loss of a chromosome, such as +21, -22 or +mar.")
        sign, label = found[1], found[2]
        if seen.setdefault(label, sign) != sign:
            raise KaryotypeError(f"Chromosome {label} is both gained and lost.")
        _count_sign(copies, sign, label)


def _count_sign(copies: dict[str, int], sign: str, label: str) -> None:
    if sign == "+":
        copies[label] += 1
    elif label in AUTOSOMES:
        if not copies[label]:
            raise KaryotypeError(f"Chromosome {label} is lost more often than it is there.")
        copies[label] -= 1
    # An acquired loss of a sex chromosome (45,X,-Y) is already left out of the sex field.


def _level_of_copies(copies: Mapping[str, int], unassigned: int, count: int) -> int:
    """The ploidy that needs the fewest signs; of equal ones that which the count stands for."""

    def cost(level: int) -> tuple[int, bool]:
        gains = sum(max(0, copies[label] - level) for label in AUTOSOMES)
        losses = sum(max(0, level - copies[label]) for label in AUTOSOMES)
        return gains + max(0, losses - unassigned), level != level_of(count)

    return min(range(1, HIGHEST_LEVEL + 1), key=cost)


def _tally(labels: Sequence[str | None]) -> tuple[dict[str, int], int]:
    """Copies of each label, and how many have none."""
    unknown = sorted({str(label) for label in labels if label is not None and label not in SLOTS})
    if unknown:
        raise KaryotypeError(f"“{unknown[0][:20]}” is no label of a chromosome.")
    counted = Counter(labels)
    return {label: counted[label] for label in SLOTS}, counted[None]


def propose(labels: Sequence[str | None]) -> str:
    """Write the karyotype of a cell from the labels its chromosomes were given (None: unassigned).

    The count is that of all bodies and is never forced to 46. Sex chromosomes are listed, autosomes gained or
    lost against the ploidy that needs the fewest signs (written ``<3n>`` where the count alone would say another).
    While some are unassigned the karyotype ends in ``inc`` (incomplete), and losses are named only where
    more are missing than are unassigned. The sex field is ``?`` where no X or Y was assigned. A cell without
    a chromosome gives an empty string.

    Raises:
        KaryotypeError: for a label that no slot has.
    """
    return _said_of(tuple(labels))[0]


# Asked for at every gesture, of every cell that is listed.
@lru_cache(maxsize=1024)
def _said_of(labels: tuple[str | None, ...]) -> tuple[str, tuple[str, ...]]:
    """The proposed karyotype and the flags; both rest on the ploidy, which takes longest to find."""
    copies, unassigned = _tally(labels)
    level = _level_of_copies(copies, unassigned, len(labels))
    return _proposed(copies, unassigned, level) if labels else "", _flagged(copies, unassigned, level)


def _proposed(copies: Mapping[str, int], unassigned: int, level: int) -> str:
    count = sum(copies.values()) + unassigned
    head = f"{count}" if level == level_of(count) else f"{count}<{level}n>"
    parts = [head, "X" * copies["X"] + "Y" * copies["Y"] or "?", *_autosome_signs(copies, level, unassigned)]
    if copies[MARKER]:
        parts.append("+mar" if copies[MARKER] == 1 else f"+{copies[MARKER]}mar")
    if unassigned:
        parts.append("inc")
    return ",".join(parts)


def _autosome_signs(copies: Mapping[str, int], level: int, unassigned: int = 0) -> list[str]:
    """Gains and losses in the order of the autosomes."""
    lost = sum(max(0, level - copies[label]) for label in AUTOSOMES)
    signs = []
    for label in AUTOSOMES:
        change = copies[label] - level
        if change > 0 or lost > unassigned:
            signs += [f"{'+' if change > 0 else '-'}{label}"] * abs(change)
    return signs


def flags(labels: Sequence[str | None]) -> tuple[str, ...]:
    """Name what a person must look at in a cell, such as ``count 45``, ``+21``, ``-X``, ``+mar`` or ``2 unassigned``.

    Losses are flagged even where an unassigned chromosome may be the missing one. Of a single X it is
    not known which sex chromosome is missing; it is flagged ``-X``.

    Raises:
        KaryotypeError: for a label that no slot has.
    """
    return _said_of(tuple(labels))[1]


def _flagged(copies: Mapping[str, int], unassigned: int, level: int) -> tuple[str, ...]:
    count = sum(copies.values()) + unassigned
    found = [f"count {count}"] if count != 46 else []
    if level != 2:
        found.append(f"{level}n")
    found += sex_signs(copies, level) + _autosome_signs(copies, level)
    found += [f"+{MARKER}"] * copies[MARKER]
    if unassigned:
        found.append(f"{unassigned} unassigned")
    return tuple(found)


def sex_signs(copies: Mapping[str, int], level: int) -> list[str]:
    """Return gains and losses of X and Y against XX or XY, the nearer of them; at other levels against that many."""
    y_expected = min(copies["Y"], max(1, level - 1))
    signs = []
    for label, expected in (("X", level - y_expected), ("Y", y_expected)):
        change = copies[label] - expected
        signs += [f"{'+' if change > 0 else '-'}{label}"] * abs(change)
    return signs
