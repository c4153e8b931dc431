"""The second opinion: its data are the vault's table, its report is what an auditor reads, and it admits what it skips.

That both opinions agree on every log of the other tests is asked in `tests/second_opinion.py`: by `World.check`, after
every attack, and for every register that a domain test folds.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

from audit.__main__ import main
from audit.deep import forms, judge
from audit.deep.judge import Judge, Odd
from audit.deep.report import findings, report
from audit.deep.words import words
from audit.entry import GENESIS_PREV, Entry
from audit.errors import BadExport
from audit.folder import Folder
from audit.scan import Scan
from audit.verify import verify
from audit.words import parse_vault_id
from tests.attacks.insider import Insider
from tests.domain import fold
from tests.domain.fold import acc, b64, kst, per
from tests.ops.members import member
from tests.world import World
from vault.domain import table
from vault.ops.exporting import export

HINT = "bring audit/deep/events.toml into step with the event table, and the rule in audit/deep with the event's rule"


def test_the_events_are_those_of_the_table() -> None:
    """Subject, roles and names of fields: what `events.toml` says is what the vault's own table says."""
    told = {name: (set(e.by), set(e.must), set(e.may)) for name, e in forms.events().items()}
    assert told == {name: (set(e.by), set(e.fields), set(e.optional)) for name, e in table.TABLE.items()}, (
        HINT
    )


def test_the_forms_are_those_of_the_table() -> None:
    """Every subject and field, asked with thousands of values: one opinion takes what the other takes."""
    from tests.attacks.test_fuzz import ident, pool

    rng = random.Random(7)
    known = [ident(prefix, letters) for prefix in table.SUBJECTS for letters in ("b", "c") if prefix]
    values = [value for _ in range(2) for value in pool(known, rng)]
    values += [[each] for each in values] + [[each, each] for each in values]
    items = (b64("seal"), b64("kem", 1216), "new", "kept", "done", "absent", 3)
    values += [{key: item} for key in (*known, "password", "sessions", "x") for item in items]
    values += [{known[0]: items[0], "x": items[0]}]
    values += ["training.masterclass", "1.5", "2020.03.1", "5b", "12345", "a.b.c"]
    values += ["NS-9.2", "a/b", "kst-" + "a" * 16 + "\n", "2026-02-29", 2.5, "A" * 43 + "=", "A" * 42 + "B="]
    values += ["retention_over", "witness/" + "0f" * 8, "witness/" + "0F" * 8, b64("cosignature", 72)]
    for name, event in table.TABLE.items():
        form = forms.events()[name]
        pairs = [(table.SUBJECTS[event.subject], form.about, "")]
        pairs += [(check, form.must[field], field) for field, check in event.fields.items()]
        pairs += [(check, form.may[field], field) for field, check in event.optional.items()]
        for check, ours, field in pairs:
            took = [value for value in values if check(value) is None]
            assert [value for value in values if ours(value)] == took, (name, field, HINT)
            assert took or field in ("", "clause"), f"no value tried is good for {name}.{field}"


def test_what_has_no_rule_here_is_said(tmp_path: Path) -> None:
    """Every event of the table has a rule; one that has none, or is not known, is called not judged."""
    assert set(table.TABLE) <= set(judge.RULES), f"not judged: {set(table.TABLE) - set(judge.RULES)}. {HINT}"


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Somebody who held an account has left, and a custodian has tried to become administrator."""
    world = World(tmp_path)
    cal, hal = member(world, "Cal Day", "3001", "custodian"), member(world, "Hal Dee", "3002", "holder")
    account = world.account("x/NorfolkPolice")
    world.grant(account, hal.person)
    world.deposit(account, password="first one", totp="otpauth://totp/x?secret=JBSWY3DPEHPK3PXP")
    world.seen(account, hal.person)
    world.account("x/Empty")
    with world.vault.change() as tx:
        tx.emit("person.left", hal.person, occurred_at=tx.time)
    cal.sync()
    Insider(cal).say("role.given", cal.person, role="administrator")
    world.vault.sync()
    export(world.vault, tmp_path / "export")
    return world


def run(world: World, *words: str) -> int:
    return main(["verify", str(world.folder / "export"), "--vault-id", world.created.vault_id, *words])


def test_what_an_auditor_reads(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """The void entry and why, who is in which epoch, to whom the version is sealed, the leaver, what is owed."""
    assert run(world, "--deep") == 7
    said = capsys.readouterr().out
    assert said.startswith("OK: the log is sound.")
    for line in (
        "VOID: 1 well signed entries have no effect",
        "role.given  ",
        "its author had no right to write it",
        "recovery kit, seen by per-",
        "1 current",
        "password totp",
        "1 more accounts have no secret in the vault.",
        "nothing",
        "Owed: 2 components to be changed; 0 were.",
        "Class 2: seen by who went.",
        "Class 3: could be opened by who went.",
        "person_left",
    ):
        assert line in said, line


def test_the_same_in_json(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """Everything that the table says, and who could open each version."""
    assert run(world, "--deep", "--format", "json") == 7
    told = json.loads(capsys.readouterr().out)
    deep = told["deep"]
    account = next(each for each in deep["accounts"] if each["versions"])
    (gone,) = deep["gone"]
    assert told["verdict"] == "sound" and told["skipped"] == []
    assert len(account["versions"][0]["could_open"]) == 3, "Ada, Cal, and Hal who held it"
    assert gone["person"] in account["versions"][0]["could_open"] and gone["sealed_after"] == []
    assert gone["left_at_entry"] == gone["revoked_at_entry"]
    assert {(each["class"], each["component"]) for each in deep["obligations"]} == {
        (2, "password"),
        (3, "totp"),
    }


def test_without_findings_it_ends_well(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A sound log without void entries is exit 0, and the words say what was judged."""
    world = World(tmp_path)
    export(world.vault, tmp_path / "export")
    assert run(world, "--deep") == 0
    said = capsys.readouterr().out
    assert "Every entry has the fields of its event" in said and "Nothing is owed; 0 obligations" in said


def test_times_that_contradict_each_other(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An entry of the year 9999 is in force, and a finding with both authors, once others follow it."""
    world = World(tmp_path)
    hal = member(world, "Hal Dee", "3002", "holder")
    seq = Insider(hal, clock="9999-12-31T23:59:59Z").say(
        "own_device.answered", hal.person, uses=False, occurred_at="2026-11-02T09:00:00Z"
    )
    world.person("Somebody Else", "3003")
    world.person("Another One", "3004")
    export(world.vault, tmp_path / "export")
    assert run(world, "--deep", "--format", "json") == 7
    [told] = json.loads(capsys.readouterr().out)["deep"]["times"]
    assert (told["before"]["entry"], told["after"]["entry"], told["entries"]) == (seq, seq + 1, 2)
    assert (
        told["before"]["author"] == hal.place.keyset and told["after"]["author"] == world.vault.place.keyset
    )
    assert run(world, "--deep") == 7
    said = capsys.readouterr().out
    assert (
        f"TIMES: entry {seq} by {hal.place.keyset} claims 9999-12-31T23:59:59Z" in said and "VOID" not in said
    )


def test_heads_only_says_in_json_too_what_it_skipped(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    """A verdict for a program does not hide what was not looked at; a broken log is an object as well."""
    assert run(world, "--heads-only", "--format", "json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["skipped"] and told["deep"] is None and told["commits"] is None
    (world.folder / "export/checkpoint").write_text("no note")
    assert run(world, "--format", "json") == 6
    assert json.loads(capsys.readouterr().out)["verdict"] == "broken"


def test_a_fork_in_json_shows_both_heads(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """Both signed heads are in the object: they are the evidence."""
    head = (world.folder / "export/checkpoint").read_text()
    origin, size, root = head.split("\n")[:3]
    held = world.folder / "held"
    held.write_text(head.replace(root, "A" * 43 + "="))
    assert run(world, "--held", str(held), "--format", "json") == 6
    told = json.loads(capsys.readouterr().out)
    assert told["verdict"] == "forked" and told["shown"] == head and told["held"] == held.read_text()
    assert origin and size


def test_deep_needs_every_signature(world: World) -> None:
    """What an entry means depends on who wrote it."""
    with pytest.raises(SystemExit):
        run(world, "--deep", "--heads-only")
    with pytest.raises(ValueError, match="every signature"):
        verify(
            world.folder / "export",
            vault_id=parse_vault_id(world.created.vault_id),
            deep=True,
            heads_only=True,
        )


def test_it_needs_no_vault(world: World) -> None:
    """The whole deep pass runs where the vault's code is not installed."""
    code = "import sys; sys.modules['vault'] = None; from audit.__main__ import main; sys.exit(main(sys.argv[1:]))"
    words = ["verify", str(world.folder / "export"), "--vault-id", world.created.vault_id, "--deep"]
    done = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, check=False)
    assert done.returncode == 7 and "VOID: 1" in done.stdout, done.stderr


def test_a_log_that_changes_while_it_is_read(world: World) -> None:
    """What is judged are the bytes that were verified, or nothing."""
    folder = world.folder / "export"
    vault_id = parse_vault_id(world.created.vault_id)
    shown = Folder(folder)
    seen = Scan(shown, shown.head()[1].size, vault_id, {}).run(shown.head()[1].root, lambda *_: None)
    from audit.deep.reading import read

    bundle = next((folder / "tile/entries").rglob("*.p/*"))
    bundle.write_bytes(bundle.read_bytes().replace(b"holder", b"custod"))
    with pytest.raises(BadExport, match="changed while it was read"):
        read(seen, lambda *_: None)


def entry(judged: Judge, event: str, subject: str, **data: object) -> Entry:
    """The next entry by Ada, of no log."""
    return Entry(9_000, GENESIS_PREV, fold.TIME, kst("ada"), event, subject, data)


def of(scene: fold.Fold) -> Judge:
    """What the second opinion makes of a scene of the domain tests."""
    found = Judge()
    for n, fact in enumerate(scene.facts):
        found.take(Entry(n, GENESIS_PREV, fact.time, fact.keyset, fact.event, fact.subject, dict(fact.data)))
    assert not found.void and not found.unjudged
    return found


@pytest.fixture
def judged() -> Judge:
    """The small force."""
    return of(fold.force())


def test_an_unknown_event_is_not_judged(judged: Judge, monkeypatch: pytest.MonkeyPatch) -> None:
    """A newer vault's event is neither void nor fine; so is one whose rule is missing here."""
    judged.take(entry(judged, "moon.landed", "", crew=3))
    monkeypatch.delitem(judge.RULES, "backup.made")
    judged.take(entry(judged, "backup.made", "", size=3))
    assert [odd.reason for odd in judged.unjudged] == [
        "the event is not known here",
        "only its form and its author's roles were judged",
    ]
    told = report(judged)
    assert findings(told) and "NOT JUDGED: 2 entries" in words(told)


def test_a_seal_for_somebody_who_had_left_would_be_named(judged: Judge) -> None:
    """The control: no rule lets it through, so it is put there by hand, and the report shows it."""
    judged.take(entry(judged, "person.left", per("hal"), occurred_at=fold.TIME))
    assert not findings(report(judged))
    version = judged.reg.accounts[acc("main")].versions[1]
    version.to[kst("hal")] = 9_001
    judged.reg.newest["register"].seals |= {kst("hal")}
    judged.reg.newest["register"].seq = 9_002
    told = report(judged)
    (gone,) = told["gone"]
    assert [each["entry"] for each in gone["sealed_after"]] == [9_001, 9_002]
    assert findings(told) and "ENTRIES 9001 9002" in words(told)
    assert "(from entry 9001)" in words(told)


def test_what_waits_and_what_was_put_off_is_said(judged: Judge) -> None:
    """Two administrators: the second must still speak. A deferred obligation stays listed with its date."""
    judged.take(entry(judged, "role.given", per("hal"), role="administrator"))
    judged.take(entry(judged, "signer.revoked", kst("rec"), reason="x"))
    judged.take(entry(judged, "account.compromised", acc("main"), occurred_at=fold.TIME))
    said = words(report(judged))
    assert "waits for a second administrator" in said
    judged.take(entry(judged, "role.ended", per("ada"), role="administrator"))
    assert "waits for a second administrator" not in words(report(judged))
    assert isinstance(judged.void[0], Odd) and "recovery kit ends" in judged.void[0].reason
    assert "Class 1" in said


def test_who_could_open_follows_the_chain_of_keys() -> None:
    """Past an epoch that was left out, newcomers open what the new one follows, and not what was left out."""
    scene = fold.force()
    scene.version(acc("main"), parts={"password": "new", "totp": "kept"})
    scene.epoch("cuz", "custody", by="ada", follows=fold.epo("cus"))
    scene.version(acc("main"), by="ada", parts={"password": "new", "totp": "new"})
    scene.do("role.given", per("ned"), role="custodian")
    fold.enrol(scene, "ned", "ned", vouches=True)
    scene.epoch("cuy", "custody", by="ada")
    scene.version(acc("main"), by="ada", parts={"password": "new", "totp": "new"})
    told = report(of(scene))
    (account,) = told["accounts"]
    assert [per("ned") in each["could_open"] for each in account["versions"]] == [False, False, True, True]
    assert all(per("ada") in each["could_open"] for each in account["versions"])
    custody = {each["epoch"]: each for each in told["epochs"] if each["team"] == "custody"}
    assert custody[fold.epo("cusb")]["left_out_at_entry"] == custody[fold.epo("cuz")]["entry"]
    assert [custody[fold.epo(name)]["follows"] for name in ("cuz", "cuy")] == [
        fold.epo("cus"),
        fold.epo("cuz"),
    ]
    assert "  left out  " in words(told)
