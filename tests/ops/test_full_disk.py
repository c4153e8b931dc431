"""A disk that is full, or may not be written: nothing is lost, and it is said."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.world import PASSPHRASE, World
from vault.errors import VaultError
from vault.store import sqlite


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path)
    world.account("x/NorfolkPolice", password="first one")
    world.person("Bob Stone", "2001")
    return world


SCRIPT = """
import sys
from pathlib import Path
from cli.context import Context
from cli.main import run
from cli.settings import Settings
from tests.world import COST, Clock, Dice
import datetime as dt, resource, signal
limit = int(sys.argv[3])
if limit:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
context = Context(settings=Settings(home=Path(sys.argv[1]), passphrase_file=Path(sys.argv[2])), cost=COST,
                  clock=Clock(dt.datetime(2026, 11, 3, tzinfo=dt.UTC)), random=Dice(sys.argv[4]))
sys.exit(run(sys.argv[5:], context))
"""


def _process(world: World, *args: str, limit: int = 0, seed: str = "p") -> subprocess.CompletedProcess[str]:
    """A command in a process of its own, with a limit on the size of every file that it writes."""
    secret = world.folder / "passphrase"
    secret.write_text(PASSPHRASE)
    secret.chmod(0o600)
    command = [sys.executable, "-c", SCRIPT, str(world.home.folder), str(secret), str(limit), seed, *args]
    # A measuring tool of the test run must not write its own files under the limit.
    environment = {"PATH": os.environ.get("PATH", "")}
    root = Path(__file__).parents[2]
    return subprocess.run(
        command, capture_output=True, text=True, cwd=root, env=environment, timeout=60, check=False
    )


def test_a_full_disk_loses_nothing(world: World) -> None:
    """A write that finds no room is an error with nothing half done; with room again the next one succeeds."""
    note = world.folder / "long.txt"
    note.write_text("many words " * 5000)
    note.chmod(0o600)
    size = world.vault.shared.size()
    world.vault.close()  # so that the journal starts anew, and this write is what meets the limit
    result = _process(world, "note", "add", f"@{note}", limit=40960)
    assert result.returncode == 1, result.stderr
    assert "Traceback" not in result.stderr
    assert "nothing was changed" in result.stderr
    world.vault = world.open(world.home)
    assert world.vault.shared.size() == size
    assert _process(world, "note", "add", f"@{note}", seed="q").returncode == 0
    world.check()


@pytest.fixture
def disk(world: World) -> Iterator[Path]:
    """A file system of one megabyte, with the shared file on it."""
    small = world.folder / "small"
    small.mkdir()
    if os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("a small file system can only be mounted by root")
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", small], check=False, capture_output=True
    )
    if made.returncode:
        pytest.skip("this machine lets nobody mount a tmpfs")
    world.vault.close()
    shutil.copyfile(world.location, small / "vault.db")
    world.location = str(small / "vault.db")
    world.home.set_place(world.home.place()._replace(vault=world.location))
    world.vault = world.open(world.home)
    try:
        yield small
    finally:
        world.vault.close()
        subprocess.run(["umount", "-l", small], check=False)


def test_a_full_file_system_loses_nothing(world: World, disk: Path) -> None:
    """The same with a real file system that has no block left."""
    size = world.vault.shared.size()
    with pytest.raises(OSError, match="No space"), (disk / "filler").open("wb", buffering=0) as file:
        while True:
            file.write(b"x" * 4096)
    result = _process(world, "note", "add", "words that find no room " * 300)
    assert result.returncode == 1, result.stderr
    assert "Traceback" not in result.stderr
    (disk / "filler").unlink()
    assert world.vault.shared.size() == size
    assert _process(world, "note", "add", "words", seed="q").returncode == 0
    world.check()


def test_a_read_only_file_system_says_so(world: World, disk: Path) -> None:
    """Nothing is written where nothing can be, and it is said; writable again, the next one succeeds."""
    world.vault.close()
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    result = _process(world, "note", "add", "words")
    assert result.returncode in (1, 3), result.stderr
    assert "Traceback" not in result.stderr
    subprocess.run(["mount", "-o", "remount,rw", disk], check=True)
    assert _process(world, "note", "add", "words", seed="q").returncode == 0
    world.vault = world.open(world.home)
    world.check()


def test_a_read_only_database_says_so(world: World) -> None:
    """What SQLite calls read-only has our words, also where root could write the file."""
    conn = sqlite3.connect(f"file:{world.location}?mode=ro", uri=True)
    with pytest.raises(VaultError, match="read-only for you") as caught, sqlite.explained(world.location):
        conn.execute("DELETE FROM inbox")
    assert caught.value.exit_code == 1
    conn.close()
