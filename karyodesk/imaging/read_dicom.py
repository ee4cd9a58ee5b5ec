"""DICOM: grey (either sense), palette, RGB and YBR, several frames, compressed or not."""

from io import BytesIO

import numpy as np
from pydicom import Dataset, dcmread
from pydicom.pixels import apply_color_lut, pixel_array

from karyodesk.domain.errors import PictureError
from karyodesk.imaging.colour import Stored, inverted, plain, to_unsigned
from karyodesk.imaging.limits import check_pages, check_size, damaged, not_readable
from karyodesk.imaging.picture import Pixels


def read_dicom(data: bytes) -> list[Pixels]:
    """Pixels of every frame of a DICOM file as stored: neither rescale, window nor presentation table is applied.

    Signed samples are shifted so that the least possible one is 0, and MONOCHROME1 (0 is white) is inverted, so
    that the larger value is the brighter one as everywhere in the program.

    Raises:
        PictureError: for a file without pixels, too large, or compressed in a way that cannot be decoded.
        Exception: of any kind for a damaged file; the caller turns it into a PictureError.
    """
    dataset = dcmread(BytesIO(data))
    if "PixelData" not in dataset:
        raise PictureError("This DICOM file holds no picture: choose the image file of the series.")
    rows, columns, frames = int(dataset.Rows), int(dataset.Columns), int(dataset.get("NumberOfFrames") or 1)
    check_size(columns, rows)
    check_pages(frames, frames * rows * columns)
    if frames < 1:
        raise damaged("DICOM")
    return [_frame(dataset, index) for index in range(frames)]


def _decoded(dataset: Dataset, index: int) -> Stored:
    """One frame, (rows, columns) or (rows, columns, 3); YBR comes back as RGB."""
    try:
        return np.asarray(pixel_array(dataset, index=index))
    except (NotImplementedError, RuntimeError) as error:
        if dataset.file_meta.TransferSyntaxUID.is_compressed:
            raise not_readable("is compressed in a way that cannot be read") from error
        raise


def _frame(dataset: Dataset, index: int) -> Pixels:
    """Decode one frame and bring its samples into the program's order and sense."""
    stored = _decoded(dataset, index)
    kind, bits = str(dataset.PhotometricInterpretation), int(dataset.BitsStored)
    if kind == "PALETTE COLOR":
        return plain(_of_range(apply_color_lut(stored, dataset)))
    if dataset.get("PixelRepresentation", 0) == 1:
        stored = _shifted(stored, bits)
    pixels = plain(to_unsigned(stored, bits if stored.dtype.itemsize == 1 else 16))
    return inverted(pixels, bits) if kind == "MONOCHROME1" else pixels


def _shifted(stored: Stored, bits: int) -> Stored:
    """Signed samples as unsigned ones of the same width."""
    if stored.dtype.itemsize > 2:
        raise not_readable(f"holds {bits}-bit whole numbers")
    unsigned = np.uint8 if stored.dtype.itemsize == 1 else np.uint16
    return np.asarray(stored.astype(np.int32) + 2 ** (bits - 1)).astype(unsigned)


def _of_range(colours: Stored) -> Pixels:
    """Colours of a lookup table as uint8 or uint16."""
    return to_unsigned(colours, 8 * colours.dtype.itemsize)
