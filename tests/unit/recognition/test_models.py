"""Model files: only what the manifest vouches for is loaded."""

import hashlib
import json

import pytest

from karyodesk.domain.errors import ModelError
from karyodesk.recognition.models import MANIFEST, ModelFile, load_file, session


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "net.onnx").write_bytes(b"weights")
    entry = {"file": "net.onnx", "sha256": hashlib.sha256(b"weights").hexdigest(), "version": "7"}
    (tmp_path / MANIFEST).write_text(json.dumps({"models": {"net": entry}}))
    return tmp_path


def test_a_sound_file_is_loaded_with_its_identity(folder):
    model = load_file("net", folder)
    assert model.data == b"weights"
    assert model.identity == f"7 ({hashlib.sha256(b'weights').hexdigest()[:12]})"


def test_an_altered_file_is_refused(folder):
    (folder / "net.onnx").write_bytes(b"Weights")
    with pytest.raises(ModelError, match="not the one that was delivered"):
        load_file("net", folder)


@pytest.mark.parametrize("damage", ["no manifest", "no entry", "no file", "broken manifest"])
def test_what_is_missing_is_said_in_words(folder, damage):
    name = "other" if damage == "no entry" else "net"
    if damage == "no manifest":
        (folder / MANIFEST).unlink()
    if damage == "no file":
        (folder / "net.onnx").unlink()
    if damage == "broken manifest":
        (folder / MANIFEST).write_text("{")
    with pytest.raises(ModelError, match="Install KaryoDesk again"):
        load_file(name, folder)


def test_a_file_that_is_no_network_is_refused():
    with pytest.raises(ModelError, match="cannot be started"):
        session(ModelFile("net", "1", "0" * 64, b"not onnx"))
