"""One outlined body: what the program suggests of it, and where a person has put it."""

from dataclasses import dataclass

from karyodesk.domain.outline import Outline, Point


@dataclass(frozen=True)
class Suggestion:
    """What the program says of one chromosome.

    Attributes:
        label: the label after allocation over the cell; None where the program will not say.
        confidence: probability of ``label`` (0 to 1); of the best alternative where it is None.
        unconstrained_label: the best label of this chromosome alone.
        alternatives: the best labels with their probabilities, best first, at least three.
        upside_down: the short arm is at the end of the axis.
        direction_confidence: probability of ``upside_down`` as given, 0.5 to 1.
        uncertain: a person should look at it; of what is left out: it may be a chromosome all the same.
        left_out: the program takes it for no whole chromosome: for a piece, several together, or dirt.
    """

    label: str | None
    confidence: float
    unconstrained_label: str | None
    alternatives: tuple[tuple[str, float], ...]
    upside_down: bool
    direction_confidence: float
    uncertain: bool
    left_out: bool = False


@dataclass(frozen=True)
class Chromosome:
    """A chromosome of a cell.

    ``label``, ``position``, ``turned``, ``mirrored``, ``rejected`` and ``confirmed`` are its present
    place; they start as suggested and change by edits only.

    Attributes:
        id: unique within its cell and never used for another body.
        outline: in pixels of the original.
        axis: the medial axis through the body from the end nearer the top of the picture (the left
            one where both are level) to the other, in pixels of the original, at least two points.
        width: mean width across the axis in pixels of the original.
        centromere: where the centromere lies on the axis, as a share of its length from its start.
        suggestion: what the program says.
        label: the slot it stands in (one of ``labels.SLOTS``); None: it lies in the tray.
        position: order within its slot or the tray, from the left.
        turned: drawn with the end of the axis up (so that the short arm is up).
        mirrored: drawn mirrored left to right.
        rejected: it is no chromosome of this cell, as the program thinks or a person has said.
        confirmed: a person has placed, labelled or turned it, or agreed with the suggestion.
        whole: a person has said that its outline holds one whole chromosome.
    """

    id: str
    outline: Outline
    axis: tuple[Point, ...]
    width: float
    centromere: float
    suggestion: Suggestion
    label: str | None
    position: int
    turned: bool
    mirrored: bool = False
    rejected: bool = False
    confirmed: bool = False
    whole: bool = False

    @property
    def needs_look(self) -> bool:
        """Whether it is to be badged: uncertain and not yet confirmed, or rejected, by a person."""
        by_a_person = self.confirmed or (self.rejected and not self.suggestion.left_out)
        return self.suggestion.uncertain and not by_a_person

    @property
    def is_at_hand(self) -> bool:
        """Whether a person is shown it and may agree with it: it is kept, or left out and to be looked at."""
        return self.needs_look or not self.rejected
