"""``python -m karyodesk``."""

from karyodesk.cli.app import main

if __name__ == "__main__":
    main()
