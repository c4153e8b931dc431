"""A team's epoch in bad hands: Cal starts one when it is due, seals it to himself and garbage to all the others."""

from __future__ import annotations

from typing import Any

import pytest

from tests.attacks.conftest import Force
from tests.attacks.insider import digest, every_command_answers, ident, void_reason
from tests.attacks.test_keys import epoch
from tests.ops.members import member
from tests.world import COST, PASSPHRASE
from vault.domain import keys, table
from vault.domain.decisions import Refusal
from vault.errors import IntegrityError, Refused, UsageProblem
from vault.ops import epochs, recovery, sealing
from vault.ops.session import Vault
from vault.store.home import Home

BOTH = {"password": "second one", "totp": "otpauth://totp/x?secret=JBSWY3DPEHPK3PXQ"}


@pytest.fixture
def poisoned(force: Force) -> Force:
    """Zoe comes as a custodian, and Cal makes the keys of both teams: nobody but he opens them."""
    come(force)
    for n, team in enumerate((keys.CUSTODY, keys.REGISTER)):
        force.cal.sync()
        seq = epoch(force, force.cal, team, good_for=(force.cal.place.keyset,), letters="xy"[n])
        assert void_reason(force.world, seq) is None
    return force


def come(force: Force) -> Vault:
    """Zoe, who had keys, is a custodian from now on: both teams' keys are due."""
    zoe = member(force.world, "Zoe Nye", "4004", "holder")
    force.world.vault.sync()
    with force.world.vault.change() as tx:
        tx.emit("role.given", zoe.person, role="custodian")
    return zoe


def deposit(vault: Vault, account: str, **parts: Any) -> int:
    vault.sync()
    with vault.change() as tx:
        body = sealing.Body({"platform": "x"}, parts)
        new = dict.fromkeys(parts, "new")
        return sealing.write_version(tx, account=account, body=body, parts=new, why="deposit")


def newest(vault: Vault, team: str) -> dict[str, Any]:
    vault.sync()
    found = keys.newest_epoch(vault.state, team)
    assert found is not None
    return found


def owed(force: Force) -> set[tuple[str, int]]:
    force.world.vault.sync()
    rows = force.world.vault.state.find("obligation", discharged=None)
    return {(row["part"], row["class"]) for row in rows}


def test_a11_a_team_writes_on_past_an_epoch_that_does_not_open(poisoned: Force) -> None:
    """The error says what to run; after it both teams write, everybody sees whose epoch was left out."""
    run = poisoned.world.run
    refused = run("person", "add", "--name", "Bo Low", ok=False)
    assert refused.exit_code == 6 and "keyholder team renew --skip register" in refused.stderr
    for team in (keys.REGISTER, keys.CUSTODY):
        said = run("team", "renew", "--skip", team)
        assert "started by Cal Day" in said.stderr and "opens as before" in said.stderr
    run("person", "add", "--name", "Bo Low")
    poisoned.world.deposit(poisoned.account, **BOTH)
    status = run("status", "--all", ok=False).stdout
    assert "epoch_skipped" in status and poisoned.cal.person in status
    for vault in (poisoned.world.vault, poisoned.cal):
        vault.sync()
        assert sealing.open_version(vault, account=poisoned.account, number=2).parts == BOTH
    assert owed(poisoned) == set()
    every_command_answers(poisoned.world)


def test_a11_who_comes_later_reads_the_past_around_it(poisoned: Force) -> None:
    """The chain of keys leads past what was left out: a custodian of tomorrow opens the first version."""
    for team in (keys.REGISTER, keys.CUSTODY):
        epochs.skip(poisoned.world.vault, team)
    late = member(poisoned.world, "Dee Moor", "5005", "custodian")
    assert sealing.open_version(late, account=poisoned.account, number=1).parts["password"] == "first one"
    assert late.names.find("person", "1815") == poisoned.world.ada
    left_out = next(row for row in late.state.find("epoch", team=keys.CUSTODY) if row["skipped"] is not None)
    with pytest.raises(Refused, match="left out"):
        late.keyring.epoch(late.state, left_out["id"])


def test_a11_what_was_sealed_to_it_is_owed(poisoned: Force) -> None:
    """Cal stored a version that only he and the holder open: it is named, owed whole, and made anew."""
    assert deposit(poisoned.cal, poisoned.account, **BOTH) == 2
    poisoned.world.vault.sync()
    with pytest.raises(IntegrityError, match="does not open"):
        sealing.open_version(poisoned.world.vault, account=poisoned.account, number=2)
    said = poisoned.world.run("team", "renew", "--skip", "custody")
    assert "x/NorfolkPolice must be changed" in said.stderr
    assert owed(poisoned) == {("password", 3), ("totp", 3)}
    assert "a custody epoch was left out" in poisoned.world.run("rotation", "list").stdout
    assert "1 versions are sealed to it" in poisoned.world.run("status", "--all", ok=False).stdout
    poisoned.world.run("team", "renew", "--skip", "register")
    number = deposit(poisoned.world.vault, poisoned.account, **BOTH)
    assert sealing.open_version(poisoned.world.vault, account=poisoned.account, number=number).parts == BOTH
    poisoned.world.check()


def test_a11_a_description_under_it_is_none(poisoned: Force) -> None:
    """What a holder described meanwhile opens for Cal alone: lists go on, and leaving out names it."""
    poisoned.hal.sync()
    with poisoned.hal.change() as tx:
        device = ident("dev", "zz")
        data = {"kind": "phone", "ownership": "personal", "screen_lock": "yes", "person": poisoned.hal.person}
        tx.emit("device.added", device, **data, details=tx.details("device", device, {"nickname": "blue"}))
    poisoned.world.run("device", "list")
    said = poisoned.world.run("team", "renew", "--skip", "register")
    assert f"the description of {device} does not open" in said.stderr
    poisoned.world.run("device", "list")
    late = member(poisoned.world, "Dee Moor", "5005", "auditor")
    assert late.names.details("device", device) == {}


def test_a11_a_garbage_predecessor_is_left_out_too(force: Force) -> None:
    """Sealed rightly to everybody, but with nothing of the past inside: whoever had the past restores the chain."""
    zoe = come(force)
    force.cal.sync()
    everybody = tuple(keys.team_keysets(force.cal.state, keys.CUSTODY))
    assert void_reason(force.world, epoch(force, force.cal, keys.CUSTODY, good_for=everybody)) is None
    done = epochs.skip(force.world.vault, keys.CUSTODY)
    assert [author for _, author in done.left_out] == [force.cal.person]
    zoe.sync()
    assert sealing.open_version(zoe, account=force.account, number=1).parts["password"] == "first one"


def test_a11_nothing_is_left_out_without_need(force: Force) -> None:
    """An honest client refuses where the newest keys open; a holder and a stranger to the team cannot at all."""
    with pytest.raises(UsageProblem, match="nothing to leave out"):
        epochs.skip(force.world.vault, keys.CUSTODY)
    force.hal.sync()
    with pytest.raises(Refused, match="this needs the role"):
        epochs.skip(force.hal, keys.CUSTODY)


def test_a11_an_epoch_of_nobodys_is_not_followed(poisoned: Force) -> None:
    """Somebody to whom no epoch that opens was sealed is told who can: another member, or the kit."""
    zoe = poisoned.world.open(Home(poisoned.world.folder / "4004"))
    with pytest.raises(Refused, match="no key of the custody team"):
        epochs.skip(zoe, keys.CUSTODY)


def test_a11_the_kit_gets_past_it(poisoned: Force) -> None:
    """With every honest custodian's keys gone too, the kit re-admits somebody past the epoch that does not open."""
    world, home = poisoned.world, Home(poisoned.world.folder / "again")
    given: dict[str, Any] = {
        "location": world.location,
        "vault_id": world.created.vault_id,
        "lines": "\n".join(world.created.kit),
        "person": None,
        "new_person": {"name": "Neo Nash", "collar": "8008"},
        "passphrase": PASSPHRASE,
        "machine": "new laptop",
        "clock": world.clock,
        "random": world.dice,
    }
    with pytest.raises(IntegrityError, match="does not open"):
        recovery.recover(Home(world.folder / "first"), **given, cost=COST)
    recovery.recover(home, **given, cost=COST, skip=True)
    neo = world.open(home)
    assert neo.roles() == {"administrator", "custodian"}
    assert sealing.open_version(neo, account=poisoned.account, number=1).parts["password"] == "first one"
    world.check()


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "the newest itself": ({}, "only to leave out"),
    "another team's": ({"team": keys.REGISTER}, "another team's"),
    "one that is not there": ({"follows": ident("epo", "q")}, "not in the register"),
}


def follow(force: Force, vault: Vault, **other: Any) -> str | None:
    """An entry that leaves epochs out, by an insider; why it is void."""
    force.world.vault.sync()
    vault.sync()
    team = other.pop("team", keys.CUSTODY)
    data = {
        "team": team,
        "number": newest(vault, team)["number"] + 1,
        "public": newest(vault, team)["public"],
        "seals": {k: digest(k) for k in keys.team_keysets(vault.state, team)},
        "predecessor": digest("p"),
        "follows": newest(vault, keys.CUSTODY)["id"],
        **other,
    }
    seq = force.insider(vault).say("epoch.started", ident("epo", "w"), **data)
    return void_reason(force.world, seq)


@pytest.mark.parametrize("way", WRONG)
def test_a11_leaving_out_has_its_rules(force: Force, way: str) -> None:
    """Only an older epoch of the same team is followed."""
    other, reason = WRONG[way]
    assert reason in str(follow(force, force.world.vault, **other))


def test_a11_nobody_leaves_out_what_is_not_theirs(poisoned: Force) -> None:
    """Not who made it, not who was never sealed the older one, not a holder, not twice, not to other keys."""
    state = poisoned.world.vault.state
    poisoned.world.vault.sync()
    number = newest(poisoned.world.vault, keys.CUSTODY)["number"]
    (older,) = state.find("epoch", team=keys.CUSTODY, number=number - 1)
    zoe = poisoned.world.open(Home(poisoned.world.folder / "4004"))
    assert "has no reason" in str(follow(poisoned, poisoned.cal, follows=older["id"]))
    assert "not sealed to its author" in str(follow(poisoned, zoe, follows=older["id"]))
    assert "only a member" in str(follow(poisoned, poisoned.hal, follows=older["id"]))
    seals = {poisoned.world.vault.place.keyset: digest("a")}
    assert "exactly those" in str(follow(poisoned, poisoned.world.vault, follows=older["id"], seals=seals))
    bad = newest(poisoned.world.vault, keys.CUSTODY)["id"]
    epochs.skip(poisoned.world.vault, keys.CUSTODY)
    assert "skipped itself" in str(follow(poisoned, poisoned.cal, follows=bad))


def test_a11_teeth_of_leaving_out(poisoned: Force, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: without the event's field no rule lets a team past the epoch that does not open."""
    event = table.TABLE["epoch.started"]
    without = event._replace(optional={"predecessor": event.optional["predecessor"]})
    monkeypatch.setitem(table.TABLE, event.name, without)
    with pytest.raises(Refusal, match="does not belong"):
        epochs.skip(poisoned.world.vault, keys.CUSTODY)
