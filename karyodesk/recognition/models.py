"""The model files: what the manifest names is loaded only where its SHA-256 is right."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import onnxruntime

from karyodesk.domain.errors import ModelError
from karyodesk.domain.straightening import Straightening
from karyodesk.paths import models

MANIFEST = "manifest.json"
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


def load_file(name: str, folder: Path | None = None) -> ModelFile:
    """Read a model file and verify it against the manifest.

    Raises:
        ModelError: where the manifest or the file is missing, damaged or altered.
    """
    folder = folder or models()
    try:
        entry = _named(folder)[name]
        data = (folder / entry["file"]).read_bytes()
        straightening = Straightening(entry.get("straightening", Straightening.MEDIAL_AXIS))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"The model “{name}” is missing or cannot be read. Install KaryoDesk again.") from error
    digest = hashlib.sha256(data).hexdigest()
    if digest != entry["sha256"]:
        raise ModelError(f"The model “{name}” is not the one that was delivered. Install KaryoDesk again.")
    return ModelFile(name, str(entry["version"]), digest, data, straightening)


def _named(folder: Path) -> dict[str, dict[str, str]]:
    try:
        return dict(json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["models"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError("The list of the models is missing or cannot be read. Install KaryoDesk again.") from error


def session(model: ModelFile, threads: int = 0) -> onnxruntime.InferenceSession:
    """Return an ONNX Runtime session: on CUDA where there is one, otherwise on the CPU.

    Args:
        model: a verified ONNX file.
        threads: threads on the CPU; 0 takes one a core.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    # Threads that wait for work busily take the processor from straightening, which goes on beside them.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = _FATAL
    wanted = ("CUDAExecutionProvider", "CPUExecutionProvider")
    available = onnxruntime.get_available_providers()
    # Where CUDA's libraries are missing, ONNX Runtime falls back to the CPU by itself, but writes
    # lines of alarm to the terminal first.
    onnxruntime.set_default_logger_severity(_FATAL)
    try:
        return onnxruntime.InferenceSession(model.data, options, providers=[p for p in wanted if p in available])
    except Exception as error:  # ONNX Runtime raises a dozen types of its own
        raise ModelError(f"The model “{model.name}” cannot be started here. Install KaryoDesk again.") from error
