import hashlib
import os

import imagecodecs
import numpy as np
import pytest

from karyodesk.domain.errors import PictureError
from karyodesk.imaging import read
from karyodesk.imaging.read import find_files, read_pictures
from tests.unit.imaging.pictures import COLOUR, COLOUR16, GREY, GREY16, VALID, tiff_pages


def refusal(path):
    with pytest.raises(PictureError) as refused:
        read_pictures(path)
    message = refused.value.message
    assert message.endswith(".")
    assert ": " in message, "it says what is wrong and then what to do"
    assert "\n" not in message
    return message


@pytest.mark.parametrize("name", VALID)
def test_every_kind_is_told_by_its_first_bytes_and_not_by_its_ending(name, tmp_path):
    path = tmp_path / "picture.txt"
    path.write_bytes(VALID[name])
    first = read_pictures(path)[0]
    assert (first.height, first.width) == GREY.shape
    assert first.pixels.dtype == (np.uint16 if "16" in name else np.uint8)


@pytest.mark.parametrize(
    ("name", "pixels"),
    [
        ("grey.tif", GREY),
        ("grey16-lzw.tif", GREY16),
        ("colour-tiles.tif", COLOUR),
        ("grey.png", GREY),
        ("colour16.png", COLOUR16),
        ("grey.bmp", GREY),
        ("colour.bmp", COLOUR),
        ("lossless.webp", COLOUR),
        ("grey.dcm", GREY),
        ("rle.dcm", COLOUR),
    ],
)
def test_pixels_come_as_stored(name, pixels, tmp_path):
    path = tmp_path / name
    path.write_bytes(VALID[name])
    picture = read_pictures(path)[0]
    assert np.array_equal(picture.pixels, pixels)
    assert picture.sha256 == hashlib.sha256(VALID[name]).hexdigest()


def test_lossy_kinds_are_close(tmp_path):
    for name, pixels in (("grey.jpg", GREY), ("colour.jpg", COLOUR), ("jpeg.tif", COLOUR)):
        (tmp_path / name).write_bytes(VALID[name])
        assert np.abs(read_pictures(tmp_path / name)[0].pixels.astype(int) - pixels).mean() < 12


def test_pages_are_named_after_their_file(tmp_path):
    path = tmp_path / "pages.tif"
    path.write_bytes(VALID["pages.tif"])
    pages = read_pictures(path)
    assert [page.name for page in pages] == ["pages.tif", "pages.tif#2", "pages.tif#3"]
    assert [page.pixels.shape for page in pages] == [GREY.shape, GREY.shape, COLOUR.shape]
    assert len({page.sha256 for page in pages}) == 1


def test_a_file_cut_between_two_pages_is_not_taken_for_a_shorter_one(tmp_path):
    path = tmp_path / "cut.tif"
    data = tiff_pages([GREY, GREY16, GREY])
    for length in range(len(data) - 1, 0, -97):
        path.write_bytes(data[:length])
        refusal(path)


def test_the_original_cannot_be_written_to(tmp_path):
    path = tmp_path / "grey.png"
    path.write_bytes(VALID["grey.png"])
    with pytest.raises(ValueError, match="read-only"):
        read_pictures(path)[0].pixels[0, 0] = 1


def test_a_text_is_no_picture(tmp_path):
    path = tmp_path / "notes.png"
    path.write_text("Patient came at nine.")
    assert "not a picture" in refusal(path)


def test_an_empty_file(tmp_path):
    path = tmp_path / "empty.tif"
    path.touch()
    assert "empty" in refusal(path)


def test_a_missing_file(tmp_path):
    assert "no such file" in refusal(tmp_path / "gone.png")


def test_a_broken_link(tmp_path):
    link = tmp_path / "link.png"
    link.symlink_to(tmp_path / "gone.png")
    assert "link" in refusal(link)


def test_a_link_to_itself(tmp_path):
    link = tmp_path / "loop.png"
    link.symlink_to(link)
    refusal(link)


def test_a_folder_is_no_picture(tmp_path):
    folder = tmp_path / "x.png"
    folder.mkdir()
    assert "folder" in refusal(folder)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.png")
    assert "device" in refusal(tmp_path / "pipe.png")


def test_a_file_without_rights(tmp_path, monkeypatch):
    path = tmp_path / "secret.png"
    path.write_bytes(VALID["grey.png"])

    def refuse(self):
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(type(path), "read_bytes", refuse)
    assert "no right" in refusal(path)


def test_a_file_larger_than_the_limit_is_not_read(tmp_path, monkeypatch):
    path = tmp_path / "huge.tif"
    path.write_bytes(VALID["grey.tif"])
    monkeypatch.setattr(read, "MAX_BYTES", 1000)
    monkeypatch.setattr(type(path), "read_bytes", lambda self: pytest.fail("it was read"))
    assert "larger" in refusal(path)


def test_one_pixel_is_too_small(tmp_path):
    path = tmp_path / "dot.png"
    path.write_bytes(imagecodecs.png_encode(np.zeros((1, 1), np.uint8)))
    assert "only 1 x 1" in refusal(path)


def test_a_folder_gives_its_pictures_in_order(tmp_path):
    for name in ("b.png", "a.TIF", "deep/c.jpg", "notes.txt", ".hidden.png", "._a.tif"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "x.png").mkdir()
    (tmp_path / "x.png" / "d.webp").touch()
    (tmp_path / "IM0001").write_bytes(VALID["grey.dcm"])
    (tmp_path / "README").touch()
    found = [str(path.relative_to(tmp_path)).replace(os.sep, "/") for path in find_files([tmp_path])]
    assert found == ["IM0001", "a.TIF", "b.png", "deep/c.jpg", "x.png/d.webp"]


def test_files_come_as_given_whatever_their_ending(tmp_path):
    given = [tmp_path / "z.txt", tmp_path / "a.png", tmp_path / "z.txt"]
    assert find_files(given) == given


def test_a_folder_without_rights_is_passed_on_to_be_refused(tmp_path, monkeypatch):
    (tmp_path / "good.png").write_bytes(VALID["grey.png"])
    (tmp_path / "locked").mkdir()
    real = os.scandir

    def scandir(path):
        if os.fspath(path).endswith("locked"):
            raise PermissionError(13, "Permission denied", os.fspath(path))
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    found = find_files([tmp_path])
    assert found == [tmp_path / "good.png", tmp_path / "locked"]
    assert "no right" in refusal(found[1])
