"""Deposits, and showing them: recorded first, refused on the record, never in an error."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ops.members import member
from tests.world import World
from vault.domain.decisions import Refusal
from vault.domain.ids import Prefix
from vault.errors import NotFound, UsageProblem, VaultError
from vault.ops import backup_codes, bodies, deposits, rotation, secrets

SEED = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


@pytest.fixture
def account(world: World) -> str:
    return world.account("x/NorfolkPolice", password="first one")


def values(shown: list[secrets.Shown]) -> list[tuple[str, str]]:
    return [(one.age, one.parts["password"]) for one in shown]


def test_a_secret_is_shown_after_its_entry(world: World, account: str) -> None:
    """What is shown stands in the log: who, on which machine, which component of which version."""
    assert values(secrets.reveal(world.vault, account=account)) == [("", "first one")]
    row = world.vault.state.find("exposure", account=account, how="revealed")[0]
    machine = secrets.machine(world.vault)
    assert (row["person"], row["device"], row["part"], row["number"]) == (world.ada, machine, "password", 1)
    world.check()


@pytest.mark.parametrize("step", ["commit", "write"])
def test_an_entry_that_cannot_be_written_shows_nothing(
    world: World, account: str, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Promise 3: when the commit fails nothing is returned, and no projection says that anything was seen."""

    def full(*_: object) -> None:
        raise VaultError("the disk is full")

    shown: list[secrets.Shown] = []
    with monkeypatch.context() as patch:
        patch.setattr(type(world.vault.shared.door), step, full)
        with pytest.raises(VaultError, match="full"):
            shown = secrets.reveal(world.vault, account=account)
    assert shown == []
    assert not world.vault.state.find("exposure", how="revealed")
    assert values(secrets.reveal(world.vault, account=account)) == [("", "first one")]
    world.check()


def test_a_holder_needs_a_grant_in_force(world: World, account: str) -> None:
    """Without a grant the refusal is on the record and nothing is shown; with one, the holder opens it."""
    hal = member(world, "Hal Reed", "4001", "holder")
    with pytest.raises(Refusal, match="no secret grant"):
        secrets.reveal(hal, account=account)
    assert hal.state.find("refusal")[0]["action"] == "secret_show"
    world.vault.sync()
    world.grant(account, hal.person)
    deposits.deposit(world.vault, account=account, parts={"password": "second one"})
    hal.sync()
    assert values(secrets.reveal(hal, account=account)) == [("", "second one")]
    assert secrets.find_account(hal, "x/norfolkpolice") == account, "by its card: a holder reads no register"
    with pytest.raises(NotFound):
        secrets.find_account(hal, "x/suffolkpolice")
    world.check()


def test_a_frozen_account_is_shown_to_whoever_rotates_it_alone(world: World, account: str) -> None:
    """The refusal cites the profile's clause; an open rotation lets a custodian see it."""
    with world.vault.change() as tx:
        tx.emit("account.frozen", account, occurred_at=tx.time)
    with pytest.raises(Refusal, match="frozen") as caught:
        secrets.reveal(world.vault, account=account)
    assert caught.value.clause == "NS-10.2a"
    assert world.vault.state.find("refusal")[0]["clause"] == "NS-10.2a"
    rotation.start(world.vault, [account])
    assert secrets.reveal(world.vault, account=account)
    world.check()


def test_handing_over_is_the_receivers_exposure(world: World, account: str) -> None:
    """A custodian hands a login over to a holder on their device; without a grant, or on a lost device, never."""
    bob = world.person("Bob Stone", "2001")
    with world.vault.change() as tx:
        phone = tx.new(Prefix.DEVICE)
        data = {"kind": "phone", "ownership": "force", "screen_lock": "yes", "person": bob}
        tx.emit("device.added", phone, details=tx.details("device", phone, {"nickname": "Bob phone"}), **data)
    give = {"account": account, "how": "handed_over", "person": bob, "device": phone}
    with pytest.raises(Refusal, match="grant"):
        secrets.reveal(world.vault, **give)
    world.grant(account, bob)
    secrets.reveal(world.vault, **give)
    row = world.vault.state.find("exposure", person=bob)[0]
    assert (row["device"], row["how"]) == (phone, "handed_over")
    with pytest.raises(Refusal, match="somebody else"):
        secrets.reveal(world.vault, account=account, device=phone)
    with world.vault.change() as tx:
        tx.emit("device.lost", phone, occurred_at=tx.time, tell=["ict"])
    with pytest.raises(Refusal, match="lost"):
        secrets.reveal(world.vault, **give)
    with world.vault.change() as tx:
        tx.emit("person.left", bob, occurred_at=tx.time)
    with pytest.raises(Refusal, match="left"):
        secrets.reveal(world.vault, **{**give, "device": None})
    world.check()


def test_while_the_answer_is_open_both_are_shown_new_then_old(world: World, account: str) -> None:
    """A lost answer: two candidates, marked; a kept component is shown once."""
    deposits.deposit(world.vault, account=account, parts={"recovery": "blue whale"})
    rotation.start(world.vault, [account], parts=["password"])
    assert [one.age for one in secrets.reveal(world.vault, account=account)] == [""]
    rotation.applied(world.vault, account=account)
    rotation.failed(world.vault, account=account, unknown=True)
    shown = secrets.reveal(world.vault, account=account, parts=["password", "recovery"])
    assert [(one.age, sorted(one.parts)) for one in shown] == [
        ("new", ["password", "recovery"]),
        ("old", ["password"]),
    ]
    assert shown[1].parts["password"] == "first one"
    world.check()


def test_a_deposit_keeps_what_it_does_not_bring(world: World, account: str) -> None:
    """A password changed outside leaves the TOTP seed where it was, as kept."""
    deposits.deposit(world.vault, account=account, parts={"totp": bodies.parse_part("totp", SEED)})
    done = deposits.deposit(world.vault, account=account, parts={"password": "third one"})
    parts = {
        row["part"]: row["origin"]
        for row in world.vault.state.find("part", account=account, number=done.number)
    }
    assert parts == {"password": 3, "totp": 2}
    codes = secrets.code(world.vault, account=account)
    assert len(codes[0].code) == 6 and 0 < codes[0].seconds <= 30
    assert codes[0].code not in repr(codes[0])
    world.check()


def test_a_change_that_the_policy_forbids_is_recorded_as_a_finding(world: World, account: str) -> None:
    """Facts are never refused; the profile's clause judges who changed it."""
    bob = world.person("Bob Stone", "2001")
    allowed = deposits.deposit(world.vault, account=account, parts={"password": "by ada"})
    assert (allowed.allowed, allowed.clause) == (True, "NS-10.1e")
    done = deposits.deposit(world.vault, account=account, parts={"password": "by bob"}, changed_by=bob)
    assert (done.allowed, done.clause) == (False, "NS-10.1e")
    urgent = {"changed_by": bob, "emergency": True}
    assert deposits.deposit(world.vault, account=account, parts={"password": "again"}, **urgent).allowed
    said = {"changed_by": bob, "allowed": True}
    assert deposits.deposit(world.vault, account=account, parts={"password": "more"}, **said).allowed
    assert [r["allowed"] for r in world.vault.state.find("version", account=account)] == [None, 1, 0, 1, 1]
    world.check()


def test_an_accounts_administrator_may_change_it_when_the_team_changed(world: World, account: str) -> None:
    """The exception for a membership change (NS-10.2f) needs the post and an owed change."""
    bob, ned = world.person("Bob Stone", "2001"), world.person("Ned Low", "2002")
    world.seen(account, ned)
    with world.vault.change() as tx:
        tx.emit("post.given", bob, post="account_administrator", scope=account, since=tx.today)
    parts = {"password": "by bob"}
    assert deposits.deposit(world.vault, account=account, parts=parts, changed_by=bob).allowed is False
    world.seen(account, ned, number=2)
    with world.vault.change() as tx:
        tx.emit("person.left", ned, occurred_at=tx.time)
    done = deposits.deposit(world.vault, account=account, parts=parts, changed_by=bob)
    assert (done.allowed, done.clause) == (True, "NS-10.2f")
    assert done.doors and done.rotation, "a change was owed: its doors are still to shut"
    rotation.verify(world.vault, account=account, done=done.doors)
    assert not world.vault.state.find("obligation", discharged=None)
    world.check()


def test_a_deposit_supersedes_a_rotation(world: World, account: str) -> None:
    """A password changed outside while a rotation is open: the deposit is current, the rotation over."""
    made = rotation.start(world.vault, [account])[0]
    done = deposits.deposit(world.vault, account=account, parts={"password": "outside"})
    assert done.superseded == made.rotation
    assert values(secrets.reveal(world.vault, account=account)) == [("", "outside")]
    world.check()


def test_a_deposit_cannot_lie_in_the_future_or_be_empty(world: World, account: str) -> None:
    """Slips are refused before anything is written."""
    size = world.vault.follower.size
    with pytest.raises(UsageProblem, match="future"):
        deposits.deposit(
            world.vault, account=account, parts={"password": "x"}, changed_on="2030-01-01T00:00:00Z"
        )
    with pytest.raises(UsageProblem, match="nothing"):
        deposits.deposit(world.vault, account=account, parts={})
    with pytest.raises(NotFound):
        secrets.reveal(world.vault, account=account, parts=["totp"])
    assert world.vault.follower.size == size


def test_a_backup_code_is_handed_out_once(world: World, account: str) -> None:
    """Which codes were used is what the log says."""
    codes = bodies.parse_part("backup_codes", "aa-11\n\nbb-22\n")
    deposits.deposit(world.vault, account=account, parts={"backup_codes": codes})
    assert (
        backup_codes.use_backup_code(world.vault, account=account, place=2).parts["backup_codes"] == "bb-22"
    )
    listed = backup_codes.backup_codes(world.vault, account=account)
    assert [(one.place, one.used_at is not None) for one in listed] == [(1, False), (2, True)]
    with pytest.raises(UsageProblem, match="used before"):
        backup_codes.use_backup_code(world.vault, account=account, place=2)
    with pytest.raises(NotFound):
        backup_codes.use_backup_code(world.vault, account=account, place=3)
    world.check()


def test_two_people_never_get_one_backup_code(
    world: World, account: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A colleague takes the code after we looked and before we hold the head: we are told which one is next."""
    codes = bodies.parse_part("backup_codes", "aa-11\nbb-22\ncc-33\n")
    deposits.deposit(world.vault, account=account, parts={"backup_codes": codes})
    cal = member(world, "Cal Reed", "3001", "custodian")
    before = world.vault.change

    def late() -> object:
        monkeypatch.setattr(world.vault, "change", before)
        backup_codes.use_backup_code(cal, account=account, place=1)
        return before()

    monkeypatch.setattr(world.vault, "change", late)
    with pytest.raises(UsageProblem, match="used before") as loser:
        backup_codes.use_backup_code(world.vault, account=account, place=1)
    assert loser.value.hint == "the next one: keyholder secret backup-codes ACCOUNT --use 2"
    world.vault.sync()
    taken = world.vault.state.find("exposure", part="backup_codes", code=1)
    assert [row["person"] for row in taken] == [cal.person]
    for place in (2, 3):
        backup_codes.use_backup_code(world.vault, account=account, place=place)
    with pytest.raises(UsageProblem) as none_left:
        backup_codes.use_backup_code(world.vault, account=account, place=2)
    assert "all are used" in none_left.value.hint
    world.check()


@pytest.mark.parametrize(
    ("part", "text"), [("totp", "not a seed!"), ("backup_codes", "a\na"), ("recovery", "a\nb")]
)
def test_what_cannot_be_meant_is_refused_and_not_quoted(part: str, text: str) -> None:
    """No refusal repeats what may be a secret."""
    with pytest.raises(UsageProblem) as caught:
        bodies.parse_part(part, text)
    assert text not in str(caught.value)


def test_a_version_that_never_was_is_named(world: World, account: str) -> None:
    """Asking for another version than there is says so, and nothing is recorded as seen."""
    size = world.vault.follower.size
    with pytest.raises(NotFound, match="no version 7"):
        secrets.reveal(world.vault, account=account, parts=["password"], number=7)
    assert world.vault.follower.size == size
