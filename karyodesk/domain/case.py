"""A case: what belongs to one order, from the patient to the slides, and what people say of its cells."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import uuid4


def new_id() -> str:
    """Return an id that no other case, specimen, culture or slide has; it says nothing about the patient."""
    return uuid4().hex


class Sex(StrEnum):
    """The sex of the patient as the order states it; it is never read from the karyotype."""

    FEMALE = "female"
    MALE = "male"
    OTHER = "other"
    UNKNOWN = "unknown"


class SpecimenKind(StrEnum):
    """What was taken."""

    BLOOD = "blood"
    CORD_BLOOD = "cord blood"
    AMNIOTIC_FLUID = "amniotic fluid"
    CHORIONIC_VILLI = "chorionic villi"
    FIBROBLASTS = "fibroblasts"
    TISSUE = "tissue"
    BONE_MARROW = "bone marrow"
    LEUKAEMIC_BLOOD = "leukaemic blood"
    LYMPH_NODE = "lymph node"
    SOLID_TUMOUR = "solid tumour"
    OTHER = "other"


class CultureMethod(StrEnum):
    """How cells were grown."""

    FLASK = "flask"
    IN_SITU = "in situ"
    """On the cover slip that is looked at, so that colonies stay apart."""
    SUSPENSION = "suspension"
    DIRECT = "direct"
    """Harvested without growing."""


class Banding(StrEnum):
    """How chromosomes were stained, by the codes of ISCN."""

    GTG = "GTG"
    GTL = "GTL"
    GTW = "GTW"
    QFQ = "QFQ"
    RBG = "RBG"
    RHG = "RHG"
    CBG = "CBG"
    AG_NOR = "Ag-NOR"
    DAPI = "DAPI"
    UNBANDED = "unbanded"


@dataclass(frozen=True)
class Patient:
    """Whose case it is; name and identifier are the two by which a patient is told from others.

    Attributes:
        name: as on the order.
        identifier: number of the patient, as the one who ordered gives it.
        birth_date: None where it was not stated.
        sex: as stated.
    """

    name: str = ""
    identifier: str = ""
    birth_date: date | None = None
    sex: Sex = Sex.UNKNOWN


@dataclass(frozen=True)
class Order:
    """What was asked, by whom.

    Attributes:
        accession: number of the case in the laboratory.
        indication: why the karyotype was asked for.
        referring_physician: who asked.
        referring_centre: where the report goes.
        report_due: the day by which it is to be signed.
    """

    accession: str = ""
    indication: str = ""
    referring_physician: str = ""
    referring_centre: str = ""
    report_due: date | None = None


@dataclass(frozen=True)
class PolicyReference:
    """Which rule of which policy a case is worked up by.

    Attributes:
        name: of the policy.
        version: of the policy.
        rule: id of the rule in it.
    """

    name: str
    version: str
    rule: str


@dataclass(frozen=True)
class Workup:
    """How the laboratory works the case up.

    Attributes:
        banding: of every slide that says no other.
        policy: None until one is chosen.
    """

    banding: Banding = Banding.GTG
    policy: PolicyReference | None = None


@dataclass(frozen=True)
class Specimen:
    """What was taken from the patient.

    Attributes:
        id: from ``new_id``.
        kind: what was taken.
        description: in words, such as the site of a biopsy.
        collected: the day it was taken.
        received: the day it reached the laboratory.
    """

    id: str
    kind: SpecimenKind
    description: str = ""
    collected: date | None = None
    received: date | None = None


@dataclass(frozen=True)
class Culture:
    """Cells grown from a specimen, apart from those of other cultures.

    Attributes:
        id: from ``new_id``.
        specimen: id of the specimen.
        name: as the laboratory calls it, such as ``A``.
        method: how it was grown.
        started: the day it was set up.
        harvested: the day of the harvest.
    """

    id: str
    specimen: str
    name: str
    method: CultureMethod
    started: date | None = None
    harvested: date | None = None


@dataclass(frozen=True)
class Slide:
    """A slide of a culture.

    Attributes:
        id: from ``new_id``.
        culture: id of the culture.
        name: as it is written on the slide.
        banding: None: as the workup of the case says.
    """

    id: str
    culture: str
    name: str
    banding: Banding | None = None


@dataclass(frozen=True)
class Case:
    """What belongs to one order; its cells are kept beside it.

    Attributes:
        id: from ``new_id``; it never changes.
        patient: whose case it is.
        order: what was asked, by whom.
        workup: how it is worked up.
        specimens: in the order they came.
        cultures: of these specimens.
        slides: of these cultures.
    """

    id: str
    patient: Patient = Patient()
    order: Order = Order()
    workup: Workup = Workup()
    specimens: tuple[Specimen, ...] = ()
    cultures: tuple[Culture, ...] = ()
    slides: tuple[Slide, ...] = ()

    def __post_init__(self) -> None:
        specimens, cultures, slides = ({item.id for item in items} for items in self._items)
        if len(specimens | cultures | slides) != sum(map(len, self._items)):
            raise ValueError("two specimens, cultures or slides have one id")
        if not specimens.issuperset(culture.specimen for culture in self.cultures):
            raise ValueError("a culture is of no specimen of the case")
        if not cultures.issuperset(slide.culture for slide in self.slides):
            raise ValueError("a slide is of no culture of the case")

    @property
    def _items(self) -> tuple[tuple[Specimen, ...], tuple[Culture, ...], tuple[Slide, ...]]:
        return self.specimens, self.cultures, self.slides

    @property
    def items(self) -> dict[str, Specimen | Culture | Slide]:
        """Specimens, cultures and slides by their id."""
        return {item.id: item for items in self._items for item in items}

    def culture_of(self, slide: str) -> Culture:
        """Return the culture of a slide.

        Raises:
            KeyError: where the case has no slide of this id.
        """
        cultures = {culture.id: culture for culture in self.cultures}
        return cultures[{each.id: each.culture for each in self.slides}[slide]]


class Fact(StrEnum):
    """What may have been done with a cell: four facts, each for itself (ACMG Standards and Guidelines, section E)."""

    COUNTED = "counted"
    """Its chromosomes were counted."""
    ANALYSED = "analysed"
    """Every chromosome of it was evaluated in full."""
    KARYOTYPED = "karyotyped"
    """It was cut out and paired."""
    SCORED = "scored"
    """It was looked at for one feature only."""


@dataclass(frozen=True)
class CellFacts:
    """What people say of a cell as a whole; what they say of its chromosomes stands in the cell.

    Attributes:
        counted: one of the four facts.
        analysed: likewise.
        karyotyped: likewise.
        scored: likewise.
        scored_for: the feature it was scored for.
        excluded: why it is left out of every number, such as ``poor banding``; None: it is not left out.
        slide: id of the slide it lies on; None where that is not known.
        colony: the colony it is of, in a culture in situ.
        position: where on the slide it lies, as the microscope gives it.
        count: chromosomes as a person counted them; None: no person stated a number of their own.
        karyotype: the ISCN string as a person says it; empty: that which follows from the labels.
        clone: the karyotype of the clone that a person put it in; empty: in none; None: as the rule says.
    """

    counted: bool = False
    analysed: bool = False
    karyotyped: bool = False
    scored: bool = False
    scored_for: str = ""
    excluded: str | None = None
    slide: str | None = None
    colony: str = ""
    position: str = ""
    count: int | None = None
    karyotype: str = ""
    clone: str | None = None

    def __post_init__(self) -> None:
        if self.excluded is not None and not self.excluded.strip():
            raise ValueError("a cell is excluded for a reason")
        if self.count is not None and self.count < 0:
            raise ValueError("a cell has no fewer than 0 chromosomes")

    def has(self, fact: Fact) -> bool:
        """Whether one of the four facts holds and the cell is not excluded: whether it enters the numbers."""
        return self.excluded is None and bool(getattr(self, fact.value))
