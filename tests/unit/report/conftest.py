"""Drawing needs no display; without Qt only the geometry can be tested."""

import os
from importlib.util import find_spec

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

_DRAWN = ("fonts", "metaphase", "paint", "pdf", "png", "sheet", "signing_blocks")
collect_ignore = [] if find_spec("PySide6") else [f"test_{name}.py" for name in _DRAWN]
