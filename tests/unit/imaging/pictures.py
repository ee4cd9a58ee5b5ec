"""Small valid picture files of every kind, as bytes."""

from io import BytesIO

import imagecodecs
import numpy as np
import tifffile
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, RLELossless, SecondaryCaptureImageStorage, generate_uid

GREY = np.add.outer(np.arange(24) * 5, np.arange(32) * 4).astype(np.uint8)
"""24 rows, 32 columns, every pixel known."""
GREY16 = GREY.astype(np.uint16) * 257
COLOUR = np.dstack([GREY, GREY[::-1], GREY[:, ::-1]])
COLOUR16 = COLOUR.astype(np.uint16) * 257


def tiff(pixels, **options):
    stream = BytesIO()
    tifffile.imwrite(stream, pixels, **options)
    return stream.getvalue()


def tiff_pages(pages, **options):
    stream = BytesIO()
    with tifffile.TiffWriter(stream) as writer:
        for page in pages:
            writer.write(page, contiguous=False, **options)
    return stream.getvalue()


def dicom(frames, photometric="MONOCHROME2", *, bits=None, signed=False, compress=False):
    """A secondary capture of (frames, rows, columns[, 3]) or fewer axes."""
    frames = np.asarray(frames)
    colour = frames.shape[-1] == 3
    plane = frames.shape[-3:-1] if colour else frames.shape[-2:]
    count = frames.size // (plane[0] * plane[1] * (3 if colour else 1))
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = SecondaryCaptureImageStorage
    meta.MediaStorageSOPInstanceUID = generate_uid()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset = FileDataset(None, {}, file_meta=meta, preamble=b"\0" * 128)
    dataset.SOPClassUID, dataset.SOPInstanceUID = meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID
    dataset.Rows, dataset.Columns = plane
    dataset.SamplesPerPixel = 3 if colour else 1
    if colour:
        dataset.PlanarConfiguration = 0
    if count > 1:
        dataset.NumberOfFrames = count
    dataset.PhotometricInterpretation = photometric
    dataset.BitsAllocated = frames.dtype.itemsize * 8
    dataset.BitsStored = bits or dataset.BitsAllocated
    dataset.HighBit = dataset.BitsStored - 1
    dataset.PixelRepresentation = int(signed)
    dataset.add_new("PixelData", "OB" if dataset.BitsAllocated == 8 else "OW", frames.tobytes())
    if compress:
        dataset.compress(RLELossless)
    stream = BytesIO()
    dataset.save_as(stream, enforce_file_format=True)
    return stream.getvalue()


VALID = {
    "grey.tif": tiff(GREY),
    "grey16-lzw.tif": tiff(GREY16, compression="lzw", predictor=True),
    "colour-tiles.tif": tiff(COLOUR, photometric="rgb", compression="zlib", tile=(16, 16)),
    "jpeg.tif": tiff(COLOUR, photometric="rgb", compression="jpeg"),
    "pages.tif": tiff_pages([GREY, GREY16, COLOUR]),
    "grey.png": imagecodecs.png_encode(GREY),
    "colour16.png": imagecodecs.png_encode(COLOUR16),
    "grey.jpg": imagecodecs.jpeg8_encode(GREY),
    "colour.jpg": imagecodecs.jpeg8_encode(COLOUR),
    "grey.bmp": imagecodecs.bmp_encode(GREY),
    "colour.bmp": imagecodecs.bmp_encode(COLOUR),
    "colour.webp": imagecodecs.webp_encode(COLOUR, level=90, lossless=False),
    "lossless.webp": imagecodecs.webp_encode(COLOUR, lossless=True),
    "grey.dcm": dicom(GREY),
    "frames16.dcm": dicom(np.stack([GREY16, GREY16[::-1]])),
    "rle.dcm": dicom(COLOUR, "RGB", compress=True),
}
