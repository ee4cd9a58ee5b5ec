"""Set KaryoDesk up in .venv and run it: ``python3.11 tools/start.py`` shows the sample case.

With arguments it runs that command instead: ``python3.11 tools/start.py analyze photos --json cells.jsonl``.
"""

import sys

from environment import ROOT, check_python, prepare, status_of


def main() -> int:
    """Set up where needed, then run."""
    check_python()
    python = prepare(ROOT / ".venv", ["--editable", "."])
    return status_of(python, "-m", "karyodesk", *(sys.argv[1:] or ["start"]))


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
