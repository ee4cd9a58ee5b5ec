"""The labels of human chromosomes and their Denver groups."""

from typing import Final

AUTOSOMES: Final = tuple(str(number) for number in range(1, 23))
SEX_CHROMOSOMES: Final = ("X", "Y")
LABELS: Final = (*AUTOSOMES, *SEX_CHROMOSOMES)
"""The 24 types, in the order of every score vector of the program."""
MARKER: Final = "mar"
"""A chromosome that fits no type."""
SLOTS: Final = (*LABELS, MARKER)
"""The places of a karyogram; what stands in none of them lies in the tray."""

DENVER_GROUPS: Final[dict[str, tuple[str, ...]]] = {
    "A": ("1", "2", "3"),
    "B": ("4", "5"),
    "C": ("6", "7", "8", "9", "10", "11", "12", "X"),
    "D": ("13", "14", "15"),
    "E": ("16", "17", "18"),
    "F": ("19", "20"),
    "G": ("21", "22", "Y"),
}
"""Denver groups by size and centromere; X belongs to C and Y to G."""

KARYOGRAM_ROWS: Final = (
    ("1", "2", "3", "4", "5"),
    ("6", "7", "8", "9", "10", "11", "12"),
    ("13", "14", "15", "16", "17", "18"),
    ("19", "20", "21", "22", "X", "Y", MARKER),
)
"""The rows of a karyogram, the sex pair after 22 and the markers last."""


def denver_group(label: str) -> str:
    """Return the Denver group (``A`` to ``G``) of one of the 24 labels.

    Raises:
        KeyError: for a label outside the 24.
    """
    for group, members in DENVER_GROUPS.items():
        if label in members:
            return group
    raise KeyError(label)
