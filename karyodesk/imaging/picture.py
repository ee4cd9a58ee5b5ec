"""A picture as it came from its file."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8 | np.uint16]
"""(height, width) or (height, width, 3) in the order red, green, blue; the larger value is the brighter one."""


@dataclass(frozen=True, eq=False)
class Picture:
    """One page of a stored file.

    Attributes:
        name: name of the file, with ``#2``, ``#3`` and so on for its further pages.
        sha256: of the bytes of the file, in hexadecimal.
        pixels: (H, W) or (H, W, 3) RGB, uint8 or uint16, read-only, rows and columns as stored. A tag that asks
            viewers to rotate the picture is left aside, so that every coordinate is one of the stored picture.
    """

    name: str
    sha256: str
    pixels: Pixels

    @property
    def height(self) -> int:
        """Rows of the picture."""
        return int(self.pixels.shape[0])

    @property
    def width(self) -> int:
        """Columns of the picture."""
        return int(self.pixels.shape[1])
