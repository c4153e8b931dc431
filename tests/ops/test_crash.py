"""Never locked out: whatever crashes, whenever, the password that the platform has is among those stored.

A simulated process dies before and after every point at which a rotation touches a file: begin, write and commit
of the shared database, begin and commit of the projection. Then another process opens the same files, and the
invariants must hold:

    I1  the candidates that are stored include the password that the platform has
    I2  the last verified password stays readable until another is verified
    I3  nothing was typed into the platform that was not stored and read back before
    I4  at most one rotation is open
"""

from __future__ import annotations

import itertools
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.crash import Plug
from tests.world import COST, PASSPHRASE, Clock, Dice, World
from vault.domain import exposure, rotation
from vault.errors import VaultError
from vault.ops import create, sealing, unlock
from vault.ops import rotation as work
from vault.ops.session import Vault
from vault.store import policy_text
from vault.store.home import Home

ROOT = Path(__file__).parents[2]
DOORS = ("sessions", "connected_tools", "recovery_email", "recovery_phone")
NAME = "x/NorfolkPolice"


class Platform:
    """The platform: it has one password, and it takes what is typed into it."""

    def __init__(self, password: str) -> None:
        self.password = password


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A vault with one account whose password somebody saw who then left."""
    world = World(tmp_path_factory.mktemp("crash"))
    account, bob = world.account(NAME, password="first one"), world.person("Bob Stone", "2001")
    world.seen(account, bob)
    with world.vault.change() as tx:
        tx.emit("person.left", bob, occurred_at=tx.time)
    world.vault.close()
    return world


def reopen(folder: Path, location: str) -> Vault:
    vault = Vault.open(Home(folder / "ada"), clock=Clock(), random=os.urandom, location=location)
    unlock.unlock(vault, PASSPHRASE, cost=COST)
    vault.sync()
    vault.clock_confirmed = True
    return vault


def copied(made: World, folder: Path) -> tuple[Path, str]:
    shutil.copytree(made.folder, folder)
    return folder, str(folder / "vault.db")


def rotate(vault: Vault, platform: Platform) -> None:
    """What a custodian does, in order; the platform changes between the vault's own steps."""
    account = vault.names.find("account", NAME)
    (prepared,) = work.start(vault, [account])
    platform.password = str(
        sealing.open_version(vault, account=account, number=prepared.number).parts["password"]
    )
    work.applied(vault, account=account)
    work.verify(vault, account=account, done=DOORS)


def crash(folder: Path, location: str, platform: Platform, **where: Any) -> Plug:
    with Plug(folder, **where) as plug:
        vault = reopen(folder, location)
        rotate(vault, platform)
        vault.close()
    return plug


def stored(vault: Vault, account: str) -> set[str]:
    """Every password that the vault shows as current or candidate."""
    rows = vault.state.find("version", account=account)
    live = [row["number"] for row in rows if row["state"] in exposure.LIVE]
    return {str(sealing.open_version(vault, account=account, number=n).parts["password"]) for n in live}


def check(vault: Vault, platform: Platform) -> None:
    account = vault.names.find("account", NAME)
    candidates = stored(vault, account)
    assert platform.password in candidates, "I1"
    verified = vault.state.find("version", account=account, state="current")
    assert len(verified) == 1, "I2"
    assert sealing.open_version(vault, account=account, number=verified[0]["number"]).parts["password"], "I2"
    assert len(vault.state.find("rotation", account=account, ended=None)) <= 1, "I4"


def finish(vault: Vault, platform: Platform) -> None:
    """The next command works: the rotation goes on from wherever it stands, to its end."""
    account = vault.names.find("account", NAME)
    if rotation.open_rotation(vault.state, account) is None and vault.state.find(
        "obligation", discharged=None
    ):
        work.start(vault, [account])
    row = rotation.open_rotation(vault.state, account)
    if row is not None and row["state"] == "prepared":
        body = sealing.open_version(vault, account=account, number=row["number"])
        platform.password = str(body.parts["password"])
        work.applied(vault, account=account)
    if row is not None:
        work.verify(vault, account=account, done=DOORS)
    assert not vault.state.find("obligation", discharged=None)
    assert stored(vault, account) == {platform.password}


def test_a_crash_at_every_point_of_a_rotation_loses_no_password(made: World, tmp_path: Path) -> None:
    """Every point, before and after: the invariants hold and the work can be finished."""
    left = tmp_path / "left"
    folder, location = copied(made, tmp_path / "dry")
    points = len(crash(folder, location, Platform("first one"), left=left).points)
    assert points > 20
    for point, after in itertools.product(range(points), (False, True)):
        folder, location = copied(made, tmp_path / f"{point}{after}")
        platform = Platform("first one")
        crash(folder, location, platform, at=point, after=after, left=left)
        again = reopen(left, str(left / "vault.db"))
        check(again, platform)
        finish(again, platform)
        again.close()
        shutil.rmtree(folder)
        shutil.rmtree(left)


def test_the_simulator_finds_a_password_that_was_typed_before_it_was_stored(
    made: World, tmp_path: Path
) -> None:
    """The negative control: applying before the commit violates I1, and the check says so."""
    folder, location = copied(made, tmp_path / "control")
    vault, platform = reopen(folder, location), Platform("first one")
    platform.password = "typed before it was stored"
    with pytest.raises(AssertionError, match="I1"):
        check(vault, platform)
    vault.close()


# --- real processes ---------------------------------------------------------------------------------------------

APPEND = """
import json, os, sys, time
from pathlib import Path
from tests.world import COST, PASSPHRASE, Clock
from vault.errors import Busy
from vault.ops.session import Vault
from vault.ops.unlock import unlock
from vault.store.home import Home
home, location, me, count = Path(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4])
vault = Vault.open(Home(home), clock=Clock(), random=os.urandom, location=location)
unlock(vault, PASSPHRASE, cost=COST)
vault.clock_confirmed = True
for n in range(count):
    for attempt in range(100):
        try:
            with vault.change() as tx:
                tx.emit("claim.filed", "clm-" + me * 14 + "abcdefghijklmnopqrstuvwxyz"[n] + "a", kind="other",
                        occurred_at=tx.time, details="A" * 43 + "=")
            break
        except Busy:
            time.sleep(0.01)
vault.close()
"""


def test_eight_processes_appending_together_neither_fork_nor_lose(made: World, tmp_path: Path) -> None:
    """8 × 25 appends on one SQLite file: the log verifies from its id, and every entry is there once."""
    folder, location = copied(made, tmp_path / "many")
    before = _size(folder, location)
    running = []
    for me in "abcdefgh":
        shutil.copytree(folder / "ada", folder / me)
        command = [sys.executable, "-W", "error", "-c", APPEND, str(folder / me), location, me, "25"]
        running.append(subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE))
    for process in running:
        assert process.communicate(timeout=120)[1] == b""
        assert process.returncode == 0
    fresh = reopen(folder, location)
    assert fresh.follower.size == before + 200
    assert len({row["id"] for row in fresh.state.find("claim")}) == 200
    assert not fresh.state.find("void")
    fresh.close()


def _size(folder: Path, location: str) -> int:
    vault = reopen(folder, location)
    vault.close()
    return vault.follower.size


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A vault as `init` makes one, with the product's own cost of a passphrase, and one account."""
    folder = tmp_path_factory.mktemp("real")
    home, dice, clock = Home(folder / "ada"), Dice("real"), _now
    person = {"name": "Ada Byron", "collar": "1815", "email": "ada@norfolk.example"}
    create.create(
        home,
        location=str(folder / "vault.db"),
        profile="norfolk_suffolk",
        document=policy_text.text("norfolk_suffolk"),
        passphrase=PASSPHRASE,
        person=person,
        machine="Ada's laptop",
        clock=clock,
        random=dice,
    )
    (folder / "passphrase").write_text(PASSPHRASE)
    (folder / "passphrase").chmod(0o600)
    vault = Vault.open(home, clock=clock, random=os.urandom)
    unlock.unlock(vault, PASSPHRASE)
    vault.sync()
    world = World.__new__(World)
    world.vault, world.folder = vault, folder
    world.account(NAME, password="first one")
    vault.close()
    return folder


def _now() -> Any:
    import datetime as dt

    return dt.datetime.now(dt.UTC)


def keyholder(folder: Path, *args: str, kill_after: float | None = None) -> tuple[int, str]:
    """A real command; killed with SIGKILL after so many seconds, if it still runs."""
    environment = {
        "PATH": os.environ["PATH"],
        "KEYHOLDER_HOME": str(folder / "ada"),
        "KEYHOLDER_VAULT": str(folder / "vault.db"),
        "KEYHOLDER_PASSPHRASE_FILE": str(folder / "passphrase"),
        "KEYHOLDER_FORMAT": "json",
    }
    command = [sys.executable, "-m", "cli.main", *args]
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    if kill_after is not None:
        time.sleep(kill_after)
        process.send_signal(signal.SIGKILL)
    out, err = process.communicate(timeout=60)
    assert "Traceback" not in err, err
    return process.returncode, out


def killed(real: Path, tmp_path: Path, moments: Iterator[float]) -> None:
    """Kill `rotation start` at each moment; the account stays readable, and the next command works."""
    for number, moment in enumerate(moments):
        folder = tmp_path / str(number)
        shutil.copytree(real, folder)
        keyholder(folder, "rotation", "start", NAME, kill_after=moment)
        code, out = keyholder(folder, "secret", "show", NAME, "--to-pipe")
        assert (code, out) == (0, "first one\n")
        code, out = keyholder(folder, "rotation", "list")
        assert code == 0
        states = [row["rotation"] for row in json.loads(out)]
        assert states in ([], ["prepared"])
        shutil.rmtree(folder)


def test_kill_9_on_the_real_command_line_loses_nothing(real: Path, tmp_path: Path) -> None:
    """A sample of real kills over the length of one `rotation start`."""
    shutil.copytree(real, tmp_path / "dry")
    begun = time.monotonic()
    code, _ = keyholder(tmp_path / "dry", "rotation", "start", NAME)
    length = time.monotonic() - begun
    assert code == 0
    killed(real, tmp_path, (length * n / 8 for n in range(3, 9)))


@pytest.mark.slow
def test_many_kills_on_the_real_command_line_lose_nothing(real: Path, tmp_path: Path) -> None:
    """Two hundred kills, spread finely over the second half of the command, where it writes."""
    killed(real, tmp_path, (0.3 + n * 0.005 for n in range(200)))


def test_a_command_that_fails_names_no_secret(
    made: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk at the commit of `rotation start`: an error without the new password, and no rotation."""
    folder, location = copied(made, tmp_path / "full")
    vault = reopen(folder, location)

    def full(_: object) -> None:
        raise VaultError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(type(vault.shared.door), "commit", full)
        with pytest.raises(VaultError, match="full"):
            work.start(vault, [vault.names.find("account", NAME)])
    assert not vault.state.find("rotation")
    check(vault, Platform("first one"))
    vault.close()
