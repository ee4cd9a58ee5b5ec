"""Drawing needs no display; without Qt only the geometry can be tested."""

import os
from importlib.util import find_spec

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

collect_ignore = (
    []
    if find_spec("PySide6")
    else ["test_fonts.py", "test_metaphase.py", "test_paint.py", "test_pdf.py", "test_png.py", "test_sheet.py"]
)
