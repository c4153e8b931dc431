"""G: the record itself, and the personal data in it."""

from __future__ import annotations

import datetime as dt
import shutil
import sqlite3
from pathlib import Path

import pytest

from audit.entry import decode
from audit.errors import Forked, RolledBack
from audit.verify import verify
from audit.words import parse_vault_id
from tests.members import member
from tests.policies.edges.given import (
    account,
    grant,
    in_post,
    kinds,
    leave,
    log,
    owed,
    record,
    status,
    verdict,
)
from tests.world import World
from vault.domain.decisions import Refusal
from vault.errors import UsageProblem, VaultError
from vault.ops import accounts, compliance, erasure, exporting, grants, notes, records, secrets
from vault.ops import log as logs


def test_g1_corrected_by_a_new_entry(ns: World) -> None:
    """The wrong entry stays byte for byte; the correction names it."""
    record(ns, "checked.posts")
    wrong, before = ns.vault.follower.size - 1, ns.vault.shared.bodies(0, ns.vault.follower.size)
    seq = notes.correct(ns.vault, wrong, text="it was the other account")
    assert ns.vault.shared.bodies(0, len(before)) == before
    assert seq > wrong
    corrected = decode(ns.vault.shared.bodies(seq, seq + 1)[0])
    assert (corrected.event, corrected.data["entry"]) == ("entry.corrected", wrong)


def test_g2_earlier_than_recorded(ns: World) -> None:
    """When it happened and when it was written are two times; order is the log's; a clock far back is asked about."""
    late, early = record(ns, "checked.posts", on="2026-10-20"), record(ns, "checked.posts", on="2026-09-01")
    rows = {row["id"]: row for row in ns.vault.state.find("record")}
    assert rows[early]["seq"] > rows[late]["seq"] and rows[early]["occurred_at"] < rows[late]["occurred_at"]
    ns.clock.forward(days=-30)
    with pytest.raises(UsageProblem, match="clock"):
        record(ns, "checked.posts")
    ns.clock.at += dt.timedelta(days=31)


def test_g3_the_tail_is_cut_off(ns: World, tmp_path: Path) -> None:
    """An older copy put in the place of the log does not extend what this client had seen, and is refused."""
    copy = tmp_path / "older.db"
    connection = sqlite3.connect(ns.location)
    connection.execute("VACUUM INTO ?", (str(copy),))
    connection.close()
    held = logs.head_note(ns.vault)
    record(ns, "checked.posts")
    assert logs.head_note(ns.vault) != held
    ns.vault.close()
    kept = tmp_path / "kept.db"
    shutil.move(ns.location, kept)
    for extra in ("-wal", "-shm"):
        Path(ns.location + extra).unlink(missing_ok=True)
    shutil.copy(copy, ns.location)
    with pytest.raises(RolledBack):
        ns.open(ns.home)
    for extra in ("-wal", "-shm"):
        Path(ns.location + extra).unlink(missing_ok=True)
    shutil.move(kept, ns.location)
    ns.vault = ns.open(ns.home)


def test_g4_a_crash_during_an_append(ns: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was not committed left nothing; nothing that was is lost, and the next entry follows."""
    size, accounts = ns.vault.follower.size, len(ns.vault.state.find("account"))

    def torn() -> None:
        raise VaultError("the machine stopped")

    with monkeypatch.context() as patch:
        patch.setattr(ns.vault.shared.door, "commit", torn)
        with pytest.raises(VaultError, match="stopped"):
            ns.account("x/NorfolkPolice")
    assert (ns.vault.shared.size(), len(ns.vault.state.find("account"))) == (size, accounts)
    ns.account("x/NorfolkPolice")
    assert len(ns.vault.state.find("account")) == accounts + 1


def test_g5_a_copy_for_others(ns: World, tmp_path: Path) -> None:
    """An export verifies with the vault id alone and holds no secret, no handle and no name."""
    page = account(ns, "x/ZqNorfolk", password="zq secret words")
    grant(ns, page, ns.person("Zq Stone", "zq2001"))
    folder = tmp_path / "export"
    exporting.export(ns.vault, folder)
    assert (
        verify(folder, vault_id=parse_vault_id(" ".join(ns.created.words))).head.size
        == ns.vault.follower.size
    )
    held = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert b"event" in held
    assert [word for word in (b"zqnorfolk", b"zq secret", b"zq stone") if word in held.lower()] == []


def test_g7_sealed_and_still_verified(ns: World, tmp_path: Path) -> None:
    """The words of a restricted record are sealed; its entry shows their hash, and the whole log verifies."""
    page, standards = account(ns, "x/PcStone"), in_post(ns, "professional_standards", "3000")
    made = records.make(
        ns.vault,
        code="messages.discipline",
        about=("account", page),
        person=standards,
        post="professional_standards",
        text="zq case of a colleague",
    )
    row = ns.vault.state.find("record", id=made.id)[0]
    assert row["details"].encode() in log(ns) and b"zq case" not in log(ns)
    assert records.show(ns.vault, made.id).text == "zq case of a colleague"
    exporting.export(ns.vault, tmp_path / "export")
    verify(tmp_path / "export", vault_id=parse_vault_id(" ".join(ns.created.words)))


@pytest.mark.parametrize("step", ["commit", "write"])
def test_g8_no_entry_no_secret(ns: World, step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A log that cannot be written releases nothing; written, the entry stands before the value is out."""
    page = account(ns, "x/NorfolkPolice")

    def full(*_: object) -> None:
        raise VaultError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(type(ns.vault.shared.door), step, full)
        with pytest.raises(VaultError, match="full"):
            secrets.reveal(ns.vault, account=page)
    assert not ns.vault.state.find("exposure", how="revealed")
    assert secrets.reveal(ns.vault, account=page)
    assert ns.vault.state.find("exposure", how="revealed")


def test_g9_refused_and_on_the_record(ns: World) -> None:
    """A refusal is an entry with the clause that refused."""
    page, bob = account(ns, "x/NorfolkPolice"), ns.person("Bob Stone", "2001")
    with pytest.raises(Refusal):
        grants.give(ns.vault, account=page, person=bob, kind="secret")
    (row,) = ns.vault.state.find("refusal")
    assert (row["action"], row["clause"], row["about"]) == ("grant_give", "NS-9.2", page)


def test_g10_who_wrote_it(ns: World) -> None:
    """Each entry names its author's keys, and the commit that it is in is signed with them."""
    eve = member(ns, "Eve Hill", "2001", "custodian")
    with eve.vault.change() as tx:
        seq = tx.emit("backup.made", "", size=1)
    ns.vault.sync()
    entry = decode(ns.vault.shared.bodies(seq, seq + 1)[0])
    assert entry.actor == eve.vault.keyring.keyset_id
    assert {row["id"]: row["person"] for row in ns.vault.state.find("keyset")}[entry.actor] == eve.person
    with pytest.raises(VaultError):
        logs.show(ns.vault, seq + 100)
    eve.vault.close()


def test_g11_another_document(ns: World) -> None:
    """The change is an entry; what was done under the old document is still judged by that one."""
    page, bob = account(ns, "x/NorfolkPolice"), ns.person("Bob Stone", "2001")
    record(ns, "converted.personal", page, person=bob)
    record(ns, "own_account.used")
    compliance.choose(ns.vault, "northamptonshire")
    found = compliance.check(ns.vault)
    assert [(one.profile, one.until > 10**9) for one in found.periods] == [
        ("norfolk_suffolk", False),
        ("northamptonshire", True),
    ]
    assert "NS-9.7" in {one.clause for one in found.earlier}
    assert "NP-7c" not in {gap.clause for one in found.verdicts for gap in one.gaps}


def test_g12_a_restored_backup(ns: World, tmp_path: Path) -> None:
    """The head kept elsewhere shows the gap: an older log does not hold it."""
    record(ns, "checked.posts")
    held = logs.read_held([logs.head_note(ns.vault)])
    assert logs.verify(ns.vault, held=held).size == ns.vault.follower.size
    longer = held[0]._replace(size=held[0].size + 5)
    with pytest.raises((RolledBack, Forked)):
        logs.verify(ns.vault, held=[longer])


def test_g13_papers_are_kept_by_their_hash(ns: World) -> None:
    """What was seen is sealed beside the record, and the entry shows the hash of the sealed bytes."""
    page = account(ns, "x/NorfolkPolice")
    made = records.make(
        ns.vault,
        code="authority.senior_investigating_officer",
        about=("account", page),
        person=ns.person("Sid Officer", "3000"),
        evidence={"text": "signed original in the safe"},
    )
    row = ns.vault.state.find("record", id=made.id)[0]
    assert records.show(ns.vault, made.id).proof == "document"
    assert ns.vault.shared.blob(row["evidence"])
    assert b"signed original" not in log(ns)


def test_g14_shown_to_be_false(ns: World) -> None:
    """Withdrawn by a new entry: it counts for nothing from then on, and can still be seen."""
    page, bob = account(ns, "x/NorfolkPolice"), ns.person("Bob Stone", "2001")
    grant(ns, page, bob)
    made = record(ns, "ack.property_of_the_force", bob, person=bob)
    assert status(ns, "NS-9.16a") == "met"
    records.withdraw(ns.vault, made, reason="false")
    assert kinds(ns, "NS-9.16a", bob) == ["record_missing"]
    assert records.show(ns.vault, made).state == "withdrawn"
    leave(ns, bob)
    assert owed(ns) == set()


def test_g6_erased_and_still_verified(ns: World) -> None:
    """After leaving, the words about somebody are gone by an entry; ids, dates and every hash stay."""
    bob = ns.person("Bob Stone", "2001")
    page = account(ns, "x/NorfolkPolice")
    grant(ns, page, bob)
    leave(ns, bob)
    before = ns.vault.shared.bodies(0, ns.vault.follower.size)
    erasure.erase(ns.vault, erasure.plan(ns.vault, person="2001"), basis="retention_over")
    assert "Bob" not in str(ns.vault.names.details("person", bob))
    assert ns.vault.shared.bodies(0, len(before)) == before
    assert ns.vault.state.find("grant_", person=bob)
    assert logs.verify(ns.vault, held=[]).size == ns.vault.follower.size


def test_g15_the_list_for_the_public(wm: World) -> None:
    """Platform and handle of what the public is to find; nothing operational, frozen, closed, and nobody's name."""
    bob = wm.person("Bob Stone", "2001")
    for name, facts in {
        "x/WMPolice": {"type": "main", "owner_kind": "main", "note": "Marker words"},
        "facebook/Tracing": {"owner_kind": "team"},
        "x/Silver": {"type": "incident"},
        "x/Frozen": {},
        "x/Closed": {},
        "periscope/Gone": {},
        "x/Elsewhere": {"force": "Kent Police"},
    }.items():
        page = account(wm, name, **facts)
        grant(wm, page, bob)
        if name == "facebook/Tracing":
            record(wm, "use.open_source", page)
        if name == "x/Frozen":
            accounts.freeze(wm.vault, account=page)
        if name == "x/Closed":
            accounts.close(wm.vault, account=page, consulted=None)
    shown = wm.run("account", "list", "--public", "--format", "csv").stdout
    assert shown.splitlines() == ["platform,handle", "x,WMPolice"]
    assert verdict(wm, "WM-0.b").applied == 2, "the platform that has closed is left out of the list alone"


def test_g15_a_name_that_is_odd_stops_no_list(wm: World) -> None:
    """Somebody's description that names no platform: its row shows what it says, and all others are there."""
    page = account(wm, "x/WMPolice", type="main", owner_kind="main")
    grant(wm, page, wm.person("Bob Stone", "2001"))
    with wm.vault.change() as tx:
        details = tx.details("account", page, {"name": "odd", "key": "odd"})
        tx.emit("account.changed", page, details=details)
    shown = wm.run("account", "list", "--public", "--format", "csv").stdout
    assert shown.splitlines() == ["platform,handle", ",odd"]


def test_g15_silence_publishes_nothing(ns: World) -> None:
    """A document that speaks of no list says of no account that it may stand on one."""
    account(ns, "x/Unit")
    refused = ns.run("account", "list", "--public", ok=False)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "no list for the public" in refused.stderr
