"""The model files: what the manifest names is loaded only where its SHA-256 is right.

A network is there twice: as it was trained, for CUDA and for training on, and rounded to whole numbers of eight bits,
which a processor reckons with two to three times faster (ADR 14).
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

import onnxruntime

from karyodesk.domain.errors import ModelError
from karyodesk.domain.straightening import Straightening
from karyodesk.paths import models

MANIFEST: Final = "manifest.json"
ROUNDED: Final = "rounded"
"""Where a manifest's entry names the rounded file."""
_CUDA, _CPU = "CUDAExecutionProvider", "CPUExecutionProvider"
_FATAL = 4


@dataclass(frozen=True)
class ModelFile:
    """A file of the models' folder, verified.

    Attributes:
        name: what the manifest calls it.
        version: of the model, as in its card.
        sha256: of the file, in hexadecimal.
        data: its bytes.
        straightening: how the chromosomes that it reads have to be straightened, where it reads any.
    """

    name: str
    version: str
    sha256: str
    data: bytes
    straightening: Straightening = Straightening.MEDIAL_AXIS

    @property
    def identity(self) -> str:
        """Version and the first twelve digits of the hash, for reports."""
        return f"{self.version} ({self.sha256[:12]})"


def is_there(name: str, folder: Path | None = None) -> bool:
    """Whether the manifest names a model; it may be one that a method can do without.

    Raises:
        ModelError: where the manifest is missing or damaged.
    """
    return name in _named(folder or models())


def load_file(name: str, folder: Path | None = None, *, rounded: bool = False) -> ModelFile:
    """Read a model file and verify it against the manifest.

    Args:
        name: what the manifest calls it.
        folder: of the models; those that are shipped unless given.
        rounded: whether the rounded file is wanted, where there is one.

    Raises:
        ModelError: where the manifest or the file is missing, damaged or altered.
    """
    folder = folder or models()
    try:
        entry = _named(folder)[name]
        file, wanted = _file_of(entry, rounded)
        data = (folder / file).read_bytes()
        version = str(entry["version"])
        straightening = Straightening(entry.get("straightening", Straightening.MEDIAL_AXIS))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"The model “{name}” is missing or cannot be read. Install KaryoDesk again.") from error
    digest = hashlib.sha256(data).hexdigest()
    if digest != wanted:
        raise ModelError(f"The model “{name}” is not the one that was delivered. Install KaryoDesk again.")
    return ModelFile(name, version, digest, data, straightening)


def _file_of(entry: Mapping[str, Any], rounded: bool) -> tuple[str, str]:
    """The file of a manifest's entry and its SHA-256; as it was trained where there is no rounded one."""
    named = entry.get(ROUNDED, entry) if rounded else entry
    return named["file"], named["sha256"]


def _named(folder: Path) -> dict[str, dict[str, Any]]:
    try:
        return dict(json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["models"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError("The list of the models is missing or cannot be read. Install KaryoDesk again.") from error


class Started(NamedTuple):
    """A network that is ready to run.

    Attributes:
        file: the model file in use.
        session: that runs it.
    """

    file: ModelFile
    session: onnxruntime.InferenceSession


def start(name: str, folder: Path | None = None, threads: int = 0) -> Started:
    """Start a network: on CUDA as it was trained, where there is one; otherwise on the CPU, rounded where it can be.

    Args:
        name: what the manifest calls it.
        folder: of the models; those that are shipped unless given.
        threads: threads on the CPU; 0 takes one a core.

    Raises:
        ModelError: where the manifest or the file is missing, damaged or altered.
    """
    if _CUDA in onnxruntime.get_available_providers():
        exact = load_file(name, folder)
        session = _session(exact, threads, (_CUDA, _CPU))
        # Where CUDA's libraries are missing, ONNX Runtime falls back to the CPU by itself.
        if _CUDA in session.get_providers():
            return Started(exact, session)
    light = load_file(name, folder, rounded=True)
    return Started(light, _session(light, threads, (_CPU,)))


def _session(model: ModelFile, threads: int, providers: Sequence[str]) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    # Threads that wait for work busily take the processor from straightening, which goes on beside them.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    # Where CUDA's libraries are missing, lines of alarm would go to the terminal.
    options.log_severity_level = _FATAL
    onnxruntime.set_default_logger_severity(_FATAL)
    try:
        return onnxruntime.InferenceSession(model.data, options, providers=list(providers))
    except Exception as error:  # ONNX Runtime raises a dozen types of its own
        raise ModelError(f"The model “{model.name}” cannot be started here. Install KaryoDesk again.") from error
