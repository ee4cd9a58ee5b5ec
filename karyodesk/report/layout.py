"""The geometry of a karyogram: where every slot, label and chromosome stands.

Free of Qt: window, picture and report are all drawn from it. Lengths are pixels of the original, x to the right and
y down, so every chromosome of a cell has one common scale. A layout is a function of its cell and views alone: the
same cell gives the same layout, whatever was done before.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from statistics import median
from typing import Final

from karyodesk.domain.cell import Cell
from karyodesk.domain.chromosome import Chromosome
from karyodesk.domain.labels import DENVER_GROUPS, KARYOGRAM_ROWS, MARKER, SEX_CHROMOSOMES, denver_group
from karyodesk.domain.view import ChromosomeView

# Distances as multiples of the median width of a chromosome, which hardly depends on its number and so is the one
# length that every magnification shares.
DEFAULT_UNIT: Final = 16.0
"""Width of a chromosome in pixels, taken where a cell has none."""
MARGIN: Final = 0.6
SLOT_PADDING: Final = 1.2
MEMBER_GAP: Final = 0.5
SLOT_ROOM: Final = 2.0
"""Chromosome widths that an empty slot keeps free: a pair."""
LINE_DROP: Final = 0.4
LINE_INSET: Final = 0.6
"""What lines and brackets leave free at the ends of a slot."""
LABEL_DROP: Final = 1.25
GROUP_DROP: Final = 0.45
GROUP_LETTER_DROP: Final = 1.15
ROW_GAP: Final = 0.5
HEAD_ROOM: Final = 1.1
"""Kept free above the longest short arm of a row, for badges."""
GROUP_GAP: Final = 1.6
TRAY_HEAD: Final = 1.6
TRAY_ROOM: Final = 1.2
"""Height of an empty tray beneath its heading, to drop into."""
COLUMNS: Final = max(len(row) for row in KARYOGRAM_ROWS)
ROW_ARMS: Final = ((2.2, 3.0), (1.2, 2.2), (0.7, 1.9), (0.7, 1.2))
"""Least lengths of the short and the long arms in a row, for rows with nothing in them."""


@dataclass(frozen=True)
class Rect:
    """A rectangle; right and bottom are exclusive."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The x just beyond the rectangle."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The y just beyond the rectangle."""
        return self.y + self.height

    def contains(self, x: float, y: float) -> bool:
        """Whether a point lies in it."""
        return self.x <= x < self.right and self.y <= y < self.bottom


@dataclass(frozen=True)
class Placement:
    """Where one chromosome stands.

    Attributes:
        id: of the chromosome.
        rect: what its view fills.
        centromere: y of its centromere.
        mirrored: it is drawn mirrored left to right.
        needs_look: it is drawn with a badge.
    """

    id: str
    rect: Rect
    centromere: float
    mirrored: bool
    needs_look: bool


@dataclass(frozen=True)
class Slot:
    """A place of the karyogram, or the tray.

    Attributes:
        label: one of ``labels.SLOTS``; None: the tray.
        rect: answers hit tests; its members, line and label lie within it.
        members: from the left; in the tray line by line.
        line: y of the line beneath the members (tray: above them).
        label_baseline: y of the baseline of the label (tray: of its heading).
    """

    label: str | None
    rect: Rect
    members: tuple[Placement, ...]
    line: float
    label_baseline: float


@dataclass(frozen=True)
class Group:
    """Slots that one bracket joins.

    Attributes:
        letter: of the Denver group; empty for the sex pair and the markers, which stand apart.
        x0: left end of the bracket.
        x1: right end of the bracket.
        y: height of the bracket.
        letter_baseline: y of the baseline of the letter.
    """

    letter: str
    x0: float
    x1: float
    y: float
    letter_baseline: float


@dataclass(frozen=True)
class Row:
    """One row.

    Attributes:
        rect: all of it, as wide as the karyogram within its margins.
        centromere: y of the centromeres of all its chromosomes.
        slots: from the left.
        groups: from the left.
    """

    rect: Rect
    centromere: float
    slots: tuple[Slot, ...]
    groups: tuple[Group, ...]


@dataclass(frozen=True)
class KaryogramLayout:
    """The whole karyogram.

    Attributes:
        width: with its margins.
        height: with its margins.
        unit: median width of a chromosome: the measure of letters, lines and gaps.
        rows: from the top.
        tray: the unassigned, beneath the rows.
    """

    width: float
    height: float
    unit: float
    rows: tuple[Row, ...]
    tray: Slot

    @cached_property
    def slots(self) -> tuple[Slot, ...]:
        """Every slot in reading order, the tray last."""
        return (*(slot for row in self.rows for slot in row.slots), self.tray)

    @cached_property
    def slot_by_label(self) -> dict[str | None, Slot]:
        """The slots by their label, the tray under None."""
        return {slot.label: slot for slot in self.slots}

    @cached_property
    def placements(self) -> dict[str, Placement]:
        """The placements by the id of the chromosome, in reading order."""
        return {member.id: member for slot in self.slots for member in slot.members}

    def slot_at(self, x: float, y: float) -> Slot | None:
        """Return the slot or the tray at a point; None beside them all."""
        return next((slot for slot in self.slots if slot.rect.contains(x, y)), None)

    def chromosome_at(self, x: float, y: float) -> Placement | None:
        """Return the chromosome whose rectangle holds a point; None where there is none."""
        slot = self.slot_at(x, y)
        members = slot.members if slot else ()
        return next((member for member in members if member.rect.contains(x, y)), None)

    def index_at(self, slot: Slot, x: float, y: float, moving: str | None = None) -> int:
        """Return the index at which a chromosome dropped at a point is put into a slot.

        Args:
            slot: a slot of this layout.
            x: of the point.
            y: of the point; tells the lines of the tray apart.
            moving: id of the dropped chromosome where it stands in this slot already: it is not counted.
        """
        others = [member for member in slot.members if member.id != moving]
        return sum(_is_before(member, x, y, slot) for member in others)


def layout_karyogram(cell: Cell, views: Mapping[str, ChromosomeView]) -> KaryogramLayout:
    """Lay the chromosomes of a cell out: rows of ``labels.KARYOGRAM_ROWS``, then the tray.

    Args:
        cell: its kept chromosomes are placed, each once.
        views: by the id of the chromosome, turned as the chromosome now is; mirroring is left to the painter.

    Raises:
        KeyError: where a kept chromosome has no view.
    """
    bodies = {chromosome.id: _Body.of(chromosome, views[chromosome.id], cell) for chromosome in cell.kept}
    unit = _unit(views)
    drafts = [_RowDraft.of(labels, cell, bodies, unit) for labels in KARYOGRAM_ROWS]
    tray = [bodies[chromosome.id] for chromosome in cell.in_slot(None)]
    inner = max([draft.natural_width for draft in drafts] + [body.width + 2 * LINE_INSET * unit for body in tray])
    margin = MARGIN * unit
    rows: list[Row] = []
    y = margin
    for draft, arms in zip(drafts, ROW_ARMS, strict=True):
        rows.append(draft.at(margin, y, inner, arms))
        y = rows[-1].rect.bottom + ROW_GAP * unit
    tray_slot = _tray(tray, Rect(margin, y, inner, 0.0), unit)
    return KaryogramLayout(inner + 2 * margin, tray_slot.rect.bottom + margin, unit, tuple(rows), tray_slot)


def _unit(views: Mapping[str, ChromosomeView]) -> float:
    """The measure of letters and gaps.

    It is taken from all views, not only those placed, so that it stays as chromosomes are moved, and from views
    rather than axes, so that letters stay legible where bodies were cut out badly.
    """
    return median(view.pixels.shape[1] / view.scale for view in views.values()) if views else DEFAULT_UNIT


def _is_before(member: Placement, x: float, y: float, slot: Slot) -> bool:
    """Whether a member stands before a point in reading order."""
    if slot.label is None:
        line = [other.rect for other in slot.members if other.centromere == member.centromere]
        if y < min(rect.y for rect in line):
            return False
        if y >= max(rect.bottom for rect in line):
            return True
    return member.rect.x + member.rect.width / 2 < x


@dataclass(frozen=True)
class _Body:
    """A chromosome with the size of its view in pixels of the original, and whether it is drawn with a badge."""

    chromosome: Chromosome
    width: float
    above: float
    below: float
    badge: bool

    @classmethod
    def of(cls, chromosome: Chromosome, view: ChromosomeView, cell: Cell) -> "_Body":
        height, width = (side / view.scale for side in view.pixels.shape[:2])
        above = min(max(view.centromere / view.scale, 0.0), height)
        badge = chromosome.needs_look or bool(cell.doubts_of(chromosome.id))
        return cls(chromosome, width, above, height - above, badge)

    def at(self, x: float, centromere: float) -> Placement:
        rect = Rect(x, centromere - self.above, self.width, self.above + self.below)
        return Placement(self.chromosome.id, rect, centromere, self.chromosome.mirrored, self.badge)


def _span(bodies: Iterable[_Body], gap: float) -> float:
    """The width of chromosomes side by side."""
    widths = [body.width for body in bodies]
    return sum(widths) + gap * max(len(widths) - 1, 0)


def _line_up(bodies: Iterable[_Body], x: float, centromere: float, gap: float) -> tuple[Placement, ...]:
    """Place chromosomes side by side from x, their centromeres at one height."""
    placed = []
    for body in bodies:
        placed.append(body.at(x, centromere))
        x += body.width + gap
    return tuple(placed)


def _field(label: str) -> str:
    """The field of the karyogram that a slot stands in: a Denver group, the sex pair or the markers."""
    if label in SEX_CHROMOSOMES:
        return "sex"
    return MARKER if label == MARKER else denver_group(label)


@dataclass(frozen=True)
class _RowDraft:
    """A row whose widths are known and whose place is not."""

    labels: tuple[str, ...]
    bodies: tuple[tuple[_Body, ...], ...]
    widths: tuple[float, ...]
    unit: float

    @classmethod
    def of(cls, labels: tuple[str, ...], cell: Cell, bodies: Mapping[str, _Body], unit: float) -> "_RowDraft":
        members = tuple(tuple(bodies[body.id] for body in cell.in_slot(label)) for label in labels)
        room = SLOT_ROOM * unit + MEMBER_GAP * unit
        widths = tuple(max(_span(slot, MEMBER_GAP * unit), room) + 2 * SLOT_PADDING * unit for slot in members)
        return cls(labels, members, widths, unit)

    @property
    def breaks(self) -> tuple[bool, ...]:
        """Between which neighbours a new group starts."""
        return tuple(_field(left) != _field(right) for left, right in pairwise(self.labels))

    @property
    def natural_width(self) -> float:
        return sum(self.widths) + sum(self.breaks) * GROUP_GAP * self.unit

    def at(self, x: float, y: float, width: float, arms: tuple[float, float]) -> Row:
        """Place the row: its groups spread over the width, centromeres at one height."""
        bodies = [body for slot in self.bodies for body in slot]
        above = HEAD_ROOM * self.unit + max([arms[0] * self.unit, *(body.above for body in bodies)])
        below = max([arms[1] * self.unit, *(body.below for body in bodies)])
        line = y + above + below + LINE_DROP * self.unit
        slots = self._slots(x, y, width, y + above, line)
        groups = self._groups(slots, line + (LABEL_DROP + GROUP_DROP) * self.unit)
        bottom = groups[0].letter_baseline
        return Row(Rect(x, y, width, bottom - y), y + above, slots, groups)

    def _slots(self, x: float, y: float, width: float, centromere: float, line: float) -> tuple[Slot, ...]:
        baseline = line + LABEL_DROP * self.unit
        widths = self._stretched(width)
        spread = (width - sum(widths)) / max(sum(self.breaks), 1)
        slots = []
        for label, bodies, slot_width, ends in zip(
            self.labels, self.bodies, widths, (*self.breaks, False), strict=True
        ):
            rect = Rect(x, y, slot_width, baseline + 0.3 * self.unit - y)
            left = x + (slot_width - _span(bodies, MEMBER_GAP * self.unit)) / 2
            members = _line_up(bodies, left, centromere, MEMBER_GAP * self.unit)
            slots.append(Slot(label, rect, members, line, baseline))
            x = rect.right + (spread if ends else 0.0)
        return tuple(slots)

    def _stretched(self, width: float) -> tuple[float, ...]:
        """The widths of the slots in a row of some width.

        A slot grows to the columns of the longest row, so that pairs stand under pairs, as far as the gaps between
        groups leave room; what is left over goes between the groups.
        """
        columns = [max(natural, width / COLUMNS) for natural in self.widths]
        wanted = sum(columns) - sum(self.widths)
        share = min((width - self.natural_width) / wanted, 1.0) if wanted else 0.0
        return tuple(natural + share * (column - natural) for natural, column in zip(self.widths, columns, strict=True))

    def _groups(self, slots: Sequence[Slot], y: float) -> tuple[Group, ...]:
        inset = LINE_INSET * self.unit
        starts = [0, *(place + 1 for place, new in enumerate(self.breaks) if new)]
        ends = [*(start - 1 for start in starts[1:]), len(slots) - 1]
        fields = [_field(self.labels[start]) for start in starts]
        return tuple(
            Group(
                field if field in DENVER_GROUPS else "",
                slots[start].rect.x + inset,
                slots[end].rect.right - inset,
                y,
                y + GROUP_LETTER_DROP * self.unit,
            )
            for field, start, end in zip(fields, starts, ends, strict=True)
        )


def _tray_lines(bodies: Iterable[_Body], width: float, gap: float) -> list[list[_Body]]:
    """Break the unassigned into lines no wider than the tray; a line holds at least one."""
    lines: list[list[_Body]] = []
    for body in bodies:
        if lines and _span([*lines[-1], body], gap) <= width:
            lines[-1].append(body)
        else:
            lines.append([body])
    return lines


def _tray(bodies: Sequence[_Body], area: Rect, unit: float) -> Slot:
    """The tray from the top of an area; its height follows from what lies in it."""
    padding, gap = LINE_INSET * unit, MEMBER_GAP * unit
    y = area.y + TRAY_HEAD * unit
    members: list[Placement] = []
    for line in _tray_lines(bodies, area.width - 2 * padding, gap):
        centromere = y + HEAD_ROOM * unit + max(body.above for body in line)
        members.extend(_line_up(line, area.x + padding, centromere, gap))
        y = centromere + max(body.below for body in line) + ROW_GAP * unit
    bottom = y if members else y + TRAY_ROOM * unit
    rect = Rect(area.x, area.y, area.width, bottom - area.y)
    return Slot(None, rect, tuple(members), area.y + LINE_DROP * unit, area.y + LABEL_DROP * unit + 0.2 * unit)
