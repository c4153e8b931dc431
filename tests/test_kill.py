"""Real processes, killed for real at any point: all or nothing, and the next command works."""

from __future__ import annotations

import random
import shutil
import signal
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pyrage
import pytest

from tests.crash import ACCOUNTS, NAME, Left, dying, finish, sample, start
from tests.members import member
from tests.world import PASSPHRASE, Clock, World
from vault.ops import backup, unlock
from vault.ops.session import Vault

LENGTH = 588
LEAVER = ("person", "leave", "2001", "--collar", "2001", "--yes")
LOSS = ("device", "lost", "eve laptop", "--keyset", "--yes")
ROTATE = ("rotation", "start", "--all-owed")
IMPORT = ("account", "import", "accounts.csv", "--yes")
ERASE = ("person", "erase", "2002", "--basis", "retention_over", "--collar", "2002", "--yes")
RESTORE = ("restore", "backup.age", "--identity", "@age-key.txt")


def erased(vault: Vault) -> int:
    """How many texts are gone by an entry: the words of who had left are there until then, and not after."""
    gone = {row["hash"] for row in vault.state.find("erased")}
    dee = vault.state.find("person", state="left")[0]["details"]
    assert (dee in gone) == (dee not in vault.shared.blob_names()) == bool(gone)
    return len(gone)


REAL: Mapping[str, tuple[tuple[str, ...], Callable[[Vault], int], int]] = {
    "account import": (IMPORT, lambda vault: len(vault.state.find("account")) - len(ACCOUNTS), LENGTH),
    "person leave": (LEAVER, lambda vault: len(vault.state.find("person", state="left")), 1),
    "device lost": (LOSS, lambda vault: len(vault.state.find("device", state="lost")), 1),
    "person erase": (ERASE, erased, 1),
    "rotation start": (ROTATE, lambda vault: len(vault.state.find("rotation", ended=None)), len(ACCOUNTS)),
}


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A vault whose keys cost what the product's do, and a spreadsheet of as many accounts as the real one."""
    folder = tmp_path_factory.mktemp("real")
    world = World(folder)
    ids = [world.account(name, password=password) for name, password in ACCOUNTS.items()]
    bob, dee = world.person("Bob Stone", "2001"), world.person("Dee Hart", "2002")
    member(world, "Eve Hall", "1001", "custodian", folder="eve").vault.close()
    for account in ids:
        world.seen(account, bob)
        world.seen(account, dee)
    with world.vault.change() as tx:
        tx.emit("person.left", dee, occurred_at=tx.time)
    unlock.change_passphrase(world.vault, PASSPHRASE)
    key = pyrage.x25519.Identity.generate()
    backup.make(world.vault, folder / "backup.age", recipients=[str(key.to_public())])
    (folder / "age-key.txt").write_text(str(key))
    (folder / "age-key.txt").chmod(0o600)
    world.vault.close()
    (folder / "passphrase").write_text(PASSPHRASE)
    (folder / "passphrase").chmod(0o600)
    rows = (f"instagram,Größe.imported{n},imported password {n},norfolk\n" for n in range(LENGTH))
    (folder / "accounts.csv").write_text("platform,handle,password,force\n" + "".join(rows))
    return folder


def kill_9(real: Path, tmp_path: Path, name: str, *, times: int, seed: str) -> None:
    """Kill the command at seeded moments of its life; then the log verifies, and it was done whole or not at all."""
    words, count, all_of_them = REAL[name]
    shutil.copytree(real, tmp_path / "dry")
    begun = time.monotonic()
    code, _, err = finish(start(tmp_path / "dry", *words))
    length = time.monotonic() - begun
    assert code == 0, err
    before, chance = counted(real, count), random.Random(seed)
    for number in range(times):
        folder = tmp_path / str(number)
        shutil.copytree(real, folder)
        process = start(folder, *words)
        time.sleep(length * chance.uniform(0.3, 1.05))
        process.kill()
        finish(process)
        code, out, err = finish(start(folder, "audit", "verify", "--state"))
        assert code in (0, 7), (code, out, err)
        assert counted(folder, count) in (before, before + all_of_them)
        code, out, err = finish(start(folder, "secret", "show", NAME, "--to-pipe"))
        assert (code, out) == (0, ACCOUNTS[NAME] + "\n"), err
        shutil.rmtree(folder)


def counted(folder: Path, count: Callable[[Vault], int]) -> int:
    """What a fresh process of another member sees of it."""
    left = Left(folder, clock=Clock(), seed="count")
    home = "eve" if (folder / "eve").exists() else "ada"
    shutil.rmtree(folder / "copy", ignore_errors=True)
    shutil.copytree(folder / home, folder / "copy")
    vault = left.open("copy")
    try:
        return count(vault)
    finally:
        vault.close()


@pytest.mark.parametrize("name", REAL)
def test_kill_9_leaves_all_or_nothing(real: Path, tmp_path: Path, name: str) -> None:
    """Three kills of each real command, somewhere in its life."""
    kill_9(real, tmp_path, name, times=3, seed=name)


@pytest.mark.slow
@pytest.mark.parametrize("name", REAL)
def test_many_kills_leave_all_or_nothing(real: Path, tmp_path: Path, name: str) -> None:
    """Forty kills of each real command."""
    kill_9(real, tmp_path, name, times=40, seed=f"{name}, often")


def lose_the_vault(folder: Path) -> None:
    """The disk with the shared database is gone; homes and backup are not."""
    for path in folder.glob("vault.db*"):
        path.unlink()


def judge_restored(folder: Path) -> None:
    """The vault is there whole, and is not replaced; or there is none, and the same command makes it."""
    there = (folder / "vault.db").exists()
    code, _, err = finish(start(folder, *RESTORE))
    assert code == (2 if there else 0), err
    assert not there or "already" in err


def judge_erased(folder: Path) -> None:
    """Entry and words go together; done again where it was not done. Nothing of the words lies in a file any more."""
    if counted(folder, erased) == 0:
        code, _, err = finish(start(folder, *ERASE))
        assert code == 0, err
    assert counted(folder, erased) == 1
    words = (folder / "words").read_bytes()
    assert len(words) > 50 and not [
        path.name for path in folder.glob("vault.db*") if words in path.read_bytes()
    ]


def keep_the_words(folder: Path) -> None:
    """A copy of the sealed bytes that are to go, beside the vault, to look for them later."""

    def sealed(vault: Vault) -> int:
        dee = vault.state.get("person", id=vault.names.find("person", "2002"))
        assert dee is not None
        (folder / "words").write_bytes(vault.shared.blobs([dee["details"]])[dee["details"]])
        return 0

    counted(folder, sealed)
    assert (folder / "words").read_bytes() in (folder / "vault.db").read_bytes()


AT_POINTS: Mapping[str, tuple[tuple[str, ...], Callable[[Path], None], Callable[[Path], None]]] = {
    "person erase": (ERASE, keep_the_words, judge_erased),
    "restore": (RESTORE, lose_the_vault, judge_restored),
}


def kill_at_points(real: Path, tmp_path: Path, name: str, *, most: int) -> None:
    """A real process ends itself with SIGKILL at one point after the other; real processes look at what it left."""
    words, prepare, judge = AT_POINTS[name]
    shutil.copytree(real, tmp_path / "dry")
    prepare(tmp_path / "dry")
    code, points = dying(tmp_path / "dry", *words)
    assert code == 0 and len(points) > 4
    for at, after in sample(len(points), most=most, seed=name):
        folder = tmp_path / "run"
        shutil.copytree(real, folder)
        prepare(folder)
        assert dying(folder, *words, at=at, after=after)[0] == -signal.SIGKILL
        try:
            judge(folder)
            code, out, err = finish(start(folder, "audit", "verify", "--state"))
            assert code in (0, 7), (code, out, err)
            code, out, err = finish(start(folder, "secret", "show", NAME, "--to-pipe"))
            assert (code, out) == (0, ACCOUNTS[NAME] + "\n"), err
        except BaseException as problem:
            problem.add_note(f"{name}: killed {'after' if after else 'before'} {at}, {points[at]}")
            raise
        shutil.rmtree(folder)


@pytest.mark.parametrize("name", AT_POINTS)
def test_kill_9_at_a_point_leaves_all_or_nothing(real: Path, tmp_path: Path, name: str) -> None:
    """Both ends and two points between, of an erasure and of a restore."""
    kill_at_points(real, tmp_path, name, most=4)


@pytest.mark.slow
@pytest.mark.parametrize("name", AT_POINTS)
def test_kill_9_at_every_point_leaves_all_or_nothing(real: Path, tmp_path: Path, name: str) -> None:
    """Every point of an erasure and of a restore, before and after."""
    kill_at_points(real, tmp_path, name, most=10_000)


def test_two_commands_at_once_both_work(real: Path, tmp_path: Path) -> None:
    """Four processes of one home start at the same moment: nobody waits in vain, nothing is lost."""
    folder = tmp_path / "two"
    shutil.copytree(real, folder)
    names = ("Ann One", "Ann Two", "Ann Three", "Ann Four")
    running = [start(folder, "person", "add", "--name", name) for name in names]
    for process in running:
        code, _, err = finish(process)
        assert code == 0, err
    code, out, err = finish(start(folder, "person", "list"))
    assert code == 0, err
    assert all(name in out for name in names)
    code, out, err = finish(start(folder, "audit", "verify", "--state"))
    assert code in (0, 7), err
