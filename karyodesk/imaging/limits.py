"""How large a file and a picture may be, and the refusals in plain words."""

from typing import Final

from karyodesk.domain.errors import PictureError

MAX_BYTES: Final = 1 << 30
"""Of one file: what the largest allowed picture needs uncompressed, and room for pages."""
MAX_PIXELS: Final = 100_000_000
"""Of one page: a camera of a microscope has 1 to 20 million."""
MAX_TOTAL_PIXELS: Final = 200_000_000
"""Of all pages of one file together: they are held in memory at once."""
MAX_PAGES: Final = 500
"""Of one file."""
MIN_SIDE: Final = 4
"""In pixels: below it there is nothing to see, in a cut-out chromosome either."""

KINDS: Final = "TIFF, PNG, JPEG, BMP, WebP or DICOM"


def damaged(kind: str) -> PictureError:
    """The refusal of a file that breaks off or contradicts itself."""
    return PictureError(f"This {kind} file is damaged or incomplete: copy or export it again.")


def not_readable(what: str) -> PictureError:
    """The refusal of a picture of a known kind whose contents are of another sort.

    Args:
        what: continues "This picture ...", such as ``holds decimal numbers``.
    """
    return PictureError(f"This picture {what}: save it as 8- or 16-bit grey or colour {KINDS}.")


def check_size(width: int, height: int) -> None:
    """Refuse a picture that is too large to hold or too small to show anything.

    Raises:
        PictureError: where it is.
    """
    if width * height > MAX_PIXELS:
        raise PictureError(
            f"The picture is {width} x {height} pixels and the limit is {MAX_PIXELS // 1_000_000} million: "
            "save the part that shows the cell, or a smaller copy."
        )
    if width < MIN_SIDE or height < MIN_SIDE:
        raise PictureError(f"The picture is only {width} x {height} pixels: export it again at its full size.")


def check_pages(count: int, pixels: int) -> None:
    """Refuse a file with more pages, or more pixels in all, than can be held.

    Raises:
        PictureError: where it has.
    """
    if count > MAX_PAGES:
        raise PictureError(f"The file holds more than {MAX_PAGES} pages: split it into several files.")
    if pixels > MAX_TOTAL_PIXELS:
        raise PictureError(
            f"The pages of the file hold more than {MAX_TOTAL_PIXELS // 1_000_000} million pixels together: "
            "split it into several files."
        )
