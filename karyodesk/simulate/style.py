"""How a simulated metaphase looks: magnification, bending, crowding, surroundings and camera."""

from dataclasses import dataclass
from typing import Final

import numpy as np

BAND_LEVELS: Final = (400, 550, 850)


@dataclass(frozen=True)
class Style:
    """The looks of one cell; lengths are pixels of the picture.

    Attributes:
        width: mean width of a chromosome.
        slenderness: length of chromosome 1 in widths; prometaphases are slender, late metaphases stout.
        level: bands a haploid set, 400, 550 or 850.
        bend: typical turn of a long chromosome between its ends, in radian.
        touching: share of the chromosomes that are laid so that they touch another one.
        overlapping: share that is laid across another one.
        nuclei: whole nuclei in the field.
        dirt: amount of specks, smears and refractile grains; 0 is a clean slide, 1 an ordinary one.
        contrast: optical density of the darkest band.
        chromatids: how far the two chromatids stand apart, 0 (one rod) to 1.
        ground: grey value of the empty field, 0 to 255 (of its reverse where ``inverted``).
        unevenness: how uneven the illumination is, 0 to 1.
        blur: standard deviation of the optics' blur.
        sharpening: strength of the camera's edge enhancement, which leaves bright rims.
        noise: standard deviation of the photon noise on the empty field in grey values.
        jpeg: quality of a lossy camera file, 1 to 100; 0 for none.
        inverted: bright chromosomes on a dark field, as in fluorescence.
        person: seed of what all cells of one person share, such as the size of satellites.
    """

    width: float = 18.0
    slenderness: float = 9.0
    level: int = 550
    bend: float = 0.7
    touching: float = 0.25
    overlapping: float = 0.15
    nuclei: int = 1
    dirt: float = 1.0
    contrast: float = 0.5
    chromatids: float = 0.5
    ground: float = 238.0
    unevenness: float = 0.3
    blur: float = 1.0
    sharpening: float = 0.5
    noise: float = 2.0
    jpeg: int = 90
    inverted: bool = False
    person: int = 0

    def __post_init__(self) -> None:
        if self.level not in BAND_LEVELS:
            raise ValueError(f"the band level is one of {BAND_LEVELS}")
        if not 6 <= self.width <= 60 or not 4 <= self.slenderness <= 16:
            raise ValueError("the width is 6 to 60 pixels, the slenderness 4 to 16")
        if not 0 <= self.touching + self.overlapping <= 1:
            raise ValueError("the shares of touching and overlapping chromosomes add to 0 to 1")


def draw_style(rng: np.random.Generator, person: int = 0) -> Style:
    """Draw the looks of a cell as they vary from slide to slide of a laboratory."""
    slenderness = rng.uniform(7.5, 10.5)
    return Style(
        width=rng.uniform(16, 20),
        slenderness=slenderness,
        level=400 if slenderness < 8.3 else 550,
        bend=rng.gamma(4, 0.21),
        touching=rng.uniform(0.15, 0.35),
        overlapping=rng.uniform(0.05, 0.22),
        nuclei=int(rng.choice(4, p=[0.35, 0.35, 0.2, 0.1])),
        dirt=rng.gamma(2, 0.5),
        contrast=rng.uniform(0.42, 0.58),
        chromatids=rng.uniform(0.2, 0.9),
        ground=rng.uniform(222, 254),
        unevenness=rng.uniform(0, 0.7),
        blur=rng.uniform(0.8, 1.3),
        sharpening=rng.uniform(0.1, 0.9),
        noise=rng.uniform(1.0, 3.0),
        jpeg=int(rng.integers(82, 97)),
        person=person,
    )
