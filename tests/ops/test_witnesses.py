"""Heads that were seen outside: brought in, believed when verified, and asked for where the policy asks."""

from __future__ import annotations

import dataclasses
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from audit import b64, checkpoint, cosignature, note
from audit.checkpoint import Checkpoint
from audit.errors import AuditError, BadNote, BadSignature, Forked, RolledBack
from audit.proof import root_at
from audit.verify import read_held, verify
from audit.witness_store import Witness
from audit.words import parse_vault_id
from tests.audit.witnesses import Seconds
from tests.ops.members import member
from tests.world import World
from vault.domain.policy import LocalValue
from vault.errors import NotFound, Refused, UsageProblem
from vault.ops import (
    confirming,
    cosigning,
    findings,
    grants,
    log,
    outside,
    outside_heads,
    people,
    platforms,
    secrets,
    witnesses,
)
from vault.ops.exporting import export
from vault.ops.verified_tiles import OwnTiles, VerifiedTiles
from vault.store import policy_text

NAME = "witness/0123456789abcdef"


class Outside:
    """A witness's own machine."""

    def __init__(self, world: World, name: str = NAME, seed: int = 9) -> None:
        self.world, self.folder = world, world.folder / name.replace("/", "-")
        clock = lambda: int(world.clock.at.timestamp())  # noqa: E731
        self.machine = Witness.create(self.folder, name=name, seed=bytes([seed]) * 32, clock=clock)

    def see(self) -> bytes:
        """Read the newest export; the line."""
        folder = self.world.folder / "export"
        export(self.world.vault, folder)
        return self.machine.read(folder, parse_vault_id(self.world.created.vault_id)).encode()

    def whole(self) -> bytes:
        """The checkpoint cosigned last, as a file."""
        (known,) = self.machine.known()
        return known.note.encode()

    def sign(self, text: bytes, at: int | None = None) -> bytes:
        """Whatever it is made to sign: a bare line."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        at = int(self.world.clock.at.timestamp()) if at is None else at
        private = Ed25519PrivateKey.from_private_bytes(self.machine._seed)
        value = cosignature.sign(text, at=at, public=self.machine.key.public, sign=private.sign)
        return cosignature.line(self.machine.key, value).encode()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.check()


@pytest.fixture
def auditor(world: World) -> Outside:
    """A witness that the vault knows."""
    made = Outside(world)
    witnesses.add(world.vault, made.machine.vkey + "\n")
    return made


def test_a_line_is_brought_in(world: World, auditor: Outside) -> None:
    """Bare, or with its checkpoint; `status` says how old it is; the export carries it for any tool."""
    assert outside_heads.words(world.vault) == "never"
    size = world.vault.follower.size
    seen = cosigning.bring_in(world.vault, auditor.see())
    assert (seen.size, seen.witness) == (size, NAME)
    assert findings.status(world.vault).outside == f"today by {NAME}, size {size}"
    world.clock.forward(days=1)
    assert outside_heads.words(world.vault).startswith("1 day ago by")
    auditor.see()
    again = cosigning.bring_in(world.vault, auditor.whole())
    assert again.size == size + 1
    world.clock.forward(days=3)
    assert outside_heads.words(world.vault) == f"3 days ago by {NAME}, size {size + 1}"
    export(world.vault, folder := world.folder / "export")
    assert (folder / "cosigned").read_bytes() == auditor.whole()
    held = read_held(folder / "cosigned")
    assert verify(folder, vault_id=parse_vault_id(world.created.vault_id), held=[held]).held == (held,)


def test_a_request_is_answered_and_brought_in(world: World, auditor: Outside) -> None:
    """The proof starts from what that witness cosigned last; or from what is asked for."""
    cosigning.bring_in(world.vault, auditor.see())
    for _ in range(3):
        world.person("Bob Stone", "2001")
        line = auditor.machine.add_checkpoint(cosigning.request(world.vault).encode())
        assert cosigning.bring_in(world.vault, line.encode()).size == world.vault.follower.size - 1
    assert cosigning.request(world.vault, NAME[:10], old=0).startswith("old 0\n\n")
    for wrong in (-1, world.vault.follower.size + 1):
        with pytest.raises(UsageProblem):
            cosigning.request(world.vault, NAME, old=wrong)
    with pytest.raises(NotFound):
        cosigning.request(world.vault, "witness/ff")
    Outside(world, "witness/0123456789abcdee", 8)
    other = Outside(world, "witness/0123456789abcded", 7)
    witnesses.add(world.vault, other.machine.vkey)
    with pytest.raises(UsageProblem, match="more than one"):
        cosigning.request(world.vault)


def test_a_second_administrator_says_who_witnesses(world: World) -> None:
    """Until they have, nothing that it cosigns counts; it is not asked for twice. What waits is shown with the key."""
    bea = member(world, "Bea Two", "2002", "administrator")
    auditor = Outside(world)
    added = witnesses.add(world.vault, auditor.machine.vkey)
    assert added.waits and witnesses.everyone(world.vault) == []
    with pytest.raises(NotFound, match="none of the lines"):
        cosigning.bring_in(world.vault, line := auditor.see())
    with pytest.raises(UsageProblem, match="waits for another administrator") as caught:
        witnesses.add(world.vault, auditor.machine.vkey)
    assert str(added.entry) in str(caught.value.hint)
    bea.sync()
    (waiting,) = [one for one in confirming.list_waiting(bea) if one.entry == added.entry]
    assert b64.encode(auditor.machine.key.public) in waiting.asks and NAME in waiting.asks
    confirming.confirm(bea, entry=added.entry)
    world.vault.sync()
    assert cosigning.bring_in(world.vault, line).witness == NAME
    other = witnesses.add(world.vault, Outside(world, "witness/0123456789abcdee", 8).machine.vkey)
    assert other.waits and len(witnesses.everyone(world.vault)) == 1


def test_a_witness_that_waits_in_vain_is_asked_for_again(world: World) -> None:
    """Whoever wrote it is no administrator any more: the other writes it anew, alone or not."""
    bea = member(world, "Bea Two", "2002", "administrator")
    auditor = Outside(world)
    bea.sync()
    assert witnesses.add(bea, auditor.machine.vkey).waits
    world.vault.sync()
    people.end_role(world.vault, person="2002", role="administrator")
    assert witnesses.add(world.vault, auditor.machine.vkey).waits


def test_what_is_no_witness(world: World, auditor: Outside) -> None:
    """A log's key, nonsense, a name that could be somebody's, one that is there already; and who may not add."""
    for key in (
        "nonsense",
        note.vkey("witness/0000000000000000", auditor.machine.key.public),
        note.vkey("ada.example/w1", auditor.machine.key.public, note.COSIGNATURE),
        note.vkey("witness/0000000000000000", bytes(1312), note.MLDSA_COSIGNATURE),
        auditor.machine.vkey,
    ):
        with pytest.raises(UsageProblem):
            witnesses.add(world.vault, key)
    hal = member(world, "Hal Moor", "4001", "auditor")
    for act in (lambda: witnesses.add(hal, auditor.machine.vkey), lambda: witnesses.remove(hal, NAME)):
        with pytest.raises(Refused):
            act()


def test_any_member_may_bring_one_in(world: World, auditor: Outside) -> None:
    """It is a fact, and verified: an auditor need ask nobody."""
    hal = member(world, "Hal Moor", "4001", "auditor")
    line = auditor.see()
    cosigning.bring_in(hal, line)
    world.vault.sync()
    assert outside_heads.newest(world.vault) is not None


def test_tampered_foreign_and_older(world: World, auditor: Outside) -> None:
    """Each is refused with what it is, and nothing is kept."""
    vault, line = world.vault, auditor.see()
    (only,) = note.parse_lines(line)
    value = bytes([*only.value[:-1], only.value[-1] ^ 1])
    strange = Outside(world, "witness/ffffffffffffffff", 7)
    text = note.text_of(auditor.whole())
    elsewhere = Checkpoint("keyholder/ffffffffffffffff", 3, bytes(32)).text()
    for raw, kind in (
        (cosignature.line(auditor.machine.key, value).encode(), BadNote),
        (text + b"\n" + cosignature.line(auditor.machine.key, value).encode(), BadSignature),
        (auditor.whole().replace(text.split(b"\n")[1] + b"\n", b"3\n"), BadSignature),
        (strange.sign(text), NotFound),
        (elsewhere + b"\n" + auditor.sign(elsewhere), BadNote),
        (auditor.sign(elsewhere), BadNote),
        (auditor.sign(text, at=int(world.clock.at.timestamp()) + 3600), UsageProblem),
        (auditor.sign(text, at=2**62), UsageProblem),
        (b"nonsense\n", BadNote),
    ):
        with pytest.raises(kind):
            cosigning.bring_in(vault, raw)
    assert vault.state.find("cosigned") == []
    cosigning.bring_in(vault, line)
    with pytest.raises(UsageProblem, match="not newer"):
        cosigning.bring_in(vault, line)
    older = checkpoint.parse_text(note.text_of(vault.shared.head_at(vault.shared.head_sizes(9)[-1]))).text()
    with pytest.raises(UsageProblem, match="not newer"):
        cosigning.bring_in(vault, auditor.sign(older))
    witnesses.remove(vault, NAME)
    with pytest.raises(UsageProblem, match="no more"):
        cosigning.bring_in(vault, line)
    assert outside_heads.newest(vault) is None
    assert witnesses.everyone(vault)[0].size == checkpoint.parse_text(text).size


def test_a_witness_of_another_history_or_a_longer_one(world: World, auditor: Outside) -> None:
    """What a split view or a rollback looks like from inside: both heads are in the error."""
    vault = world.vault
    origin, size = vault.follower.origin, vault.follower.size
    other, longer = Checkpoint(origin, size, bytes(32)).text(), Checkpoint(origin, size + 5, bytes(32)).text()
    with pytest.raises(Forked) as caught:
        cosigning.bring_in(vault, other + b"\n" + auditor.sign(other))
    assert caught.value.theirs == other.decode()
    assert b64.encode(vault.follower.head().root) in caught.value.ours
    with pytest.raises(RolledBack):
        cosigning.bring_in(vault, longer + b"\n" + auditor.sign(longer))
    empty = Checkpoint(origin, 0, bytes(32)).text()
    with pytest.raises(Forked):
        cosigning.bring_in(vault, empty + b"\n" + auditor.sign(empty))


def test_a_false_entry_counts_for_nothing(world: World, auditor: Outside) -> None:
    """An insider writes that a witness saw much, lately: the rest is believed, and the entry is a finding."""
    vault = world.vault
    cosigning.bring_in(vault, auditor.see())
    before = outside_heads.newest(vault)
    at = int(world.clock.at.timestamp()) + 500_000
    row = vault.state.find("witness")[0]
    with vault.change() as tx:
        value = b64.encode(at.to_bytes(8) + bytes(64))
        time = outside_heads.time_of(at)
        seq = tx.emit("head.cosigned", row["id"], size=vault.follower.size, at=time, cosignature=value)
    assert outside_heads.newest(vault) == before
    found = [one for one in findings.status(vault).findings if one.kind == "false_cosignature"]
    assert [one.evidence for one in found] == [(seq,)]
    cosigning.bring_in(vault, auditor.see())


def test_tiles_of_the_database_accuse_nobody(tmp_path: Path) -> None:
    """In a log with full tiles above the leaves, a wrong one does not make a true cosignature false."""
    world = World(tmp_path)
    made = Outside(world)
    witnesses.add(world.vault, made.machine.vkey)
    with world.vault.change() as tx:
        for _ in range(65_800):
            tx.emit("backup.made", "", size=1)
    cosigning.bring_in(world.vault, made.see())
    vault = world.vault
    own = root_at(OwnTiles(vault), size=vault.follower.size)
    assert own == root_at(VerifiedTiles(vault), size=vault.follower.size) == vault.follower.head().root
    connection = sqlite3.connect(world.location)
    connection.execute("DROP TRIGGER tiles_update")
    connection.execute("UPDATE tiles SET data = zeroblob(8192) WHERE level = 1")
    connection.commit()
    connection.close()
    assert root_at(VerifiedTiles(vault), size=vault.follower.size) != own
    assert [one for one in outside_heads.findings(vault) if one.kind == "false_cosignature"] == []
    assert outside_heads.newest(vault) is not None
    made.machine._clock = Seconds(int(world.clock.at.timestamp()) + 60)
    head = Checkpoint(vault.follower.origin, vault.follower.size, own).text()
    assert cosigning.bring_in(vault, head + b"\n" + made.sign(head)).size == vault.follower.size - 1


def test_a_head_of_the_database_is_compared_before_it_is_exported(world: World, auditor: Outside) -> None:
    """The signed head of that size must be the log's; where the database lost it, none is exported."""
    size = cosigning.bring_in(world.vault, auditor.see()).size
    real = world.vault.shared.head_at
    world.vault.shared.head_at = lambda _: log.head_note(world.vault).encode()  # type: ignore[method-assign]
    with pytest.raises(Exception, match="not that of the log"):
        outside_heads.cosigned_note(world.vault)
    world.vault.shared.head_at = lambda _: None  # type: ignore[method-assign]
    assert outside_heads.cosigned_note(world.vault) == b""
    assert real(size) is not None


# --- closed where the profile says so -----------------------------------------------------------------------------


@pytest.fixture
def closed(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """The profile asks for a cosigned head of the last 7 days."""
    name = world.vault.profile.name
    profile = platforms.profile(name)
    local = {**profile.local, outside.LIMIT: LocalValue(7, "tried out")}
    changed = dataclasses.replace(profile, local=local)
    monkeypatch.setattr(platforms, "profile", lambda _: changed)
    monkeypatch.setattr(outside, "mentions", lambda _, key: key == outside.LIMIT)
    return world


def test_closed_until_a_head_is_cosigned(closed: World, auditor: Outside) -> None:
    """No secret opens without one, or with an old one; the refusal is on the record, and facts are, whatever."""
    world, vault = closed, closed.vault
    account = world.account("x/NorfolkPolice", password="one")
    bob = world.person("Bob Stone", "2001")
    for words in ("no witness has cosigned", "8 days ago"):
        if words == "8 days ago":
            cosigning.bring_in(vault, auditor.see())
            assert secrets.reveal(vault, account=account)[0].parts["password"] == "one"
            world.clock.forward(days=8)
        with pytest.raises(Refused, match=words) as caught:
            secrets.reveal(vault, account=account)
        assert "keyholder audit cosigned" in caught.value.hint
        assert vault.state.find("refusal")[-1]["action"] == "secret_show"
        assert "no_cosigned_head" in {one.kind for one in findings.status(vault).findings}
    grants.give(vault, account=account, person=bob, kind="secret", existing=True)
    world.deposit(account, password="two")
    world.person("Carol Day", "3001")
    cosigning.bring_in(vault, auditor.see())
    assert secrets.reveal(vault, account=account)[0].parts["password"] == "two"
    assert "no_cosigned_head" not in {one.kind for one in findings.status(vault).findings}


def test_open_where_no_profile_asks(world: World) -> None:
    """None of ours does: nothing changes for them, and nothing is parsed to know it."""
    assert outside.may_open(world.vault, "secret_show")
    for name in platforms.profiles_available():
        assert not policy_text.mentions(policy_text.text(name), outside.LIMIT)
        assert policy_text.mentions(policy_text.text(name), "lease_minutes")
    assert not policy_text.mentions(policy_text.text("nowhere"), "lease_minutes")


def test_a_profile_that_only_speaks_of_it_closes_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The word in a comment or a reason is no number."""
    monkeypatch.setattr(outside, "mentions", lambda *_: True)
    assert outside.may_open(world.vault, "secret_show")


def test_a_stolen_witness_key_is_not_enough_for_another_log(world: World, auditor: Outside) -> None:
    """A cosignature of another vault's head, by a witness of both, is refused by name."""
    other = World(world.folder / "other", seed="other")
    auditor.machine.read(_exported(other), parse_vault_id(other.created.vault_id))
    (foreign,) = auditor.machine.known()
    with pytest.raises(AuditError, match="is of the log"):
        cosigning.bring_in(world.vault, foreign.note.encode())


def _exported(world: World) -> Path:
    export(world.vault, world.folder / "export")
    return world.folder / "export"
