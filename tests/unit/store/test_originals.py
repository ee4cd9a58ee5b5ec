"""Pictures byte for byte."""

import pytest
from sqlalchemy import func, select, update

from karyodesk.domain.errors import NotInStoreError, StoreAlteredError
from karyodesk.store import originals
from karyodesk.store.schema import ORIGINALS


@pytest.mark.parametrize("data", [bytes(range(256)) * 40, b"\x00", b"\xff\x00" * 200_000])
def test_a_picture_comes_back_byte_for_byte(store, data):
    with store.write() as connection:
        known = originals.put(connection, data)
    with store.read() as connection:
        assert originals.read(connection, known.sha256) == data
    assert known.size == len(data)


def test_the_same_picture_is_kept_once(store):
    with store.write() as connection:
        assert originals.put(connection, b"one") == originals.put(connection, b"one")
        assert connection.execute(select(func.count()).select_from(ORIGINALS)).scalar() == 1


def test_an_altered_picture_is_not_given_out(store):
    with store.write() as connection:
        known = originals.put(connection, b"one")
        connection.execute(update(ORIGINALS).values(data=b"onf"))
    with store.read() as connection, pytest.raises(StoreAlteredError, match="not the one that was stored"):
        originals.read(connection, known.sha256)


def test_a_picture_that_is_not_there_is_told(store):
    with store.read() as connection, pytest.raises(NotInStoreError):
        originals.read(connection, "0" * 64)


@pytest.mark.parametrize(
    ("start", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"II*\x00", "image/tiff"),
        (b"MM\x00+", "image/tiff"),
        (b"RIFF\x00\x00\x00\x00WEBP", "image/webp"),
        (b"\x00" * 128 + b"DICM", "application/dicom"),
        (b"BM", "image/bmp"),
        (b"", originals.UNKNOWN),
        (b"hello", originals.UNKNOWN),
    ],
)
def test_the_media_type_is_read_from_the_first_bytes(start, kind):
    assert originals.reference(start + b"rest").media_type == kind
