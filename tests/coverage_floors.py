"""`python -m tests.coverage_floors`: fail when a room's branch coverage is below its floor."""

from __future__ import annotations

import io
import sys

import coverage

FLOORS = {"audit/*": 100.0, "vault/crypto/*": 100.0, "vault/domain/*": 100.0, "*": 95.0}


def main() -> int:
    """Print a line per room; 1 if one is below its floor."""
    measured = coverage.Coverage()
    measured.load()
    failed = 0
    for room, floor in FLOORS.items():
        words = io.StringIO()
        percent = measured.report(include=None if room == "*" else [room], file=words, show_missing=True)
        good = percent >= floor
        failed |= not good
        sys.stdout.write(f"{room:16} {percent:6.2f} %   floor {floor:g} %   {'ok' if good else 'BELOW'}\n")
        if not good:
            sys.stdout.write(words.getvalue())
    return failed


if __name__ == "__main__":
    sys.exit(main())
