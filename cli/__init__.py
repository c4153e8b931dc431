"""The command line: parses, calls one operation, prints. It decides nothing."""

from __future__ import annotations

# A constant, because asking the installed metadata costs more than the rest of `--version`; a test compares.
__version__ = "0.1.0"
