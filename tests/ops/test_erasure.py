"""`person erase`: every word about somebody, gone from the files, by an entry, and nothing else."""

from __future__ import annotations

import json
import shutil
import sqlite3
from pathlib import Path

import pytest

from tests.members import Member, member
from tests.world import World
from vault.domain.decisions import Refusal
from vault.domain.ids import Prefix
from vault.errors import IntegrityError, Refused, UsageProblem
from vault.ops import backup, compliance, erasure, log, notes
from vault.store import policy_text
from vault.store.shared import Shared, blob_name

MARK = "zqmark"
BASIS = "retention_over"


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Bob, with every kind of words about him; then he leaves."""
    made = World(tmp_path)
    made.account("x/NorfolkPolice", password="first one")
    made.person("Carol Day", "3003")
    evidence = tmp_path / "mail.eml"
    evidence.write_text(f"{MARK} he asked")
    for line in (
        ("person", "add", "--name", f"Bob {MARK}", "--collar", "2001", "--email", f"{MARK}@norfolk.example"),
        ("person", "change", "2001", "--name", f"Robert {MARK}"),
        ("device", "add", f"{MARK} phone", "--owner", "2001", "--kind", "phone", "--ownership", "personal"),
        ("device", "change", f"{MARK} phone", "--nickname", f"{MARK} old phone"),
        ("note", "add", "--about", "person", "2001", f"{MARK} note"),
        ("note", "add", "--about", "device", f"{MARK} old phone", f"{MARK} device note"),
        ("claim", "file", "device-lost", "--device", f"{MARK} old phone", "--describe", f"{MARK} claim"),
        ("account", "request", "x/Wanted", "--owner-kind", "team", "--by", "2001", "--aims", f"{MARK} aims"),
    ):
        made.run(*line)
    asked = made.vault.state.find("request")[0]["id"]
    approve = ("account", "approve", asked, "--post", "line_manager", "--by", "3003")
    made.run(*approve, "--evidence", f"@{evidence}")
    made.run("correct", str(made.vault.state.find("request")[0]["seq"]), "--note", f"{MARK} correction")
    made.run("person", "leave", "2001", "--collar", "2001", "--yes")
    return made


def bob(world: World) -> str:
    return str(world.vault.state.find("person", state="left")[0]["id"])


def readable(world: World) -> list[str]:
    """Every description in the shared database that opens and has the mark: found by trying, not by any list."""
    vault, found = world.vault, []
    subjects = [(kind, row["id"]) for kind in erasure._READ for row in vault.state.find(kind)]
    subjects += [("evidence", row["id"]) for row in vault.state.find("request")]
    for name in sorted(vault.shared.blob_names()):
        blob = vault.shared.blob(name)
        for kind, subject in subjects:
            try:
                opened = vault.keyring.open_details(vault.state, blob, kind=kind, subject=subject)
            except IntegrityError:
                continue
            if MARK in json.dumps(opened):
                found.append(name)
    return found


def raw(*paths: Path) -> bytes:
    """The files and what lies beside them, byte for byte."""
    return b"".join(p.read_bytes() for path in paths for p in path.parent.glob(path.name + "*"))


def test_every_kind_of_words_goes_and_nothing_else(world: World) -> None:
    """Found by its marker before, none after; the other blobs are those that were there; the log verifies."""
    before, present = readable(world), world.vault.shared.blob_names()
    assert len(before) == 10
    planned = erasure.plan(world.vault, person="2001")
    assert {one.hash for one in planned.erased} == set(before)
    sealed = {name: world.vault.shared.blob(name) for name in before}
    size = world.vault.follower.size
    done = erasure.erase(world.vault, planned, basis=BASIS)
    assert done.entries == (size,)
    assert done.scrubbed
    assert readable(world) == []
    assert world.vault.shared.blob_names() == present - set(before)
    files = raw(Path(world.location), world.home.state)
    for data in sealed.values():
        assert data[20:] not in files
        assert data[40:90] not in files
    found = log.verify(world.vault, compare_state=True).blobs
    assert found is not None
    assert (found.erased, found.back, found.foreign) == ((size,), (), ())
    world.check()


def test_the_account_that_was_asked_for_lives_on(world: World) -> None:
    """Who asked for it goes, with the request; what the account is stays, and is named where it mentions them."""
    with world.vault.change() as tx:
        account, words = (
            tx.new(Prefix.ACCOUNT),
            {"name": "x/Live", "key": "x/live", "login": f"{MARK}@norfolk.example"},
        )
        asked = world.vault.state.find("request")[0]["id"]
        details = tx.details("account", account, words)
        tx.emit("account.opened", account, platform="x", owner_kind="team", request=asked, details=details)
    planned = erasure.plan(world.vault, person="2001")
    assert details not in {one.hash for one in planned.erased}
    assert any(account in line for line in planned.mentions)
    erasure.erase(world.vault, planned, basis=BASIS)
    assert world.vault.names.shown("request", asked) == "erased"
    assert "x/Live" in world.run("account", "list").stdout
    assert "login" in world.run("account", "show", "x/Live").stdout


def test_the_bytes_were_there_before(world: World) -> None:
    """The control of the search: the same bytes are found in the files as long as nobody erased them."""
    files = raw(Path(world.location))
    assert all(world.vault.shared.blob(name)[40:90] in files for name in readable(world))


def test_everybody_shows_erased(world: World) -> None:
    """A second member's client goes on; the keyed marks of the names are gone from both homes."""
    carol = member(world, "Dan Moss", "4004", "custodian")
    assert world.vault.names.search("person", "2001") == bob(world)
    assert carol.vault.names.search("person", "2001") == bob(world)
    erasure.erase(world.vault, erasure.plan(world.vault, person="2001"), basis=BASIS)
    carol.vault.sync()
    for home in (world.home, carol.home):
        rows = json.loads(world.run("person", "list", "--all", "--format", "json", home=home).stdout)
        assert [row["name"] for row in rows if row["id"] == bob(world)] == ["erased"]
        shown = json.loads(world.run("device", "list", "--format", "json", home=home).stdout)
        assert {row["nickname"] for row in shown if row["owner"] == "erased"} == {"erased"}
        for line in (
            ("claim", "list"),
            ("note", "list"),
            ("account", "requests"),
            ("status", "--names"),
            ("audit", "log", "--names"),
            ("person", "show", bob(world)),
            ("person", "list", "--all", "--as-of", str(world.vault.follower.size - 2)),
        ):
            result = world.run(*line, home=home, ok=False)
            assert result.exit_code in (0, 7), line
            assert MARK not in result.stdout
        assert world.run("person", "show", "2001", home=home, ok=False).exit_code == 3
        assert world.run("person", "show", "erased", home=home, ok=False).exit_code == 3
    assert "erased" in world.run("doctor", ok=False).stdout
    for vault in (world.vault, carol.vault):
        vault.sync()
        assert vault.state.find("lookup", id=bob(world)) == []


def test_old_exports_and_receipts_still_verify(world: World, tmp_path: Path) -> None:
    """Nothing that was handed out before names words that could be missed."""
    world.run("audit", "export", str(tmp_path / "old"))
    receipt = tmp_path / "receipt"
    receipt.write_text(world.run("audit", "receipt", "9").stdout)
    vkey = json.loads(world.run("audit", "keys", "--format", "json").stdout)[0]["vkey"]
    erasure.erase(world.vault, erasure.plan(world.vault, person="2001"), basis=BASIS)
    world.run("audit", "export", str(tmp_path / "old"))
    assert world.run("audit", "check-receipt", str(receipt), "--vkey", vkey).exit_code == 0
    assert world.run("audit", "verify", "--state").exit_code == 0


def test_what_is_kept_stays(world: World) -> None:
    """An entry whose words must stay on another basis; a later erasure may take them, too."""
    planned = erasure.plan(world.vault, person="2001")
    about_two = [one for one in planned.erased if one.others]
    assert [one.what for one in about_two] == ["details of claim.filed", "evidence of approval.given"]
    keep = about_two[1].entry
    done = erasure.erase(world.vault, erasure.plan(world.vault, person="2001", keep=[keep]), basis=BASIS)
    assert [one.entry for one in done.kept] == [keep]
    assert len(readable(world)) == 1
    rest = erasure.plan(world.vault, person=bob(world))
    assert [one.entry for one in rest.erased] == [keep]
    erasure.erase(world.vault, rest, basis="ordered")
    assert readable(world) == []
    with pytest.raises(Refused, match="nothing that was written"):
        erasure.plan(world.vault, person=bob(world))


def test_an_entry_without_their_words_cannot_be_kept(world: World) -> None:
    """A slip in the number must not pass for a reason."""
    with pytest.raises(UsageProblem, match="entry 3 names no words"):
        erasure.plan(world.vault, person="2001", keep=[3])


def test_what_only_mentions_them_is_named(world: World) -> None:
    """Words about something else that have the name, number or address: said, not touched."""
    world.run("account", "change", "x/NorfolkPolice", "--email", f"{MARK}@norfolk.example")
    world.run("note", "add", f"ask 2001, not 12001; and Robert {MARK}")
    world.run("account", "close", "x/NorfolkPolice", "--consulted", "2001 by telephone", "--existing")
    account, note = world.vault.state.find("account")[0]["id"], world.vault.state.find("note")[-1]["id"]
    said = erasure.plan(world.vault, person="2001").mentions
    assert said == (
        f"account {account} (x/NorfolkPolice)",
        f"note {note}",
        f"who was consulted before {account} was closed",
    )


def test_only_an_administrator_and_only_a_leaver(world: World) -> None:
    """A custodian is refused; so is anybody's erasure who is still here."""
    eve = member(world, "Eve Hall", "1001", "custodian")
    with pytest.raises(Refused, match="administrator"):
        erasure.plan(eve.vault, person="2001")
    with pytest.raises(Refused, match="has not left"):
        erasure.plan(world.vault, person="3003")


def forged(world: World, by: Member, blobs: list[str]) -> int:
    """A member with a program of their own signs an erasure, and deletes what it names."""
    vault, shared = by.vault, by.vault.shared
    vault.sync()
    shared.door.begin()
    ring = vault.keyring
    writer = vault.follower.writer(
        actor=ring.keyset_id, time="2026-11-03T09:00:00Z", public=ring.keyset.sign_public
    )
    writer.add("person.erased", bob(world), {"basis": "ordered", "blobs": blobs})
    made, size = writer.seal(ring.keyset.sign), vault.follower.size
    shared.append(start=size, bodies=made.bodies, keyset=ring.keyset_id, note=made.note, request="e" * 32)
    shared.drop_blobs(blobs)
    shared.door.commit()
    return size


def test_a_forged_erasure_is_void_and_what_it_took_is_missed(world: World) -> None:
    """The entry has no effect, and without an effect a blob that is gone is gone without an entry."""
    eve = member(world, "Eve Hall", "1001", "custodian")
    lost = readable(world)[:2]
    at = forged(world, eve, lost)
    world.vault.sync()
    assert world.vault.state.get("void", seq=at) is not None
    assert world.vault.state.find("erased") == []
    with pytest.raises(IntegrityError, match="missing from the shared database"):
        log.verify(world.vault, compare_state=True)
    assert world.run("doctor", ok=False).exit_code == 6
    assert world.run("person", "list", "--all").exit_code == 0


def test_an_administrator_cannot_erase_what_is_not_about_them(world: World) -> None:
    """Another's details, or a secret, under the leaver's name: refused, on the record, and nothing is deleted."""
    version = world.vault.state.find("version")[0]["blob"]
    present = world.vault.shared.blob_names()
    with pytest.raises(Refusal, match="not about the person"), world.vault.change() as tx:
        tx.emit("person.erased", bob(world), basis="ordered", blobs=[version])
        tx.erase.append(version)
    assert world.vault.shared.blob_names() == present
    world.check()


def test_what_was_erased_and_comes_back_is_said(world: World) -> None:
    """Somebody kept a copy and puts it back: it is not shown, and `verify --state` names it."""
    name = readable(world)[0]
    kept = world.vault.shared.blob(name)
    erasure.erase(world.vault, erasure.plan(world.vault, person="2001"), basis=BASIS)
    Shared(world.vault.shared.door).put_blobs({name: kept})
    result = world.run("audit", "verify", "--state", ok=False)
    assert result.exit_code == 7
    assert f"{name} was erased, and lies in the database again" in result.stderr
    assert MARK not in world.run("person", "list", "--all").stdout


def test_a_reader_in_the_way_is_said(world: World) -> None:
    """While somebody reads, the write-ahead log cannot be emptied: the words are erased, and that is said."""
    reader = sqlite3.connect(world.location, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM blobs").fetchone()
    world.vault.shared.door._conn.execute("PRAGMA busy_timeout = 10")  # type: ignore[attr-defined]
    done = erasure.erase(world.vault, erasure.plan(world.vault, person="2001"), basis=BASIS)
    assert not done.scrubbed
    reader.close()
    assert readable(world) == []


def test_on_the_command_line(world: World) -> None:
    """The plan writes nothing; the collar number is asked for; the answer says what stays."""
    size = world.vault.follower.size
    line = ("person", "erase", "2001", "--basis", BASIS)
    planned = json.loads(world.run(*line, "--plan", "--format", "json").stdout)
    assert world.vault.follower.size == size
    assert planned["entries"] == []
    assert len(planned["texts"]) == 10
    assert any("also about Carol Day" in text for text in planned["texts"])
    assert world.run(*line, ok=False).exit_code == 2
    assert world.run(*line, "--collar", "3003", "--yes", ok=False).exit_code == 2
    assert world.vault.follower.size == size
    done = json.loads(world.run(*line, "--collar", "2001", "--yes", "--format", "json").stdout)
    assert done["entries"] == [size]
    assert any("backups" in text for text in done["stays"])
    assert readable(world) == []


def test_a_backup_from_before_has_the_words(world: World, tmp_path: Path) -> None:
    """Which is why the answer names backups: the copy still verifies, and still holds them."""
    backup.make(world.vault, tmp_path / "b.age", passphrase="six words that nobody would guess")
    copy = tmp_path / "copy.db"
    world.vault.shared.door.scrub()
    shutil.copy(world.location, copy)
    words = {name: world.vault.shared.blob(name) for name in readable(world)}
    erasure.erase(world.vault, erasure.plan(world.vault, person="2001"), basis=BASIS)
    assert all(data[40:90] in copy.read_bytes() for data in words.values())
    found = backup.check(world.vault, tmp_path / "b.age", passphrase="six words that nobody would guess")
    assert found.behind == 1


def test_a_correction_names_whom_its_entry_concerns(world: World) -> None:
    """By the entry, its device, its request: otherwise nobody could tell later whose words these are."""
    device = world.vault.state.find("device", state="in_use")
    added = next(row["added"] for row in device if row["person"] == bob(world))
    notes.correct(world.vault, added, text="another one")
    name = world.vault.state.find("note")[-1]["details"]
    assert world.vault.state.get("about", person=bob(world), hash=name) is not None


def test_a_documents_text_is_nobodys_words(world: World) -> None:
    """Its hash is public: who names it first, in a note about a leaver, does not get it erased once it is chosen."""
    name = blob_name(policy_text.text("northamptonshire"))
    with world.vault.change() as tx:
        tx.emit("note.made", tx.new(Prefix.NOTE), details=name, about=bob(world))
    compliance.choose(world.vault, "northamptonshire")
    planned = erasure.plan(world.vault, person="2001")
    assert name not in {one.hash for one in planned.erased}
    erasure.erase(world.vault, planned, basis=BASIS)
    assert name in world.vault.shared.blob_names()
    with pytest.raises(Refusal, match="nobody's words"), world.vault.change() as tx:
        tx.emit("person.erased", bob(world), basis=BASIS, blobs=[name])
    world.check()
