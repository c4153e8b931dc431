"""Sealed values that are not there: named with their author, until another of the staff has answered for them."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pyrage
import pytest

from tests.attacks.insider import AT, Insider, digest, ident
from tests.ops.members import member
from tests.world import World
from vault.domain.ids import Prefix
from vault.errors import IntegrityError, UsageProblem
from vault.ops import backup, log, notes, restoring
from vault.ops.missing import Missing, listed
from vault.ops.session import Vault
from vault.store.home import Home

CLAIM = {"kind": "other", "occurred_at": AT}


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(tmp_path)
    made.account("x/NorfolkPolice", password="first one")
    return made


@pytest.fixture
def hal(world: World) -> Vault:
    """A holder, who may file a claim and correct an entry, and not much else."""
    return member(world, "Hal Dee", "3002", "holder")


def claimed(hal: Vault, name: str = "x") -> int:
    """Hal files a claim whose words nobody has; its entry."""
    hal.sync()
    return Insider(hal).say("claim.filed", ident("clm", name), **CLAIM, details=digest(name))


def verified(world: World) -> tuple[Missing, ...]:
    found = log.verify(world.vault, compare_state=True).blobs
    assert found is not None
    return found.missing


def test_what_nobody_stored_is_named_with_who_named_it(world: World, hal: Vault) -> None:
    """Entry, field and author, by the verification and by doctor; the hint says how it ends."""
    seq = claimed(hal)
    world.vault.sync()
    said = f"entry {seq} (details of claim.filed) by {hal.person}"
    for command in (("audit", "verify", "--state"), ("doctor",)):
        result = world.run(*command, ok=False)
        assert result.exit_code == 6
        assert said in result.stdout + result.stderr
        assert "keyholder correct" in result.stdout + result.stderr


def test_what_somebody_answers_for_stops_nothing_more(world: World, hal: Vault) -> None:
    """One word of another of the staff, signed: a finding from then on, with both entries and both persons."""
    seq = claimed(hal)
    world.vault.sync()
    answer = notes.correct(world.vault, seq, text="asked: never stored")
    (one,) = verified(world)
    assert (one.seq, one.author, one.answered, one.stops) == (seq, hal.person, (answer, world.ada), False)
    words = (
        f"entry {seq} (details of claim.filed) by {hal.person}; corrected by entry {answer} by {world.ada}"
    )
    for command in (("audit", "verify", "--state"), ("doctor",)):
        result = world.run(*command, ok=False)
        assert result.exit_code == 7
        assert words in result.stdout + result.stderr
    claimed(hal, "y")
    assert world.run("audit", "verify", "--state", ok=False).exit_code == 6, "the next one is another"


def test_whose_word_does_not_count(world: World, hal: Vault) -> None:
    """The author's own, a holder's, that of somebody who was of the staff before or came to it after."""
    cal = member(world, "Cal Day", "3001", "custodian")
    seq = Insider(cal).say("claim.filed", ident("clm", "x"), **CLAIM, details=digest("x"))
    old, new = (
        member(world, "Old Hand", "3003", "custodian", "holder"),
        member(world, "New Hand", "3004", "holder"),
    )
    with world.vault.change() as tx:
        tx.emit("role.ended", old.person, role="custodian")
    for vault in (cal, hal, old, new):
        vault.sync()
        other = Insider(vault)
        at = other.say("note.made", ident("not", other.person[4:8]), details=digest(f"note {other.person}"))
        assert (
            other.say("entry.corrected", ident("not", other.person[5:9]), entry=seq, details=digest("w")) > at
        )
    with world.vault.change() as tx:
        tx.emit("role.given", new.person, role="custodian")
    with pytest.raises(IntegrityError, match=rf"entry {seq} \(details of claim.filed\) by {cal.person}"):
        verified(world)
    notes.correct(world.vault, seq, text="never stored")
    with pytest.raises(IntegrityError) as found:
        verified(world)
    assert f"entry {seq} (" not in found.value.message


def test_what_a_void_entry_names_is_nobodys(world: World, hal: Vault) -> None:
    """Whoever has no right to write it cannot stop anybody by it; it is named all the same."""
    other = ident("dev", "x")
    seq = Insider(hal).say("account.changed", ident("acc", "x"), details=digest("x"))
    world.vault.sync()
    assert world.vault.state.get("void", seq=seq) is not None
    (one,) = verified(world)
    assert (one.seq, one.void, one.stops, one.author) == (seq, True, False, hal.person)
    result = world.run("audit", "verify", "--state", ok=False)
    assert result.exit_code == 7
    assert f"entry {seq} (details of account.changed) by {hal.person}; the entry is void" in result.stderr
    assert other not in result.stderr
    assert world.run("doctor", ok=False).exit_code == 7


def test_what_counts_is_the_entry_in_force(world: World, hal: Vault) -> None:
    """A void entry that names a value first hides nobody's later entry about it."""
    Insider(hal).say("account.changed", ident("acc", "x"), details=digest("x"))
    seq = claimed(hal)
    world.vault.sync()
    with pytest.raises(IntegrityError, match=rf"entry {seq} \(details of claim.filed\)"):
        verified(world)


def test_what_is_missing_hides_no_change(world: World, hal: Vault) -> None:
    """Every value that is there is hashed first: an insider's gap is no cover for the database's owner."""
    claimed(hal)
    details = world.vault.state.find("person")[1]["details"]
    with sqlite3.connect(world.location) as conn:
        conn.execute("DROP TRIGGER blobs_update")
        conn.execute("UPDATE blobs SET data = zeroblob(200) WHERE hash = ?", (details,))
    conn.close()
    world.vault.sync()
    with pytest.raises(IntegrityError, match="was changed in the shared database"):
        verified(world)


def test_a_deleted_secret_is_missed_by_the_same_rule(world: World) -> None:
    """The log cannot tell: who answers for it puts their name to it, and its author answers for nothing."""
    row = world.vault.state.find("version")[0]
    world.vault.shared.door.write("DELETE FROM blobs WHERE hash = :h", [{"h": row["blob"]}])
    notes.correct(world.vault, row["seq"], text="it is gone")
    with pytest.raises(IntegrityError, match=r"blob of version\.written"):
        verified(world)
    assert f"version of {row['account']}" in world.run("doctor", ok=False).stdout
    bea = member(world, "Bea Two", "2002", "administrator")
    notes.correct(bea, row["seq"], text="asked ada")
    world.vault.sync()
    assert [one.answered and one.answered[1] for one in verified(world)] == [bea.person]
    assert "corrected by entry" in world.run("doctor", ok=False).stdout


def test_a_backup_from_which_something_is_missing(world: World, hal: Vault) -> None:
    """Its check says so, as restoring it does; put back for whoever says how many are missing, and each is named."""
    seq = claimed(hal)
    world.vault.sync()
    file, to, key = world.folder / "b.age", world.folder / "again.db", pyrage.x25519.Identity.generate()
    backup.make(world.vault, file, recipients=[str(key.to_public())])
    with pytest.raises(IntegrityError, match=rf"missing from the backup: entry {seq} ") as found:
        restoring.restore(file, to=to, home=Home(world.home.folder), identity=str(key))
    assert found.value.hint.endswith("keyholder restore FILE --lacking 1")
    with pytest.raises(IntegrityError, match=rf"missing from the backup: entry {seq} "):
        backup.check(world.vault, file, identity=str(key))
    (world.folder / "key").write_text(str(key))
    (world.folder / "key").chmod(0o600)
    line = ("restore", str(file), "--to", str(to), "--identity", f"@{world.folder / 'key'}", "--lacking")
    assert world.run(*line, "2", ok=False).exit_code == 6
    assert not to.exists()
    said = f"not in the backup: entry {seq} (details of claim.filed) by {hal.person}"
    assert said in world.run(*line, "1").stderr
    assert to.exists()


def test_a_backup_in_which_only_void_entries_name_what_is_not_there(world: World, hal: Vault) -> None:
    """It is good, and says what it lacks; whoever has no right to write an entry makes no backup useless."""
    seq = Insider(hal).say("person.changed", world.ada, details=digest("nothing"))
    world.vault.sync()
    file, to, key = world.folder / "b.age", world.folder / "again.db", pyrage.x25519.Identity.generate()
    backup.make(world.vault, file, recipients=[str(key.to_public())])
    (world.folder / "key").write_text(str(key))
    (world.folder / "key").chmod(0o600)
    given = ("--identity", f"@{world.folder / 'key'}")
    said = f"not in the backup: entry {seq} (details of person.changed) by {hal.person}"
    assert f"{said}; the entry is void" in world.run("backup", "check", str(file), *given).stderr
    home = Home(world.home.folder)
    with pytest.raises(UsageProblem, match="nothing is missing"):
        restoring.restore(file, to=to, home=home, identity=str(key), lacking=1)
    assert [one.seq for one in restoring.restore(file, to=to, home=home, identity=str(key)).missing] == [seq]


def test_a_backup_whose_gap_is_answered_for(world: World, hal: Vault) -> None:
    """A signed word of the staff goes with it: later backups are good again."""
    seq = claimed(hal)
    world.vault.sync()
    notes.correct(world.vault, seq, text="asked: never stored")
    file, key = world.folder / "b.age", pyrage.x25519.Identity.generate()
    backup.make(world.vault, file, recipients=[str(key.to_public())])
    assert [one.seq for one in backup.check(world.vault, file, identity=str(key)).missing] == [seq]


def test_a_long_list_is_cut(world: World) -> None:
    """Ten of them, and how many more."""
    with world.vault.change() as tx:
        subject = tx.new(Prefix.NOTE)
    one = Missing(hash="h", seq=7, what="details of note.made", author=subject, answered=None, void=False)
    assert listed([one] * 12).endswith(f"entry 7 (details of note.made) by {subject} and 2 more")
    assert one.answer == ""
