"""The one way from a picture to a classified cell: window, command line and batch all call it."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt

from karyodesk.domain.cell import Cell, Doubt, Resolution
from karyodesk.domain.chromosome import Chromosome, Suggestion
from karyodesk.domain.errors import PictureError
from karyodesk.domain.labels import LABELS
from karyodesk.domain.methods import Methods
from karyodesk.domain.outline import Outline
from karyodesk.imaging.axis import Axis, medial_axis
from karyodesk.imaging.body import Body, BodyDoubt, Segmentation, body_of, outline_of
from karyodesk.imaging.centromere import find_centromere
from karyodesk.imaging.cutout import cutout_or_none, on_light_ground
from karyodesk.imaging.density import Density, optical_density
from karyodesk.imaging.picture import Picture
from karyodesk.imaging.scale import at_working_scale
from karyodesk.iscn.bands import centromere
from karyodesk.iscn.karyotype import flags, propose
from karyodesk.recognition.allocation import alone
from karyodesk.recognition.allocation_methods import allocate
from karyodesk.recognition.candidates import Candidates, contradictions
from karyodesk.recognition.classifier import Classifier, Scores
from karyodesk.recognition.encode import CellScale, cell_scale, encoded
from karyodesk.recognition.judge import Judge
from karyodesk.recognition.rereading import Named, Read, reread
from karyodesk.recognition.segmenter import Segmenter
from karyodesk.recognition.selection import LEAST_MERIT, LEAST_MERIT_OF_SURPLUS, MERIT_TO_ASK, select
from karyodesk.recognition.suggestions import SURE, suggest, with_suspects

Step = Callable[[str, float], None]
"""Called between steps with what comes next and the share done; may raise ``Cancelled``."""

# A body that is described by itself stands in a slot up to this cost, from a probability of its label of one half.
_LEAST_PROBABLE = float(-np.log(0.5))
_USUAL_COPIES = 2
BRIGHT_ON_DARK = "bright on dark"
"""The flag of a picture that was read as a fluorescent one: Q-banded or DAPI; or it was stored inverted."""
_NOTHING_FOUND = "No chromosomes were found. Choose a picture of a metaphase."
# Of a real metaphase even a poor one has no more than this share of extra and unassigned ones (measured on `val`). How
# surely they are named tells nothing: fluorescent metaphases may be named less surely than everyday photographs.
_MOST_SURPLUS = 0.33
_FEWEST = 5
# Bodies of everyday photographs have a mean merit of 1.3 at most, those of metaphases 1.6 or more (`val`, and
# fluorescent metaphases, of which two in thirty have less).
_LEAST_MEAN_MERIT = 1.5
# Below this share of surely named chromosomes the banding is too poor to trust the rest.
_WELL_BANDED = 0.6


def quiet(_text: str, _done: float) -> None:
    """The step callback of someone who does not listen."""


@dataclass(frozen=True)
class ClassifiedCell:
    """Cut-out chromosomes of one cell, named together.

    Attributes:
        cell: name of the cell.
        suggestions: one a picture, in their order; None where a picture shows no chromosome.
        karyotype: suggested.
        flags: what a person must look at.
    """

    cell: str
    suggestions: tuple[Suggestion | None, ...]
    karyotype: str
    flags: tuple[str, ...]


class Analyser:
    """The models, loaded once, and the pipeline over them.

    Args:
        folder: of the models; those that are shipped unless given.
        threads: threads of each network; 0 takes one a core.
        methods: what names chromosomes, and how those of a cell are allocated; the best unless given.

    Attributes:
        model_versions: name of a model to its version and hash, and how was allocated, for reports.

    Raises:
        ModelError: where a model is missing or altered.
    """

    def __init__(self, folder: Path | None = None, threads: int = 0, methods: Methods | None = None) -> None:
        methods = methods or Methods()
        self._allocation = methods.allocation
        self._segmenter = Segmenter(folder, threads)
        self._judge = Judge(folder, threads)
        self._classifier = Classifier(folder, threads, methods.naming)
        files = (self._segmenter.file, self._judge.file, *self._classifier.files)
        versions = {file.name: file.identity for file in files}
        self.model_versions: Mapping[str, str] = {**versions, "allocation": methods.allocation.value}

    def analyse(self, picture: Picture, step: Step = quiet) -> Cell:
        """Find, straighten, name and allocate the chromosomes of a metaphase.

        Raises:
            PictureError: where the picture shows no metaphase.
            Cancelled: where ``step`` raises it.
        """
        step("Finding the ground", 0.0)
        density = optical_density(picture.pixels)
        step("Finding chromosomes", 0.15)
        seen = self._segmenter.candidates(density)
        if not seen.own:
            raise PictureError(_NOTHING_FOUND)
        step("Naming", 0.6)
        settled = self._settled(seen, density)
        found, named = settled.found, settled.named
        if not found.bodies:
            raise PictureError(_NOTHING_FOUND)
        step("Looking again at what is doubted", 0.9)
        suggestions = suggest(named.scores, allocate(named.scores.costs, self._allocation))
        asked = [suggestion.label is None or suggestion.confidence < SURE for suggestion in suggestions]
        read = partial(self._read_again, density, settled)
        found, again = reread(found, named, asked, read, self._classifier.scores)
        step("Allocating", 0.97)
        # What was joined was judged then.
        merits = np.array([settled.merits.get(id(body), np.inf) for body in again.read.bodies])
        suggestions = self._allocated(again.scores, merits)
        _refuse_other_subjects([one for one in suggestions if not one.left_out], merits)
        of_picture = (BRIGHT_ON_DARK,) if density.bright_on_dark else ()
        return _cell(picture, found, again.read.axes, suggestions, of_picture)

    def _settled(self, seen: Candidates, density: Density) -> "_Settled":
        """Name all that may be a chromosome, and settle by shape, surroundings and bands together what is."""
        bodies = [one.body for one in seen.all]
        contrary = contradictions(seen.all)
        with ThreadPoolExecutor(1) as thread:
            judged = thread.submit(self._judged, seen, contrary, density)
            axes = [medial_axis(body) for body in bodies]
            scale = cell_scale([axes[place] for place in seen.own])
            everything = self._named(self._read_along(axes, density, bodies, scale))
        selection = select(seen.all, contrary, judged.result(), everything.scores)
        found = seen.settled(selection.taken)
        named = everything.only(everything.read.places(found.bodies))
        if self._classifier.sees_cell:  # otherwise bodies are the same among fewer others
            named = self._named(named.read)
        merits = dict(zip(map(id, bodies), selection.merits.tolist(), strict=True))
        return _Settled(found, named, everything.read, merits, scale)

    def _judged(
        self, seen: Candidates, contrary: npt.NDArray[np.bool_], density: Density
    ) -> npt.NDArray[np.float64]:
        return self._judge.judge(at_working_scale(density.values, seen.width)[0], seen.all, contrary)

    def _read_again(self, density: Density, settled: "_Settled", bodies: Sequence[Body]) -> Read:
        """Read bodies of the cell; those that were read at the first look are not read anew."""
        known = {id(body) for body in settled.seen.bodies}
        further = [body for body in bodies if id(body) not in known]
        together = settled.seen.with_more(self._read(density, further, settled.scale)) if further else settled.seen
        return together.only(together.places(bodies))

    def _read(self, density: Density, bodies: Sequence[Body], scale: CellScale | None = None) -> Read:
        """Straighten and read bodies, each by itself, at the scale of the cell."""
        return self._read_along([medial_axis(body) for body in bodies], density, bodies, scale)

    def _read_along(
        self, axes: Sequence[Axis], density: Density, bodies: Sequence[Body], scale: CellScale | None
    ) -> Read:
        technique = self._classifier.straightening
        pictures = encoded([density.values] * len(axes), bodies, axes, scale, technique)
        return Read(tuple(bodies), tuple(axes), self._classifier.read(pictures))

    def _named(self, read: Read) -> Named:
        """Name the bodies of a cell in sight of each other."""
        return Named(read, self._classifier.scores(read.reading))

    def _allocated(self, scores: Scores, merits: npt.NDArray[np.float64]) -> list[Suggestion]:
        """Allocate the bodies of a cell that have merit together; the others are left out."""
        kept = merits >= LEAST_MERIT
        suggestions = self._among(scores, kept)
        fewer = kept & ~_surplus(suggestions, merits)
        if fewer.sum() < kept.sum():
            suggestions = self._among(scores, fewer)
        asked = zip(with_suspects(suggestions), (merits >= MERIT_TO_ASK).tolist(), strict=True)
        return [replace(one, uncertain=ask) if one.left_out else one for one, ask in asked]

    def _among(self, scores: Scores, kept: npt.NDArray[np.bool_]) -> list[Suggestion]:
        """Allocate the bodies that are kept; each of the others has its own best label, and takes no place."""
        places, others = np.flatnonzero(kept), np.flatnonzero(~kept)
        among, left_out = scores.only(places), scores.only(others)
        said = dict(zip(places.tolist(), suggest(among, allocate(among.costs, self._allocation)), strict=True))
        for place, suggestion in zip(others.tolist(), suggest(left_out, alone(left_out.costs)), strict=True):
            said[place] = replace(suggestion, left_out=True)
        return [said[place] for place in range(len(kept))]

    def describe(self, picture: Picture, cell: Cell, outlines: Sequence[Outline]) -> tuple[Chromosome, ...]:
        """Straighten and name further bodies of a cell beside the others, which are not allocated anew.

        One whose own best label is improbable is left without a label, for the tray. Ids follow from the outlines.

        Args:
            picture: the original of the cell.
            cell: the other chromosomes, which the scale is taken from; without those that are to go.
            outlines: of the further bodies.
        """
        density = optical_density(picture.pixels)
        others = [Axis(np.array(other.axis), other.width) for other in cell.kept]
        scale = cell_scale(others) if others else None
        further = self._read(density, [body_of(outline) for outline in outlines], scale)
        together = further
        if self._classifier.sees_cell:
            together = further.with_more(self._read(density, [body_of(other.outline) for other in cell.kept], scale))
        scores = self._named(together).scores.only(np.arange(len(outlines)))
        suggestions = suggest(scores, alone(scores.costs, _LEAST_PROBABLE))
        described = zip(outlines, further.bodies, further.axes, suggestions, strict=True)
        return tuple(
            _chromosome(f"c-{outline.digest}", outline, body, axis, suggestion, 0)
            for outline, body, axis, suggestion in described
        )

    def classify_cell(self, name: str, pictures: Sequence[Picture]) -> ClassifiedCell:
        """Name the chromosomes of one cell that were cut out already; a picture without one gets None.

        Where pictures have a black ground, bands are read as bright and as dark ones; the way that names the cell more
        surely is taken.
        """
        stored = [picture.pixels for picture in pictures]
        lit = [on_light_ground(pixels) for pixels in stored]
        ways = [self._named_cutouts(stored)]
        if any(pixels is not None for pixels in lit):
            other = [pixels if light is None else light for pixels, light in zip(stored, lit, strict=True)]
            ways.append(self._named_cutouts(other))
        possible = [way for way in ways if way is not None]
        if not possible:
            return ClassifiedCell(name, (None,) * len(pictures), "", ())
        named = min(possible, key=_NamedCutouts.mean_cost)
        found = iter(with_suspects(suggest(named.scores, allocate(named.scores.costs, self._allocation))))
        suggestions = tuple(next(found) if there else None for there in named.there)
        seen = [suggestion for suggestion in suggestions if suggestion is not None]
        karyotype = propose([suggestion.label for suggestion in seen])
        return ClassifiedCell(name, suggestions, karyotype, _all_flags(seen))

    def _named_cutouts(self, pictures: Sequence[npt.NDArray[np.generic]]) -> "_NamedCutouts | None":
        """Straighten and name the chromosomes of one cell, one a picture; None where no picture shows any."""
        opened = [cutout_or_none(pixels) for pixels in pictures]
        usable = [cut for cut in opened if cut is not None]
        if not usable:
            return None
        axes = [medial_axis(body) for _, body in usable]
        densities, bodies = zip(*usable, strict=True)
        shown = encoded(densities, bodies, axes, technique=self._classifier.straightening)
        scores = self._classifier.scores(self._classifier.read(shown))
        return _NamedCutouts(tuple(cut is not None for cut in opened), scores)


@dataclass(frozen=True, eq=False)
class _Settled:
    """The chromosomes of a metaphase after the first look.

    Attributes:
        found: bodies and doubts.
        named: the same bodies.
        seen: all that the segmenter saw, read at the first look.
        merits: of all that was seen, by the ids (``id``) of bodies.
        scale: of the cell.
    """

    found: Segmentation
    named: Named
    seen: Read
    merits: Mapping[int, float]
    scale: CellScale


@dataclass(frozen=True, eq=False)
class _NamedCutouts:
    """Which pictures of a cell show a chromosome, and what is said of those that do."""

    there: tuple[bool, ...]
    scores: Scores

    def mean_cost(self) -> float:
        """What the best labels cost in the mean: the less, the surer they are."""
        return float(self.scores.costs.min(1).mean())


def _surplus(suggestions: Sequence[Suggestion], merits: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """(n,) bool: the bodies without a place, or beyond the usual copies of their type, that have little merit."""
    found = np.zeros(len(suggestions), bool)
    kept = [i for i, suggestion in enumerate(suggestions) if not suggestion.left_out]
    for label in {suggestions[i].label for i in kept}:
        holders = [i for i in kept if suggestions[i].label == label]
        spare = len(holders) if label is None else max(0, len(holders) - _USUAL_COPIES)
        least = sorted(holders, key=lambda i: (merits[i], i))[:spare]
        found[[i for i in least if merits[i] < LEAST_MERIT_OF_SURPLUS]] = True
    return found


def _refuse_other_subjects(suggestions: Sequence[Suggestion], merits: npt.NDArray[np.float64]) -> None:
    """Bodies that nearly all fit the same types come from a photograph of something else.

    So do bodies that have little merit in the mean, those that were left out among them.
    """
    counts = Counter(suggestion.label for suggestion in suggestions)
    surplus = counts[None] + sum(max(0, counts[label] - 2) for label in LABELS)
    most = _MOST_SURPLUS * len(suggestions)
    judged = merits[np.isfinite(merits)]
    poor = not judged.size or float(judged.mean()) < _LEAST_MEAN_MERIT
    if len(suggestions) < _FEWEST or poor or surplus > most:
        raise PictureError("This does not look like a metaphase. Choose a picture of a metaphase.")


def _share_sure(suggestions: Sequence[Suggestion]) -> float:
    return sum(suggestion.confidence >= SURE for suggestion in suggestions) / max(1, len(suggestions))


def _all_flags(suggestions: Sequence[Suggestion]) -> tuple[str, ...]:
    """The flags of the counts, and that of poor banding."""
    counted = flags([suggestion.label for suggestion in suggestions])
    return counted if _share_sure(suggestions) >= _WELL_BANDED else (*counted, "poor banding")


def _cell(
    picture: Picture,
    found: Segmentation,
    axes: Sequence[Axis],
    suggestions: Sequence[Suggestion],
    of_picture: tuple[str, ...],
) -> Cell:
    """Put the cell together; longer chromosomes stand left in their slot. What is left out can be restored."""
    place: dict[str | None, int] = defaultdict(int)
    order = sorted(range(len(axes)), key=lambda i: (-axes[i].length, i))
    chromosomes = []
    for i in order:
        suggestion = suggestions[i]
        label, body = suggestion.label, found.bodies[i]
        chromosome = _chromosome(_name(i), outline_of(body), body, axes[i], suggestion, place[label])
        chromosomes.append((i, chromosome))
        place[label] += not chromosome.rejected
    seen = [suggestion for suggestion in suggestions if not suggestion.left_out]
    return Cell(
        image=picture.name,
        sha256=picture.sha256,
        width=picture.pixels.shape[1],
        height=picture.pixels.shape[0],
        chromosomes=tuple(chromosome for _, chromosome in sorted(chromosomes, key=lambda pair: pair[0])),
        rejected=found.rejected,
        flags=(*_all_flags(seen), *of_picture),
        karyotype=propose([suggestion.label for suggestion in seen]),
        chromosome_width=found.width,
        doubts=tuple(_doubt(doubt) for doubt in found.doubts),
    )


def _doubt(doubt: BodyDoubt) -> Doubt:
    readings = (Resolution(tuple(outline_of(body) for body in bodies), share) for bodies, share in doubt.readings)
    return Doubt(doubt.kind, tuple(_name(number) for number in doubt.bodies), tuple(readings))


def _name(number: int) -> str:
    return f"c{number + 1:03d}"


def _chromosome(
    name: str, outline: Outline, body: Body, axis: Axis, suggestion: Suggestion, position: int
) -> Chromosome:
    short_arm = centromere(suggestion.label or suggestion.alternatives[0][0])
    expected = 1 - short_arm if suggestion.upside_down else short_arm
    return Chromosome(
        id=name,
        outline=outline,
        axis=tuple(map(tuple, np.round(axis.line, 2).tolist())),
        width=axis.width,
        centromere=find_centromere(body, axis, expected),
        suggestion=suggestion,
        label=suggestion.label,
        position=position,
        turned=suggestion.upside_down,
        rejected=suggestion.left_out,
    )
