"""Model files: only what the manifest vouches for is loaded."""

import hashlib
import json

import onnxruntime
import pytest

from karyodesk.domain.errors import ModelError
from karyodesk.paths import models
from karyodesk.recognition.models import MANIFEST, ROUNDED, load_file, start


def entered(folder, exact=b"weights", rounded=None):
    """A folder with a network, and a rounded one where that is given."""
    entry = named(folder, "net.onnx", exact) | {"version": "7"}
    if rounded is not None:
        entry[ROUNDED] = named(folder, "net.int8.onnx", rounded)
    (folder / MANIFEST).write_text(json.dumps({"models": {"net": entry}}))


def named(folder, file, data):
    (folder / file).write_bytes(data)
    return {"file": file, "sha256": hashlib.sha256(data).hexdigest()}


@pytest.fixture
def folder(tmp_path):
    entered(tmp_path)
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


def test_a_file_that_is_no_network_is_refused(folder):
    with pytest.raises(ModelError, match="cannot be started"):
        start("net", folder)


def test_the_rounded_file_is_loaded_where_it_is_wanted_and_there(folder):
    assert load_file("net", folder, rounded=True).data == b"weights"
    entered(folder, rounded=b"round")
    assert load_file("net", folder, rounded=True).data == b"round"
    assert load_file("net", folder).data == b"weights"


def test_an_altered_rounded_file_is_refused(folder):
    entered(folder, rounded=b"round")
    (folder / "net.int8.onnx").write_bytes(b"other")
    with pytest.raises(ModelError, match="not the one that was delivered"):
        load_file("net", folder, rounded=True)


def shipped(name):
    return (models() / name).read_bytes()


def test_the_processor_gets_the_rounded_network(tmp_path, monkeypatch):
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: ["CPUExecutionProvider"])
    entered(tmp_path, shipped("classifier.onnx"), shipped("judge.onnx"))
    started = start("net", tmp_path)
    assert started.file.data == shipped("judge.onnx")
    assert started.session.get_providers() == ["CPUExecutionProvider"]


class OnCuda:
    """A session on a graphics card, which no test machine has."""

    def __init__(self, data, options, providers):
        assert providers[0] == "CUDAExecutionProvider"

    def get_providers(self):
        return ["CUDAExecutionProvider", "CPUExecutionProvider"]


def test_cuda_gets_the_network_as_it_was_trained(tmp_path, monkeypatch):
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: OnCuda.get_providers(None))
    monkeypatch.setattr(onnxruntime, "InferenceSession", OnCuda)
    entered(tmp_path, rounded=b"round")
    assert start("net", tmp_path).file.data == b"weights"


def test_where_cuda_does_not_start_the_processor_takes_over(tmp_path, monkeypatch):
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: OnCuda.get_providers(None))
    wanted, made = [], onnxruntime.InferenceSession

    def start_on_the_processor(data, options, providers):
        wanted.append(providers[0])
        return made(data, options, providers=["CPUExecutionProvider"])

    monkeypatch.setattr(onnxruntime, "InferenceSession", start_on_the_processor)
    entered(tmp_path, shipped("classifier.onnx"), shipped("judge.onnx"))
    assert start("net", tmp_path).file.data == shipped("judge.onnx")
    assert wanted == ["CUDAExecutionProvider", "CPUExecutionProvider"]
