from io import BytesIO

import numpy as np
import pytest
from pydicom import dcmread
from pydicom.uid import JPEGLSLossless

from karyodesk.domain.errors import PictureError
from karyodesk.imaging import limits
from karyodesk.imaging.read_dicom import read_dicom
from tests.unit.imaging.pictures import COLOUR, GREY, GREY16, dicom


def saved(dataset):
    stream = BytesIO()
    dataset.save_as(stream, enforce_file_format=True)
    return stream.getvalue()


def changed(data, **attributes):
    dataset = dcmread(BytesIO(data))
    for name, value in attributes.items():
        setattr(dataset, name, value)
    return saved(dataset)


def test_grey_of_8_12_and_16_bits_comes_as_stored():
    twelve = GREY16 >> 4
    for pixels, bits in ((GREY, 8), (GREY16, 16), (twelve, 12)):
        (read,) = read_dicom(dicom(pixels, bits=bits))
        assert np.array_equal(read, pixels)
        assert read.dtype == pixels.dtype


def test_a_rescale_is_not_applied():
    (read,) = read_dicom(changed(dicom(GREY16), RescaleSlope="0.5", RescaleIntercept="-1000"))
    assert np.array_equal(read, GREY16)


def test_monochrome1_is_inverted_within_its_bits():
    (read,) = read_dicom(dicom(GREY16 >> 4, "MONOCHROME1", bits=12))
    assert np.array_equal(read, 4095 - (GREY16 >> 4))


def test_signed_samples_are_shifted():
    signed = GREY.astype(np.int16) - 100
    (read,) = read_dicom(dicom(signed, signed=True))
    assert read.dtype == np.uint16
    assert np.array_equal(read, signed.astype(int) + 32768)


def test_rgb_and_ybr_give_rgb():
    assert np.array_equal(read_dicom(dicom(COLOUR, "RGB"))[0], COLOUR)
    grey_ybr = np.dstack([GREY, np.full_like(GREY, 128), np.full_like(GREY, 128)])
    assert np.array_equal(read_dicom(dicom(grey_ybr, "YBR_FULL"))[0], GREY)


def test_a_palette_is_applied():
    dataset = dcmread(BytesIO(dicom(GREY, "PALETTE COLOR")))
    ramp = np.arange(256, dtype="<u2") * 257
    for number, table in enumerate((ramp, ramp[::-1], ramp * 0)):
        dataset.add_new(0x00281101 + number, "US", [256, 0, 16])
        dataset.add_new(0x00281201 + number, "OW", table.tobytes())
    data = saved(dataset)
    (read,) = read_dicom(data)
    assert np.array_equal(read, np.dstack([GREY, 255 - GREY, np.zeros_like(GREY)]).astype(np.uint16) * 257)


def test_frames_are_pages():
    frames = np.stack([GREY16, GREY16[::-1], GREY16])
    for compress in (False, True):
        assert np.array_equal(np.stack(read_dicom(dicom(frames, compress=compress))), frames)


def test_a_file_without_pixels():
    dataset = dcmread(BytesIO(dicom(GREY)))
    del dataset.PixelData
    with pytest.raises(PictureError, match="no picture"):
        read_dicom(saved(dataset))


def test_sizes_and_frames_are_refused_by_the_header(monkeypatch):
    with pytest.raises(PictureError, match="20000 x 20000"):
        read_dicom(changed(dicom(GREY), Rows=20_000, Columns=20_000))
    with pytest.raises(PictureError, match="pages"):
        read_dicom(changed(dicom(GREY), NumberOfFrames=100_000))
    monkeypatch.setattr(limits, "MAX_TOTAL_PIXELS", 1000)
    with pytest.raises(PictureError, match="together"):
        read_dicom(dicom(np.stack([GREY, GREY])))


def test_a_compression_that_cannot_be_decoded_is_named_as_such():
    dataset = dcmread(BytesIO(dicom(GREY, compress=True)))
    dataset.file_meta.TransferSyntaxUID = JPEGLSLossless
    with pytest.raises(PictureError, match="compressed in a way"):
        read_dicom(saved(dataset))
