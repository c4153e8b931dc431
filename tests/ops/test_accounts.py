"""Accounts as facts: added, changed, frozen, closed, listed by what they lack."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.world import World
from vault.domain import secrets
from vault.domain.decisions import Refusal
from vault.domain.ids import Prefix
from vault.errors import NotFound, Refused, UsageProblem
from vault.ops import accounts, deposits, rotation, sheets, worklist
from vault.ops.accounts import Channel, Facts
from vault.ops.past import look_back
from vault.ops.worklist import Wanted


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def add(world: World, name: str = "x/NorfolkPolice", **facts: str) -> str:
    return accounts.add_account(world.vault, name=name, facts=Facts(**facts)).id


def names(world: World, **wanted: object) -> list[str]:
    found = worklist.list_accounts(world.vault, world.vault.state, Wanted(**wanted))  # type: ignore[arg-type]
    return [line.name for line in found]


def test_an_account_is_a_fact(world: World) -> None:
    """Codes go into the entry, words into the sealed details, and the handle keeps its spelling."""
    id_ = add(
        world, "https://twitter.com/NorfolkPolice", owner_kind="Specialist Area", force="Norfolk", note="old"
    )
    row = world.vault.state.get("account", id=id_)
    assert row is not None
    assert (row["platform"], row["owner_kind"], row["force"], row["state"]) == (
        "x",
        "specialist_area",
        "norfolk",
        "open",
    )
    details = world.vault.names.details("account", id_)
    assert (details["name"], details["notes"]) == ("x/NorfolkPolice", "old")
    world.check()


def test_the_same_handle_again_is_refused_with_its_id(world: World) -> None:
    """One account is one line, however its handle is spelled, and in whichever process it was added."""
    id_ = add(world)
    other = world.open(world.home)
    with pytest.raises(UsageProblem, match=id_):
        accounts.add_account(other, name="x/norfolkPOLICE", facts=Facts())
    assert len(world.vault.state.find("account")) == 1


def test_another_process_may_have_been_first(world: World) -> None:
    """What somebody else added since the last look is found inside the unit of work."""
    other = world.open(world.home)
    id_ = add(world)
    with pytest.raises(UsageProblem, match=id_):
        accounts.add_account(other, name="x/norfolkpolice", facts=Facts())
    assert other.names.find("account", "x/NorfolkPolice") == id_
    world.check()


def test_words_do_not_become_codes(world: World) -> None:
    """An owner kind that nobody defined is refused; a force without a profile is a code for all of them."""
    with pytest.raises(UsageProblem, match="owner kind"):
        add(world, owner_kind="Sergeant Smith")
    id_ = add(world, force="Ayuntamiento de Madrid")
    row = world.vault.state.get("account", id=id_)
    assert row is not None
    assert (row["force"], row["owner_kind"]) == ("other", "unknown")
    (line,) = worklist.list_accounts(world.vault, world.vault.state, Wanted(force="ayuntamiento de madrid"))
    assert (line.force, line.policy) == ("Ayuntamiento de Madrid", "no profile loaded")


def test_a_rename_keeps_the_former_name_and_is_told(world: World) -> None:
    """It is found by its new handle only, the old one stays beside it, and who is to be told is named."""
    id_ = add(world, force="suffolk")
    told = accounts.change_account(
        world.vault, account=id_, facts=Facts(email="a@b.example"), rename="@NewName"
    )
    assert world.vault.names.find("account", "x/newname") == id_
    with pytest.raises(NotFound):
        world.vault.names.find("account", "x/NorfolkPolice")
    sheet = sheets.account_sheet(world.vault, world.vault.state, id_)
    assert (sheet.former_names, sheet.details["email"]) == (("x/NorfolkPolice",), "a@b.example")
    assert [(step.recipients, step.clause) for step in told] == [
        (("digital_media_team",), "NS-9.9"),
        (("corporate_communications",), "NS-10.1f"),
    ]
    assert told[0].mailbox == "webteam@suffolk.pnn.police.uk"
    world.check()


def test_a_rename_never_takes_another_accounts_name(world: World) -> None:
    """Two accounts with one handle would be one account too many; another spelling of its own is fine."""
    first, second = add(world, "x/One"), add(world, "x/Two")
    with pytest.raises(UsageProblem, match=first):
        accounts.change_account(world.vault, account=second, facts=Facts(), rename="x/one")
    accounts.change_account(world.vault, account=second, facts=Facts(), rename="TWO")
    assert names(world) == ["x/One", "x/TWO"]


def test_nothing_to_change_writes_nothing(world: World) -> None:
    """An empty change is a mistake, not an entry."""
    id_, size = add(world), world.vault.follower.size
    with pytest.raises(UsageProblem, match="nothing to change"):
        accounts.change_account(world.vault, account=id_, facts=Facts())
    assert world.vault.follower.size == size + 0


def test_a_lost_phone_finds_the_second_factor(world: World) -> None:
    """A channel is known by the device that it lives on; a new one replaces it, none ends it."""
    id_ = add(world)
    (machine,) = world.vault.state.find("device")
    for kind in ("sms", "authenticator_app"):
        channel = Channel(channel="second_factor", kind=kind, device=machine["id"])
        accounts.change_account(world.vault, account=id_, facts=Facts(), channels=(channel,))
    (live,) = world.vault.state.find("factor", device=machine["id"], until_seq=None)
    assert (live["account"], live["kind"]) == (id_, "authenticator_app")
    mail = Channel(channel="recovery_email", kind="email", address="r@b.example", person=world.ada)
    accounts.change_account(world.vault, account=id_, facts=Facts(), channels=(mail,))
    sheet = sheets.account_sheet(world.vault, world.vault.state, id_)
    assert sheet.channels == (
        "second factor: authenticator app on Ada's laptop",
        "recovery email: email on Ada Byron",
    )
    assert sheet.details["recovery_email"] == "r@b.example"
    accounts.change_account(
        world.vault, account=id_, facts=Facts(), channels=(Channel(channel="second_factor", kind="none"),)
    )
    assert len(world.vault.state.find("factor", account=id_, until_seq=None)) == 1
    world.check()


def test_closing_without_the_consultation_is_refused(world: World) -> None:
    """The refusal is the only new entry, with its clause and the account, and the account stays open."""
    id_, size = add(world, force="norfolk"), world.vault.follower.size
    with pytest.raises(Refusal) as refused:
        accounts.close(world.vault, account=id_, consulted=None)
    assert refused.value.clause == "NS-9.11a"
    assert world.vault.follower.size == size + 1
    (entry,) = world.vault.state.find("refusal")
    assert (entry["action"], entry["clause"], entry["about"]) == ("account_close", "NS-9.11a", id_)
    assert names(world, state="open") == ["x/NorfolkPolice"]
    world.check()


def test_closing_after_the_consultation_or_as_a_fact(world: World) -> None:
    """With the consultation it closes; what was closed outside is recorded and found to fall short."""
    first, second = add(world, "x/One"), add(world, "x/Two")
    assert accounts.close(world.vault, account=first, consulted={"text": "by e-mail"}) == ()
    (short,) = accounts.close(world.vault, account=second, consulted=None, existing=True)
    assert short.clause == "NS-9.11a"
    rows = {row["id"]: row for row in world.vault.state.find("account", state="closed")}
    assert rows[first]["consulted"] is not None
    assert rows[second]["consulted"] is None
    world.check()


def test_closing_ends_its_grants_and_its_rotation(world: World) -> None:
    """Nobody holds a closed account or rotates it; what the holder had of it is owed by nobody."""
    bob, id_ = world.person("Bob Stone", "2001"), world.account("x/One", password="one")
    world.grant(id_, bob)
    world.seen(id_, bob)
    rotation.start(world.vault, [id_])
    accounts.close(world.vault, account=id_, consulted={"text": "by e-mail"})
    assert world.vault.state.find("grant_", revoked=None) == []
    assert world.vault.state.find("rotation", ended=None) == []
    assert world.vault.state.find("obligation", discharged=None) == []
    size = world.vault.follower.size
    with pytest.raises(UsageProblem, match="the account is closed") as closed:
        rotation.start(world.vault, [id_])
    assert "keyholder account show" in closed.value.hint
    assert world.vault.follower.size == size
    world.check()


def test_an_ended_second_factor_leaves_the_next_version(world: World) -> None:
    """The seed is kept in the versions that had it, is shown as gone, and no later version carries it on."""
    id_ = world.account("x/One")
    parts = {"password": "one", "totp": "otpauth://totp/x?secret=JBSWY3DPEHPK3PXP"}
    deposits.deposit(world.vault, account=id_, parts=parts)
    channel = Channel(channel="second_factor", kind="none")
    accounts.change_account(world.vault, account=id_, facts=Facts(), channels=(channel,))
    sheet = sheets.account_sheet(world.vault, world.vault.state, id_)
    assert sheet.stored[-1].endswith(", which the platform has no more")
    number = deposits.deposit(world.vault, account=id_, parts={"password": "two"}).number
    assert secrets.origins(world.vault.state, id_, number) == {"password": 2}
    world.check()


def test_only_who_the_document_names_freezes(world: World) -> None:
    """A custodian freezes; an administrator who is none is refused by the clause. Future times are no facts."""
    id_ = add(world)
    with pytest.raises(UsageProblem, match="future"):
        accounts.freeze(world.vault, account=id_, at="2030-01-01T00:00:00Z")
    accounts.freeze(world.vault, account=id_)
    assert names(world, state="frozen") == ["x/NorfolkPolice"]
    accounts.unfreeze(world.vault, account=id_)
    with pytest.raises(Refusal, match="this is not possible"), world.vault.change() as tx:
        tx.emit("account.unfrozen", id_, occurred_at=tx.time)
    world.check()


def test_what_an_account_lacks(world: World) -> None:
    """Each of the four things counts until it is there; several wanted mean any of them; closed ones lack nothing."""
    id_, bob = world.account("x/One", password="Marker-1"), world.person("Bob Stone", "2001")
    world.account("x/Two")
    team = _team(world, "News desk")
    third = world.account("x/Three", team=team)
    assert names(world, lacking=["secret"]) == ["x/Three", "x/Two"]
    world.grant(id_, bob)
    assert names(world, lacking=["holder"]) == ["x/Three", "x/Two"]
    with world.vault.change() as tx:
        tx.emit("post.given", bob, post="account_administrator", scope=id_, since=tx.today)
        tx.emit("post.given", bob, post="line_manager", scope=team, since=tx.today)
    assert names(world, lacking=["account_administrator"]) == ["x/Three", "x/Two"]
    assert names(world, lacking=["line_manager"]) == ["x/One", "x/Two"]
    assert names(world, lacking=["secret", "line_manager"]) == ["x/One", "x/Three", "x/Two"]
    accounts.close(world.vault, account=third, consulted={"text": "yes"})
    assert names(world, lacking=["secret"]) == ["x/Two"]
    assert names(world, team=team) == ["x/Three"]
    assert names(world, platform="facebook") == []


def test_a_post_for_everything_fills_it_everywhere(world: World) -> None:
    """As in the findings: held for all accounts, from its day to its last."""
    world.account("x/One")
    with world.vault.change() as tx:
        tx.emit("post.given", world.ada, post="line_manager", since="2026-11-03")
    assert names(world, lacking=["line_manager"]) == ["x/One"]
    world.clock.forward(days=2)
    assert names(world, lacking=["line_manager"]) == []
    with world.vault.change() as tx:
        tx.emit("post.ended", world.ada, post="line_manager", until="2026-11-05")
    assert names(world, lacking=["line_manager"]) == []
    world.clock.forward(days=1)
    assert names(world, lacking=["line_manager"]) == ["x/One"]


def test_a_force_of_another_document_is_named_with_it(world: World) -> None:
    """A shipped profile that binds the force is named, and that it is not this vault's; nobody's is said too."""
    add(world, "x/One", force="Northamptonshire Police")
    add(world, "x/Two", force="Nowhere Constabulary")
    found = worklist.list_accounts(world.vault, world.vault.state, Wanted())
    assert [line.policy for line in found] == ["northamptonshire, not this vault's", "no profile loaded"]


def test_a_name_that_is_no_text_stops_no_list(world: World) -> None:
    """Whoever describes an account may use another program: its line is there, and so are all the others."""
    add(world)
    with world.vault.change() as tx:
        odd = tx.new(Prefix.ACCOUNT)
        details = tx.details("account", odd, {"name": ["x/odd"]})
        tx.emit("account.added", odd, platform="x", owner_kind="team", details=details)
    assert sorted(names(world)) == ["['x/odd']", "x/NorfolkPolice"]


def test_a_handle_alone_names_its_candidates(world: World) -> None:
    """Whatever the platform and the case; nothing is guessed where there is none."""
    add(world)
    add(world, "facebook/norfolkpolice")
    with pytest.raises(UsageProblem) as wrong:
        world.vault.names.find("account", "@norfolkPOLICE")
    assert wrong.value.hint == "did you mean facebook/norfolkpolice or x/NorfolkPolice?"
    with pytest.raises(UsageProblem) as wrong:
        world.vault.names.find("account", "Nobody")
    assert wrong.value.hint == "for example x/somepolice"


def _team(world: World, name: str) -> str:
    with world.vault.change() as tx:
        id_ = tx.new(Prefix.TEAM)
        tx.emit("team.added", id_, kind="team", details=tx.details("team", id_, {"name": name}))
    return id_


def test_the_list_as_it_was(world: World) -> None:
    """As of a day the list shows the names and states of then, not of now."""
    id_ = add(world)
    then = world.vault.clock()
    world.clock.forward(days=1)
    accounts.change_account(world.vault, account=id_, facts=Facts(), rename="Renamed")
    add(world, "x/Later")
    past = look_back(world.vault, then)
    assert [line.name for line in worklist.list_accounts(past, past.state, Wanted())] == ["x/NorfolkPolice"]
    assert sheets.account_sheet(past, past.state, id_).name == "x/NorfolkPolice"
    assert names(world) == ["x/Later", "x/Renamed"]


def test_the_list_asks_no_question_per_row(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many accounts, the number of queries of the projection stays the same."""
    counted: list[int] = []
    state = world.vault.state
    for n in range(2):
        for i in range(1 + 20 * n):
            world.account(f"x/Account{n}{i}")
        assert world.vault.names.reads_details()  # tags what is new
        calls: list[str] = []
        real_find, real_query, real_tuples = state.find, state.query, state.tuples
        monkeypatch.setattr(state, "tuples", lambda sql, r=real_tuples, c=calls: c.append("t") or r(sql))
        monkeypatch.setattr(state, "find", lambda *a, r=real_find, c=calls, **k: c.append("f") or r(*a, **k))
        monkeypatch.setattr(
            state, "query", lambda *a, r=real_query, c=calls, **k: c.append("q") or r(*a, **k)
        )
        worklist.list_accounts(world.vault, state, Wanted())
        monkeypatch.undo()
        counted.append(len(calls))
    assert counted[0] == counted[1]


def test_the_sheet_shows_what_is_stored_and_owed(world: World) -> None:
    """What the vault has, since when, who holds it and what must be changed; no secret."""
    id_, bob = world.account("x/One", password="Marker-1"), world.person("Bob Stone", "2001")
    world.grant(id_, bob)
    with world.vault.change() as tx:
        tx.emit("post.given", bob, post="line_manager", scope=id_, since=tx.today)
        tx.emit("device.signed_in", tx.state.find("device")[0]["id"], account=id_)
    world.seen(id_, bob)
    with world.vault.change() as tx:
        grant = tx.state.find("grant_")[0]["id"]
        tx.emit("grant.revoked", grant, until=tx.today, reason="moved")
    sheet = sheets.account_sheet(world.vault, world.vault.state, id_)
    assert (sheet.stored, sheet.posts) == (("password since 2026-11-02",), ("line manager: Bob Stone",))
    assert sheet.signed_in_on == ("Ada's laptop",)
    assert sheet.owed[0].startswith("password (since entry")
    assert "Marker" not in repr(sheet)
    with pytest.raises(NotFound):
        sheets.account_sheet(world.vault, world.vault.state, "acc-" + "a" * 16)


def test_without_the_registers_key_there_is_no_list(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A member who does not read the register lists what they hold, here nothing, and is refused all else."""
    id_ = add(world)
    monkeypatch.setattr("vault.ops.names.Names.reads_details", lambda self: False)
    assert worklist.list_accounts(world.vault, world.vault.state, Wanted()) == []
    with pytest.raises(Refused, match="do not open the register"):
        sheets.account_sheet(world.vault, world.vault.state, id_)


@pytest.mark.parametrize(
    ("channel", "kind"), [("second_factor", "sms"), ("recovery_email", "email"), ("recovery_phone", "phone")]
)
def test_a_new_way_in_is_told(world: World, channel: str, kind: str) -> None:
    """Second factor and recovery are part of a login: who is told of a new password is told of them; a note is not."""
    account = world.account("x/NorfolkPolice")
    told = accounts.change_account(
        world.vault,
        account=account,
        facts=Facts(),
        channels=(accounts.Channel(channel=channel, kind=kind, person=world.ada),),
    )
    assert [step.recipients for step in told] == [("digital_media_team",), ("corporate_communications",)]
    assert accounts.change_account(world.vault, account=account, facts=Facts(note="a note")) == ()
