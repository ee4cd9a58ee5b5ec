"""Derived views of a chromosome: what a karyogram draws."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, eq=False)
class ChromosomeView:
    """A straightened chromosome, short arm up as far as known; derived, never stored.

    Attributes:
        pixels: (height, width) uint8, dark chromatin on white, as on a G-banded karyogram; a fluorescent
            original is shown inverted.
        alpha: (height, width) uint8, 255 inside the outline and 0 outside, soft at the rim.
        centromere: row of the centromere in ``pixels``, counted from the top, may be fractional.
        scale: pixels of the view per pixel of the original.
    """

    pixels: npt.NDArray[np.uint8]
    alpha: npt.NDArray[np.uint8]
    centromere: float
    scale: float

    def upside_down(self) -> "ChromosomeView":
        """Return the view turned by 180 degrees."""
        return replace(
            self,
            pixels=np.ascontiguousarray(self.pixels[::-1, ::-1]),
            alpha=np.ascontiguousarray(self.alpha[::-1, ::-1]),
            centromere=len(self.pixels) - self.centromere,
        )
