"""A process that dies: at any point at which it touches a file, before or after that took effect.

    with Plug(folder, at=7, after=True) as plug:    pull the plug after the 8th effect
        act()                                       raises Killed at that point, and from every later call
    plug.left                                       a copy of the folder, as the dead process left it

What counts as an effect: begin and commit of the shared database and of every projection, each statement that
writes to the shared database, the making and marking of a database file, and the replacing of a file of a home.
The copy is taken at the moment of death, journals and locks as they lie: no handler, rollback or close that runs
afterwards in this process can tidy it up, just as after `kill -9` or a power cut.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pytest

from audit.follow import Follower
from tests.world import COST, PASSPHRASE, PROJECTED, Clock, Dice, World
from vault.domain.exposure import LIVE
from vault.errors import Locked
from vault.ops import sealing
from vault.ops.session import Vault, fold_into
from vault.ops.unlock import unlock
from vault.store import sqlite
from vault.store.differences import differences
from vault.store.home import Home
from vault.store.register import State
from vault.store.shared import Shared, open_door

ACCOUNTS = {f"x/Force{n}": f"first password {n}" for n in range(4)}
NAME = "x/Force0"
ROOT = Path(__file__).parents[1]
_PASSED = ("COVERAGE", "PYTHON")
_COUNTED = ("BEGIN", "COMMIT", "PRAGMA journal_mode", "PRAGMA application_id =", "PRAGMA user_version =")


class Killed(BaseException):
    """The process is gone."""


class Plug:
    """Counts the effects on files; at one of them the process dies. ``at`` None: only count."""

    def __init__(self, folder: Path, *, at: int | None = None, after: bool = False, left: Path) -> None:
        self.folder, self.at, self.after, self.left = folder, at, after, left
        self.points: list[str] = []
        self.dead = False
        self._open: list[Any] = []
        self._patch = pytest.MonkeyPatch()

    def __call__(self, what: str, act: Callable[..., Any], *args: Any, **values: Any) -> Any:
        """One effect: it happens, or the process dies before or after it."""
        self.alive()
        self.points.append(what)
        if len(self.points) - 1 != self.at:
            return act(*args, **values)
        if self.after:
            act(*args, **values)
        shutil.copytree(self.folder, self.left, symlinks=True)
        self.dead = True
        raise Killed

    def alive(self) -> None:
        """Nothing happens any more after death."""
        if self.dead:
            raise Killed

    def __enter__(self) -> Self:
        connect, replace = sqlite.connect, Path.replace

        def connected(path: Path, *, create: bool = False) -> Any:
            make = (lambda: self("make " + path.name, connect, path, create=True)) if create else None
            real = make() if make else connect(path)
            self._open.append(real)
            return Connection(real, self, path.name)

        self._patch.setattr(sqlite, "connect", connected)
        self._patch.setattr(Path, "replace", lambda path, to: self(f"replace {to.name}", replace, path, to))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        self._patch.undo()
        for real in self._open:
            real.close()
        if error is None and self.at is not None:
            raise AssertionError(f"there is no point {self.at} of {len(self.points)}")
        return kind is Killed


class Dying(Plug):
    """The same in a process of its own, which kills itself: `tests.dying`. Files made by hand are effects, too."""

    def __call__(self, what: str, act: Callable[..., Any], *args: Any, **values: Any) -> Any:
        """One effect: it happens, or SIGKILL comes before or after it."""
        self.points.append(what)
        if len(self.points) - 1 != self.at:
            return act(*args, **values)
        if self.after:
            act(*args, **values)
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError("nobody survives that")

    def __enter__(self) -> Self:
        super().__enter__()
        for module, name in ((os, "open"), (os, "fsync"), (os, "link"), (Path, "unlink")):
            self._patch.setattr(module, name, self._counting(name, getattr(module, name)))
        return self

    def _counting(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **values: Any) -> Any:
            reads = name == "open" and not args[1] & os.O_CREAT
            return real(*args, **values) if reads else self(name, real, *args, **values)

        return call


class Connection:
    """A connection with the plug in its writes."""

    def __init__(self, real: Any, plug: Plug, name: str) -> None:
        self._real, self._plug, self._name = real, plug, name
        self._shared = name == "vault.db"

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def execute(self, sql: str, *values: Any) -> Any:
        if sql.startswith(_COUNTED):
            return self._plug(f"{self._name}: {sql[:40]}", self._real.execute, sql, *values)
        self._plug.alive()
        return self._real.execute(sql, *values)

    def executemany(self, sql: str, rows: Any) -> Any:
        if self._shared and rows:
            return self._plug(f"{self._name}: {sql[:20]}", self._real.executemany, sql, rows)
        self._plug.alive()
        return self._real.executemany(sql, rows)

    def executescript(self, sql: str) -> Any:
        return self._plug(f"{self._name}: script", self._real.executescript, sql)


# --- what a crash left --------------------------------------------------------------------------------------------


def sample(points: int, *, most: int, seed: str) -> list[tuple[int, bool]]:
    """Points and sides of them: both ends always, the others evenly and seeded."""
    every = [(at, after) for at in range(points) for after in (False, True)]
    if len(every) <= most:
        return every
    inner = random.Random(seed).sample(every[1:-1], most - 2)
    return [every[0], *sorted(inner), every[-1]]


class Left:
    """The files that a dead process left, opened by the next one."""

    def __init__(self, folder: Path, *, clock: Clock, seed: str) -> None:
        self.folder, self.clock, self._seed = folder, clock, seed
        self.location = str(folder / "vault.db")

    def open(self, home: str = "ada", *passphrases: str) -> Vault:
        """Another process of a member: it opens, unlocks, catches up. The first passphrase that opens is taken."""
        vault = Vault.open(
            Home(self.folder / home),
            clock=self.clock,
            random=Dice(f"{self._seed}/{home}"),
            location=self.location,
        )
        try:
            self._unlock(vault, passphrases or (PASSPHRASE,))
            vault.sync()
        except BaseException:
            vault.close()
            raise
        return vault

    @staticmethod
    def _unlock(vault: Vault, passphrases: tuple[str, ...]) -> None:
        for last, text in enumerate(passphrases, 1 - len(passphrases)):
            try:
                return unlock(vault, text, cost=COST)
            except Locked:
                if last == 0:
                    raise
        raise AssertionError("no passphrase was given")

    def check(self, vault: Vault) -> None:
        """The log verifies from the vault's id alone, and folds to what this member's projection says."""
        shared, fresh = Shared(open_door(self.location)), State.memory()
        follower = Follower.start(held={1: vault.vault_id})
        for _, keyset, note, bodies in shared.commits_after(0):
            for entry in follower.commit(bodies, note, keyset).entries:
                fold_into(fresh, entry)
        assert follower.size == vault.follower.size == shared.entry_count()
        for table in PROJECTED:
            assert not list(differences(fresh, vault.state, table)), table
        assert not vault.state.find("void")
        fresh.close()
        shared.door.close()

    def whole(self, home: str = "ada") -> None:
        """Every file of a home is the old one or the new one, never a part of one."""
        folder = self.folder / home
        assert Home(folder).place().person
        json.loads((folder / "keyset.json").read_bytes())
        assert len((folder / "device.key").read_bytes()) == 32


def stored(vault: Vault, account: str) -> set[str]:
    """Every password of an account that the vault shows as current or candidate, opened."""
    rows = vault.state.find("version", account=account)
    numbers = [row["number"] for row in rows if row["state"] in LIVE]
    bodies = [sealing.open_version(vault, account=account, number=n) for n in numbers]
    return {str(body.parts["password"]) for body in bodies if "password" in body.parts}


def world_of(folder: Path, vault: Vault, **more: Any) -> World:
    """A World over files that are there already."""
    world = World.__new__(World)
    world.folder, world.vault, world.location = folder, vault, str(folder / "vault.db")
    for name, value in more.items():
        setattr(world, name, value)
    return world


# --- real processes -----------------------------------------------------------------------------------------------


def start(folder: Path, *args: str, home: str = "ada") -> subprocess.Popen[str]:
    """The installed console script, as a process of its own, in JSON."""
    script = str(Path(sys.executable).parent / "keyholder")
    return _process(folder, [script, "--clock-is-right", *args], home=home)


def dying(folder: Path, *args: str, at: int | None = None, after: bool = False) -> tuple[int, list[str]]:
    """The same command in a process that kills itself at one of its points; exit code, and points if it lives."""
    side, points = "after" if after else "before", folder / "points"
    here = [sys.executable, "-m", "tests.dying", str(points), str(-1 if at is None else at), side]
    process = _process(folder, [*here, "--clock-is-right", *args], home="ada", PYTHONPATH=str(ROOT))
    code, _, err = finish(process)
    assert code in (0, -signal.SIGKILL), err
    return code, points.read_text().splitlines() if points.exists() else []


def _process(folder: Path, command: list[str], *, home: str, **more: str) -> subprocess.Popen[str]:
    environment = {
        "PATH": os.environ["PATH"],
        "KEYHOLDER_HOME": str(folder / home),
        "KEYHOLDER_VAULT": str(folder / "vault.db"),
        "KEYHOLDER_PASSPHRASE_FILE": str(folder / "passphrase"),
        "KEYHOLDER_FORMAT": "json",
    }
    environment |= {name: value for name, value in os.environ.items() if name.startswith(_PASSED)} | more
    return subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    """Its exit code, stdout and stderr; a traceback is never an answer."""
    out, err = process.communicate(timeout=120)
    assert "Traceback" not in err, err
    return process.returncode, out, err
