"""Catalogue F, B01 and the files of a home: whoever owns the shared file, and whoever has a locked home folder.

Every stored bit: of entries, heads and sealed values of a small vault, one after the other, through the same code
that reads the shared database. Accepted: none. A sample always, all of them in the slow suite.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from audit import keys
from audit.errors import AuditError
from audit.follow import Follower
from tests.attacks.conftest import Force
from tests.ops.hostile import attack, copy_of, put_back
from tests.world import World
from vault.errors import IntegrityError, VaultError
from vault.ops import sealing
from vault.store.shared import Shared, blob_name

# The request id is the writer's own memory of an append; nobody reads it to believe anything.
COLUMNS = (
    *(
        ("entries", "seq"),
        ("entries", "body"),
        ("commits", "size"),
        ("commits", "keyset"),
        ("commits", "note"),
    ),
    *(("blobs", "hash"), ("blobs", "data")),
)


class Fake:
    """The three tables in memory, read by the statements of `Shared` and no others."""

    def __init__(self, world: World) -> None:
        read = world.vault.shared.door.read
        self.entries = [list(row) for row in read("SELECT seq, body FROM entries ORDER BY seq")]
        self.commits = [list(row) for row in read("SELECT size, keyset, note FROM commits ORDER BY size")]
        self.blobs = [list(row) for row in read("SELECT hash, data FROM blobs ORDER BY hash")]

    def read(self, sql: str, /, **values: Any) -> list[tuple[Any, ...]]:
        if "FROM commits WHERE size >" in sql:
            rows = sorted((row for row in self.commits if row[0] > values["at"]), key=lambda row: row[0])
            return [tuple(row) for row in rows][:500]
        if "FROM entries WHERE" in sql:
            span = sorted(row for row in self.entries if values["start"] <= row[0] < values["end"])
            return [(body,) for _, body in span]
        if "coalesce(max(size)" in sql:
            return [(max(row[0] for row in self.commits),)]
        raise AssertionError(sql)

    def read_among(self, sql: str, names: Sequence[str], /) -> list[tuple[Any, ...]]:
        assert "FROM blobs WHERE hash IN" in sql, sql
        return [tuple(row) for row in self.blobs if row[0] in set(names)]


def flipped(value: Any, bit: int) -> Any:
    """The value with one bit changed, of the same type."""
    if isinstance(value, int):
        return value ^ (1 << bit)
    raw = bytearray(value if isinstance(value, bytes) else value.encode("latin-1"))
    raw[bit // 8] ^= 1 << bit % 8
    return bytes(raw) if isinstance(value, bytes) else raw.decode("latin-1")


def bits(value: Any) -> int:
    return 16 if isinstance(value, int) else 8 * len(value)


def verdict(world: World, fake: Fake, named: list[str], start: Follower, at: int) -> str:
    """Accepted, or who refused: follow from a known place and read every sealed value that is named."""
    shared = Shared(fake)  # type: ignore[arg-type]
    follower = (
        Follower.resume(
            origin=start.origin,
            frontier=start.frontier,
            last=start.last,
            signers=start.signers,
            vault_id=start.vault_id,
        )
        if start.size
        else Follower.start(held={1: world.vault.vault_id})
    )
    try:
        for _, keyset, note, bodies in shared.commits_after(at):
            follower.commit(bodies, note, keyset)
        if follower.size != world.vault.follower.size or follower.last != world.vault.follower.last:
            return "shorter"
        if shared.blobs(named).keys() != set(named):
            return "missing"
    except (AuditError, VaultError):
        return "refused"
    return "accepted"


def flips(fake: Fake, step: int) -> Iterator[tuple[str, str, int, int, int]]:
    """(table, column, row, column number, bit): every ``step``-th bit of all, counted through."""
    count = 0
    names = {"entries": ("seq", "body"), "commits": ("size", "keyset", "note"), "blobs": ("hash", "data")}
    for table, column in COLUMNS:
        place = names[table].index(column)
        for number, row in enumerate(getattr(fake, table)):
            for bit in range(bits(row[place])):
                count += 1
                if count % step == 0:
                    yield table, column, number, place, bit


def accepted(world: World, step: int) -> list[tuple[str, str, int, int]]:
    """The flips that nobody refused, and the number of those tried in front."""
    fake, found, tried = Fake(world), [], 0
    named = [row[0] for row in fake.blobs]
    starts = _starts(fake)
    clean = Follower.start(held={1: world.vault.vault_id})
    assert verdict(world, fake, named, clean, 0) == "accepted", "the control: unchanged, it is accepted"
    for table, column, number, place, bit in flips(fake, step):
        row = getattr(fake, table)[number]
        changed = flipped(row[place], bit)
        if place == 0 and any(changed == other[0] for other in getattr(fake, table)):
            continue  # the table has a primary key: no file can hold that
        before, row[place] = row[place], changed
        at = (
            0
            if table == "blobs"
            else max(
                s for s in starts if s <= (before if column == "seq" else _first(fake, table, number, before))
            )
        )
        if column == "size" and changed <= at:
            # As if the head were not there. Its author's next one covers the same entries: nothing believed differs.
            row[place], tried = before, tried + 1
            continue
        if table == "blobs":
            # The log is untouched: only what is read by name can differ.
            one = [before if column == "hash" else row[0]]
            result = _blob_verdict(fake, one)
        else:
            result = verdict(world, fake, [], starts[at], at)
        row[place], tried = before, tried + 1
        if result == "accepted":
            found.append((table, column, number, bit))
    assert tried > 500
    return found


def _blob_verdict(fake: Fake, named: list[str]) -> str:
    try:
        return "accepted" if Shared(fake).blobs(named).keys() == set(named) else "missing"  # type: ignore[arg-type]
    except VaultError:
        return "refused"


def _first(fake: Fake, table: str, number: int, before: Any) -> int:
    """The first entry that the flipped row says something about."""
    if table == "entries":
        return int(fake.entries[number][0])
    return int(fake.commits[number - 1][0]) if number else 0


def _starts(fake: Fake) -> dict[int, Follower]:
    """A follower at the end of each commit, so that a flip is judged from just before it."""
    follower, made = Follower.start(), {0: Follower.start()}
    at = 0
    for size, keyset, note in fake.commits:
        follower.commit([body for seq, body in fake.entries if at <= seq < size], note, keyset)
        at = size
        made[at] = Follower.resume(
            origin=follower.origin,
            frontier=follower.frontier,
            last=follower.last,
            signers=follower.signers,
            vault_id=follower.vault_id,
        )
    return made


@pytest.fixture
def small(tmp_path: Path) -> World:
    world = World(tmp_path)
    world.account("x/NorfolkPolice", password="first one")
    return world


def test_b01_no_flipped_bit_is_accepted(small: World) -> None:
    """A sample of all single-bit changes of the shared database: each is refused."""
    assert accepted(small, 13) == []


def test_b01_teeth(small: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: without verifying signatures, changed bits of signatures are accepted, and only they."""
    monkeypatch.setattr(keys, "verify", lambda public, message, signature: message)
    found = accepted(small, 13)
    assert found and {(table, column) for table, column, *_ in found} == {("commits", "note")}


@pytest.mark.slow
def test_b01_no_flipped_bit_at_all_is_accepted(small: World) -> None:
    """Every single-bit change of every stored column: each is refused."""
    assert accepted(small, 1) == []


def test_f06_a_giant_row_is_refused(small: World) -> None:
    """A row that only a hostile file can hold is refused before it is in memory."""
    conn = sqlite3.connect(small.location)
    conn.execute("PRAGMA ignore_check_constraints = ON")
    name = blob_name(b"giant")
    conn.execute("INSERT INTO blobs (hash, data) VALUES (?, zeroblob(16777216))", (name,))
    conn.commit()
    conn.close()
    with pytest.raises(IntegrityError):
        small.vault.shared.blob(name)
    small.check()


def test_f07_damaged_pages_are_said(small: World) -> None:
    """Zeroed pages in the middle of the file: an error in words, whichever page it was, and never a wrong answer."""
    copy = copy_of(small)
    raw = copy.read_bytes()
    small.vault.close()
    for page in range(2, len(raw) // 4096, 7):
        copy.write_bytes(raw[: page * 4096] + bytes(4096) + raw[(page + 1) * 4096 :])
        for extra in ("-wal", "-shm"):
            Path(small.location + extra).unlink(missing_ok=True)
        shutil.copyfile(copy, small.location)
        small.vault.sync = lambda: None  # type: ignore[method-assign, assignment]
        for command in (("audit", "verify"), ("doctor", "--deep")):
            result = small.run(*command, ok=False)
            assert "internal error" not in result.stderr
            assert result.exit_code in (0, 1, 6, 7)
    copy.write_bytes(raw)
    put_back(small, copy)


def test_f11_two_commits_on_one_head_do_not_both_stand(force: Force) -> None:
    """A member who writes on a head that has moved is refused by the table, and the log stays one line."""
    from audit.follow import Draft

    insider = force.insider(force.hal)
    follower, ring = insider.follow(), insider.vault.keyring
    public, sign = ring.keyset.sign_public, ring.keyset.sign
    draft = Draft("own_device.answered", insider.person, {"uses": False, "occurred_at": insider.time})
    made = follower.prepare([draft], actor=insider.keyset, time=insider.time, public=public, sign=sign)
    insider.say("own_device.answered", insider.person, uses=True, occurred_at=insider.time)
    with pytest.raises(VaultError):
        insider.vault.shared.append(
            start=follower.size, bodies=made.bodies, keyset=insider.keyset, note=made.note, request="other"
        )
    force.world.check()


def test_b10_an_older_projection_catches_up(force: Force) -> None:
    """A state.db restored from a backup is behind, and nothing worse: the next command verifies and folds the rest."""
    world = force.world
    old = world.folder / "old.db"
    conn = sqlite3.connect(world.home.state)
    conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    conn.close()
    shutil.copyfile(world.home.state, old)
    world.person("After That", "5555")
    world.vault.close()
    for extra in ("-wal", "-shm"):
        Path(f"{world.home.state}{extra}").unlink(missing_ok=True)
    shutil.copyfile(old, world.home.state)
    world.vault = world.open(world.home)
    assert world.vault.names.find("person", "5555")
    world.check()


def test_b10_a_lost_projection_still_holds_the_vault(force: Force, tmp_path: Path) -> None:
    """Without state.db the vault id is held all the same; a truncated log can then be told by a head from outside."""
    world = force.world
    world.vault.close()
    for extra in ("", "-wal", "-shm"):
        Path(f"{world.home.state}{extra}").unlink(missing_ok=True)
    world.vault = world.open(world.home)
    world.check()


DAMAGED: dict[str, Any] = {
    "an id that is a number": {"vault_id": 5},
    "an id of another length": {"vault_id": "00"},
    "an id that is no hex": {"vault_id": "zz" * 32},
    "a head that is text": {"held_size": "5", "held_root": "00" * 32},
    "a head without a root": {"held_size": 5},
    "a root without a head": {"held_root": "00" * 32},
    "a head before the beginning": {"held_size": -1, "held_root": "00" * 32},
    "a place that is a list": {"vault": ["x"]},
    "a field more": {"admin": True},
}


@pytest.mark.parametrize("name", DAMAGED)
def test_e14_a_home_json_of_another_form_is_damaged(small: World, name: str) -> None:
    """home.json is read in one form: anything else is damage, said in words."""
    path = small.home.folder / "home.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **DAMAGED[name]}))
    small.vault.sync = lambda: None  # type: ignore[method-assign, assignment]
    result = small.run("status", ok=False)
    assert result.exit_code == 6 and "damaged" in result.stderr


@pytest.mark.parametrize("name", ["keyset.json", "device.key"])
@pytest.mark.parametrize("mode", [0o640, 0o604])
def test_e14_keys_that_others_may_read_are_not_used(small: World, name: str, mode: int) -> None:
    """Both secrets of a home are needed to guess; a home that shows either to others is not used."""
    (small.home.folder / name).chmod(mode)
    small.vault.sync = lambda: None  # type: ignore[method-assign, assignment]
    result = small.run("status", ok=False)
    assert result.exit_code == 6 and "others may read" in result.stderr


def test_b08_a_withheld_version_names_its_account(force: Force) -> None:
    """A sealed value that the owner of the file takes away is an error for who needs it, and doctor names it."""
    row = force.world.vault.state.get("version", account=force.account, number=1)
    assert row is not None
    attack(force.world, f"DELETE FROM blobs WHERE hash = '{row['blob']}'")
    with pytest.raises(IntegrityError, match="missing"):
        sealing.open_version(force.world.vault, account=force.account, number=1)
    assert force.account in force.world.run("doctor", ok=False).stdout


def test_a13_inbox_rows_of_any_kind_are_passed_over(force: Force) -> None:
    """Whatever lies in the inbox, nobody is admitted by it and no command falls over it."""
    from vault.ops import admitting

    shared = force.world.vault.shared
    for n, data in enumerate((b"\xff", b"{}", b"words", b"-----BEGIN KEYHOLDER JOIN REQUEST-----\n" * 500)):
        shared.put_inbox(id_=f"row{n}", kind="join", data=data)
    shared.put_inbox(id_="other", kind="\x1b[2J", data=b"x")
    assert admitting.waiting(force.world.vault) == []
    assert force.world.run("status", ok=False).exit_code in (0, 7)


def test_f11_tiles_that_a_member_leaves_out_are_named(force: Force) -> None:
    """Tiles follow from the entries: one that is missing, or false, is named, and nobody's writing stops for it."""
    insider = force.insider(force.hal)
    said = ("own_device.answered", insider.person, {"uses": True, "occurred_at": insider.time})
    insider.say_all([said] * 260, with_tiles=False)
    force.world.person("Still Working", "7777")
    result = force.world.run("audit", "verify", ok=False)
    assert result.exit_code == 6 and "tile 0/0 is missing" in result.stderr
    force.world.check()
