"""The second verifier's own command line: what is missing is said, and judged is only what was given."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "docs" / "verify.py"


@pytest.mark.parametrize("args", [(), ("export",), ("export", "ten words"), ("export", "AB" * 32)])
def test_without_a_vault_id_in_hex_it_says_how_it_is_used(args: tuple[str, ...]) -> None:
    """No traceback, and no verdict about a log that was not looked at."""
    done = subprocess.run(
        [sys.executable, str(SCRIPT), *args], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 1
    assert done.stderr.startswith("verify.py DIR VAULT-ID [HELD-CHECKPOINT ...]")
    assert "64 hexadecimal digits" in done.stderr
    assert "FAIL" not in done.stderr


def test_with_one_it_judges(tmp_path: Path) -> None:
    """A directory that is no export is a failure."""
    done = subprocess.run(
        [sys.executable, str(SCRIPT), str(tmp_path), "ab" * 32], capture_output=True, text=True, check=False
    )
    assert done.stderr.startswith("FAIL: ")
