"""Set up two environments and run every check: ``python3.11 tools/test.py``.

The first one has neither Qt nor PyTorch, so that the tests in it show that the core needs neither. The second one
has everything: linter, types, direction of imports and all tests.
"""

import os
import sys
import tomllib

from environment import ROOT, check_python, prepare, run, status_of

WINDOW_ONLY = ("PySide6", "pytest-qt")
"""What the core must do without, next to the extra ``train``."""
ABSENT = (
    "import importlib.util, sys; "
    "sys.exit([f'{name} must be absent here' for name in ('PySide6', 'torch') if importlib.util.find_spec(name)] or 0)"
)
LIBRARIES = (
    "import sys; from karyodesk.cli.display import WINDOW, libraries_sentence, missing_libraries; "
    "missing = missing_libraries(WINDOW); sys.exit(libraries_sentence(missing) if missing else 0)"
)


def core_requirements() -> list[str]:
    """What pyproject.toml asks for to run and test the program, without Qt."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    return [requirement for requirement in wanted if not requirement.startswith(WINDOW_ONLY)]


def main() -> None:
    """Run the checks in turn and stop at the first that fails."""
    check_python()
    core = prepare(ROOT / ".venv-core", core_requirements(), ["--no-deps", "--editable", "."])
    full = prepare(ROOT / ".venv-test", ["--editable", ".[dev,train]"])
    run(full, "-c", LIBRARIES)
    for check in (("ruff", "check", "."), ("mypy",), ("lint-imports",)):
        print(f"== {check[0]}", flush=True)
        run(full.with_name(check[0]), *check[1:])
    print("== pytest without Qt and PyTorch", flush=True)
    run(core, "-c", ABSENT)
    run(core, "-m", "pytest", "-q", *sys.argv[1:])
    print("== pytest", flush=True)
    platform = os.environ.get("QT_QPA_PLATFORM", "offscreen")
    sys.exit(status_of(full, "-m", "pytest", "-q", *sys.argv[1:], QT_QPA_PLATFORM=platform))


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
