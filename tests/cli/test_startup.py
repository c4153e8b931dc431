"""Start-up time is a feature: what --help and --version may load, and nothing of the vault."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bench.__main__ import environment
from bench.population import make

ROOT = Path(__file__).parents[2]
FORBIDDEN = (
    "sqlalchemy",
    "cryptography",
    "argon2",
    "pyotp",
    "pyrage",
    "sqlite3",
    "audit",
    "vault.ops",
    "vault.store",
    "vault.crypto",
    "vault.domain",
    "importlib.metadata",
    "json",
    "csv",
    "subprocess",
    "zoneinfo",
    "unicodedata",
    "cli.output",
    "cli.terminal",
    "cli.failure",
)


# What neither a secret nor a list needs; each was loaded by both once, for a name, a type or a case that was not there.
NOT_TO_READ = (
    "sqlalchemy",
    "tomllib",
    "vault.domain.platforms",
    "vault.domain.policy",
    "vault.domain.kinds",
    "vault.domain.ids",
    "vault.ops.past",
    "vault.ops.log",
    "vault.ops.create",
    "vault.ops.confirming",
)


def imported_by(*words: str, **environment: str) -> set[str]:
    command = [sys.executable, "-X", "importtime", "-m", "cli.main", *words]
    # Measuring coverage loads its own modules into every process; here they would be taken for ours.
    plain = {name: value for name, value in os.environ.items() if not name.startswith("COV")} | environment
    done = subprocess.run(
        command, env=plain, cwd=ROOT, text=True, capture_output=True, timeout=30, check=False
    )
    lines = [line for line in done.stderr.splitlines() if line.startswith("import time:")]
    return {line.rsplit("|", 1)[1].strip() for line in lines}


@pytest.mark.parametrize("words", [["--help"], ["--version"], []])
def test_help_loads_click_and_nothing_of_the_vault(words: list[str]) -> None:
    """--help imports no driver, no cryptography, no noun, and no room but cli and vault.errors."""
    modules = imported_by(*words)
    assert "click" in modules
    late = {"cli.failure", "json", "csv"} if not words else set()  # no words at all is a usage error
    found = {m for m in modules for name in set(FORBIDDEN) - late if m == name or m.startswith(name + ".")}
    assert found == set()
    assert {m for m in modules if m.split(".")[0] == "vault"} <= {"vault", "vault.errors"}


def test_a_secret_and_a_list_load_what_they_need(tmp_path: Path) -> None:
    """Neither reads TOML, the rules of a document or another engine's driver, nor what folds the past."""
    make(tmp_path, accounts=1, secrets=True)
    found = environment(tmp_path)
    # The first command with keys tags the names that are new, and reads the platforms for that.
    assert "vault.domain.platforms" in imported_by("account", "list", **found)
    for words in (["secret", "show", "x/Bench00000", "--to-pipe"], ["account", "list"]):
        modules = imported_by(*words, **found)
        assert {"vault.ops.keyring", "argon2", "sqlite3"} <= modules
        assert [m for m in modules for name in NOT_TO_READ if m == name or m.startswith(name + ".")] == []


def test_the_end_looks_for_no_cycles() -> None:
    """A process that is over gives all back at once: nothing is left to look through when it ends."""
    code = (
        "import atexit, gc; from cli.main import main\n"
        "atexit.register(lambda: print(gc.get_freeze_count() > 0, len(gc.get_objects()) < 1000))\n"
        "main(['--version'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, text=True, capture_output=True, timeout=30, check=True
    )
    assert done.stdout.splitlines()[-1] == "True True"


@pytest.mark.slow
def test_help_costs_little_more_than_click(tmp_path: Path) -> None:
    """`keyholder --help` stays within 1.3 times `python -c 'import click'`, as the median of runs."""
    # As installed: compiled once, and loaded from there afterwards.
    installed = os.environ | {"PYTHONPYCACHEPREFIX": str(tmp_path), "PYTHONDONTWRITEBYTECODE": ""}

    def seconds(*command: str) -> float:
        began = time.perf_counter()
        command = (sys.executable, *command)
        subprocess.run(command, env=installed, cwd=ROOT, capture_output=True, check=True, timeout=30)
        return time.perf_counter() - began

    ours, floor = ("-c", "from cli.main import main; main(['--help'])"), ("-c", "import click")
    pairs = [(seconds(*ours), seconds(*floor)) for _ in range(31)]
    ratio = statistics.median(a for a, _ in pairs[1:]) / statistics.median(b for _, b in pairs[1:])
    assert ratio <= 1.3, f"{ratio:.2f}"
