"""What falls due, from real vaults: found, named, narrowed to a person, and written as a calendar."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path

import icalendar
import pytest

from tests.world import World
from vault.domain import usage as codes
from vault.domain.due import OPEN, OVERDUE, Due
from vault.domain.ids import Prefix
from vault.errors import NotFound, Refused, UsageProblem
from vault.ops import compliance, due, usage


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A force under the ladder of 3, 6 and 1 months; today is 2 November 2026."""
    return World(tmp_path)


# Ada's laptop, a cover without a day, and an account that nobody ever reviewed: nothing of its use.
QUIET = {"document_review", "screen_lock", "never_recorded"}


def used(world: World, account: str, day: str, how: str = "post") -> int:
    """Somebody says when it was used."""
    return usage.used(world.vault, account=account, day=dt.date.fromisoformat(day), how=how)


def listed(world: World, *, within: int = 30, person: str | None = None) -> dict[str, due.Item]:
    """What → the item."""
    world.vault.sync()
    return {item.due.what: item for item in due.agenda(world.vault, within=within, whose=person).items}


def test_a_silent_account(world: World) -> None:
    """Guidance after three months, for Corporate Communications; the reminder when its time comes within reach."""
    account = world.account("x/NorfolkPolice")
    used(world, account, "2026-07-20")
    item = listed(world)["guidance"]
    assert (item.about, item.due.due_on, item.state) == ("x/NorfolkPolice", dt.date(2026, 10, 20), OVERDUE)
    assert (item.who, item.due.clause, item.days) == (("corporate communications",), "NS-9.13b", -13)
    assert "reminder" not in listed(world, within=30)
    assert listed(world, within=90)["reminder"].due.due_on == dt.date(2027, 1, 20)
    usage.followed_up(world.vault, account=account, step="guidance", day=dt.date(2026, 11, 1), via="phone")
    assert "guidance" not in listed(world)
    used(world, account, "2026-11-02")
    assert listed(world, within=80).keys() == QUIET
    world.check()


def test_unknown_use_is_asked_for(world: World) -> None:
    """An account of which nobody has said anything has no day and is not overdue; a grant gives it one."""
    account = world.account("x/NorfolkPolice")
    assert (listed(world)["last_use_check"].state, listed(world)["document_review"].state) == (OPEN, OPEN)
    world.grant(account, world.ada)
    assert listed(world, within=100)["last_use_check"].due.due_on == dt.date(2027, 2, 2)
    wrong = used(world, account, "2026-11-01")
    assert "reminder" not in listed(world)
    usage.used(world.vault, account=account, day=dt.date(2026, 1, 1), how="login", corrects=wrong)
    assert "reminder" in listed(world)


def test_other_forces_are_not_judged(world: World) -> None:
    """An account of a force that the document does not bind has no ladder here."""
    account = world.account("x/Elsewhere")
    with world.vault.change() as tx:
        tx.emit("account.changed", account, force="other")
    used(world, account, "2020-01-01")
    assert listed(world).keys() == QUIET - {"never_recorded"}


def test_everything_with_a_day(world: World) -> None:
    """Screen locks, what was put off, leases, claims and ends, beside the ladder."""
    bob, team = world.person("Bob Stone", "2001"), f"tem-{'a' * 16}"
    with world.vault.change() as tx:
        tx.emit("team.added", team, kind="district", details=tx.details("team", team, {"name": "Team"}))
    account = world.account("x/Fair", password="one", team=team)
    with world.vault.change() as tx:
        tx.emit("team.joined", team, person=bob, since="2026-01-01", rotate=False)
        tx.emit("team.left", team, person=bob, until="2026-11-02", rotate=True)
        for n, attested in enumerate(("2025-11-20", None)):
            device = f"dev-{'ab'[n] * 16}"
            details = tx.details("device", device, {"nickname": f"phone {n}"})
            tx.emit(
                "device.added", device, kind="phone", ownership="force", screen_lock="yes", details=details,
                attested_on=attested, person=bob if attested else None,
            )  # fmt: skip
        tx.emit("post.given", world.ada, post="digital_media_lead", since="2026-01-01")
        server = {"kind": "desktop", "ownership": "force", "screen_lock": "yes"}
        tx.emit(
            "device.added", f"dev-{'c' * 16}", **server, details=tx.details("device", f"dev-{'c' * 16}", {})
        )
        tx.emit(
            "claim.filed", f"clm-{'a' * 16}", kind="other", occurred_at="2026-10-31T23:30:00Z",
            details=tx.details("claim", f"clm-{'a' * 16}", {}),
        )  # fmt: skip
    usage.ends(world.vault, account=account, how=codes.ON, day=dt.date(2026, 11, 9))
    world.run(
        "rotation", "defer", "x/Fair", "--part", "password", "--until", "2026-11-20", "--post",
        "digital_media_lead", "--by", "1815",
    )  # fmt: skip
    found = listed(world, within=40)
    days = {what: item.due.due_on for what, item in found.items()}
    assert days["temporary_end"] == dt.date(2026, 11, 9)
    assert days["deferred_change"] == dt.date(2026, 11, 20)
    assert days["open_claim"] is None
    assert found["open_claim"].due.since == dt.date(2026, 10, 31)
    every = due.agenda(world.vault, within=40).items
    locks = sorted((item for item in every if item.due.what == "screen_lock"), key=lambda item: item.who)
    locks.sort(key=lambda item: item.due.due_on or dt.date.max)
    assert [(item.due.due_on, item.who) for item in locks] == [
        (dt.date(2026, 11, 20), ("Bob Stone",)),
        (None, ("Ada Byron",)),
        (None, ("custodian",)),
    ]
    order = [item.due.due_on or dt.date.max for item in every]
    assert order == sorted(order)
    world.run("rotation", "start", "x/Fair")
    assert listed(world)["rotation_lease"].who == ("Ada Byron",)
    assert listed(world, within=0).keys() >= {"rotation_lease", "open_claim"}


def test_days_at_the_end_of_time(world: World) -> None:
    """An entry may name the last day that there is: nobody's list of what is due breaks by it."""
    account, last = world.account("x/Fair"), "9999-12-31"
    allowed = {"post": "chief", "person": world.ada}
    with world.vault.change() as tx:
        tx.emit("account.changed", account, created_on=last, type="event")
        tx.emit("account.used", account, day=last, how="post")
        tx.emit("account.used", account, day="2020-01-01", how="never")
        tx.emit("account.followed_up", account, step="mitigation", day="2020-02-01", until=last, **allowed)
        tx.emit("account.followed_up", account, step="reminder", day=last)
        tx.emit("account.ends", account, how="event", day=last, ending="event_over")
        device = world.vault.state.find("device")[0]["id"]
        tx.emit("device.changed", device, screen_lock="yes", attested_on=last)
    assert listed(world, within=3660)
    world.check()


def test_for_a_person(world: World) -> None:
    """By a post for the account or for everything, by role, by name; not by a post that is over."""
    bob, eve = world.person("Bob Stone", "2001"), world.person("Eve Hill", "2002")
    one, two = world.account("x/One"), world.account("x/Two")
    for account in (one, two):
        used(world, account, "2026-01-01")
    with world.vault.change() as tx:
        tx.emit("post.given", bob, post="corporate_communications", scope=one, since="2026-01-01")
        tx.emit("post.given", eve, post="corporate_communications", since="2026-01-01")
        tx.emit(
            "claim.filed", f"clm-{'a' * 16}", kind="other", occurred_at="2026-10-31T23:30:00Z",
            details=tx.details("claim", f"clm-{'a' * 16}", {}),
        )  # fmt: skip
    assert {item.about for item in due.agenda(world.vault, within=0, whose=bob).items} == {"x/One"}
    theirs = due.agenda(world.vault, within=0, whose=eve).items
    assert (
        sorted(item.due.what for item in theirs)
        == ["guidance"] * 2 + ["never_recorded"] * 2 + ["reminder"] * 2
    )
    assert listed(world, person=world.ada).keys() == {"open_claim", "screen_lock"}
    shown = listed(world, within=0)["guidance"].who
    assert shown == ("corporate communications",)
    by_post = due.agenda(
        world.vault, within=0, whose=shown[0]
    ).items  # as the list writes it, whoever holds it
    assert {"guidance", "reminder"} <= {item.due.what for item in by_post}
    assert all("corporate communications" in item.who for item in by_post)
    assert {item.due.what for item in due.agenda(world.vault, within=0, whose="Custodian").items} >= {
        "open_claim"
    }
    with pytest.raises(NotFound):
        due.agenda(world.vault, within=0, whose="nobody")
    with world.vault.change() as tx:
        tx.emit("post.ended", eve, post="corporate_communications", until="2026-11-01")
    assert not due.agenda(world.vault, within=0, whose=eve).items


def test_a_holder_is_told_of_their_own(tmp_path: Path) -> None:
    """Where a document speaks to whoever uses the account, its holders are meant, by whatever way they have it."""
    world = World(tmp_path, profile="west_midlands")
    bob, team = world.person("Bob Stone", "2001"), f"tem-{'a' * 16}"
    with world.vault.change() as tx:
        tx.emit("team.added", team, kind="district", details=tx.details("team", team, {"name": "Team"}))
    one, two = world.account("x/One", team=team), world.account("x/Two", team=team)
    for account in (one, two):
        used(world, account, "2026-01-01")
    world.grant(one, bob)
    item, *others = due.agenda(world.vault, within=0, whose=bob).items
    assert (item.about, item.due.local, item.who) == ("x/One", True, ("holder",))
    assert {(one.due.what, one.about, one.who) for one in others} == {
        ("never_recorded", "Bob Stone", ("Bob Stone",))
    }
    every = {item.due.what: item for item in due.agenda(world.vault, within=0).items}
    assert every["document_review"].about == "the policy"
    assert every["document_review"].state == OVERDUE
    assert every["document_review"].due.mandatory


def test_a_ladder_is_about_some_accounts(tmp_path: Path) -> None:
    """Guidance for one platform reminds nobody of an account on another, in the agenda and in the check."""
    world = World(tmp_path, profile="west_midlands_facebook")
    page, other = world.account("facebook/Page"), world.account("x/One")
    for account in (page, other):
        used(world, account, "2026-01-01")
    assert {
        item.about for item in due.agenda(world.vault, within=0).items if item.due.what == "reminder"
    } == {"facebook/Page"}
    steps = next(one for one in compliance.check(world.vault).verdicts if one.kind == "dormancy")
    assert steps.applied == 1


def test_P_7_document_reviews(tmp_path: Path) -> None:  # noqa: N802 - the id of the edge case
    """The cover's day, or twelve months after it took effect; a blank cover has none, and that is said."""
    from vault.domain.falling_due import REVIEW, all_due
    from vault.ops.platforms import profile
    from vault.store.register import State

    def review(name: str, **cover: object) -> list[Due]:
        found = profile(name)
        found = dataclasses.replace(found, document=dataclasses.replace(found.document, **cover))
        every = all_due(State.memory(), found, today=dt.date(2026, 1, 1))
        return [one for one in every if one.what == REVIEW]

    assert [one.due_on for one in review("northamptonshire")] == [dt.date(2021, 3, 12)]
    blank = review("northamptonshire", review_on=None, effective_on=dt.date(2024, 2, 29))
    assert [one.due_on for one in blank] == [dt.date(2025, 2, 28)]
    (only_guidance,) = review("northamptonshire", guidance_under="another")
    assert (blank[0].mandatory, only_guidance.mandatory) == (True, False)
    (unknown,) = review("norfolk_suffolk")
    assert (unknown.due_on, unknown.words) == (None, "the document names no day for its review")
    assert review("avon_somerset") == []


# --- records that lapse ------------------------------------------------------------------------------------------


def recorded(world: World, code: str, about: str, on: str, **more: object) -> None:
    """Somebody says that it was done."""
    with world.vault.change() as tx:
        tx.emit(
            "record.made",
            tx.new(Prefix.RECORD),
            code=code,
            about=about,
            occurred_at=f"{on}T12:00:00Z",
            **more,
        )


def test_T_2_training_before_it_lapses(world: World) -> None:  # noqa: N802
    """A year from the last attendance, for whom it is about, in the list, for them alone, and in the calendar."""
    bob, eve = world.person("Bob Stone", "2001"), world.person("Eve Hill", "2002")
    account = world.account("x/NorfolkPolice")
    for person in (bob, eve):
        world.grant(account, person)
    recorded(world, "training.masterclass", bob, "2025-11-20")
    recorded(world, "attestation.security_settings", bob, "2026-11-01")
    item = listed(world)["renewal"]
    assert (item.about, item.who, item.due.clause) == ("Bob Stone", ("Bob Stone",), "NS-11.1d")
    assert (item.due.due_on, item.days, item.due.mandatory, item.due.local) == (
        dt.date(2026, 11, 20),
        18,
        True,
        False,
    )
    assert "renewal" not in listed(world, within=17)
    assert "renewal" in listed(world, person=bob)
    assert "renewal" not in listed(world, person=eve)
    file = due.calendar(world.vault, due.agenda(world.vault, within=30), names=False)
    (event,) = [one for one in events(file).values() if str(one["SUMMARY"]).startswith("renewal")]
    assert event.decoded("DTSTART") == dt.date(2026, 11, 20)
    assert b"Bob" not in file
    world.clock.forward(days=19)
    assert listed(world)["renewal"].state == OVERDUE
    recorded(world, "training.refresher", bob, "2026-11-20")
    assert "renewal" not in listed(world)
    world.check()


def test_M_14_lists_of_access_before_they_lapse(world: World) -> None:  # noqa: N802
    """For those whose statement counts, each account by itself; the number is ours."""
    account, other = world.account("x/One"), world.account("x/Two")
    keeper = world.person("Bob Stone", "2001")
    with world.vault.change() as tx:
        tx.emit("post.given", keeper, post="account_administrator", scope=account, since="2026-01-01")
    recorded(world, "review.access_list", account, "2026-08-10", person=keeper, post="account_administrator")
    item = listed(world)["renewal"]
    assert (item.about, item.who, item.due.local) == ("x/One", ("account administrator",), True)
    assert item.due.due_on == dt.date(2026, 8, 10) + dt.timedelta(90)
    assert {one.about for one in due.agenda(world.vault, within=30, whose=keeper).items} == {"x/One"}
    never = {one.due.words for one in due.agenda(world.vault, within=0).items if one.due.clause == "NS-10.2d"}
    assert never == {"not yet on record: review.access_list"}
    world.account("x/Three")
    every = [one for one in due.agenda(world.vault, within=0).items if one.due.clause == "NS-10.2d"]
    assert [(one.about, one.due.words.split(":")[0]) for one in every] == [("the policy", "2 accounts")]
    assert other


def test_A_15_retraining_after_a_freeze(tmp_path: Path) -> None:  # noqa: N802
    """Asked for from the day of the freeze, of those who hold it, until it is on record."""
    world = World(tmp_path, profile="northamptonshire")
    account, trainer = world.account("x/Fair"), world.person("Bob Stone", "2001")
    with world.vault.change() as tx:
        tx.emit("post.given", trainer, post="corporate_communications", since="2026-01-01")
        tx.emit("account.frozen", account, occurred_at="2026-10-30T09:00:00Z", reason="non_adherence")
    item = listed(world)["after_freeze"]
    assert (item.about, item.state, item.due.since) == ("x/Fair", OPEN, dt.date(2026, 10, 30))
    assert (item.due.clause, item.who) == ("NP-6c", ("corporate communications",))
    recorded(world, "retraining.held", account, "2026-11-01", person=trainer, post="corporate_communications")
    assert "after_freeze" not in listed(world)


def test_guidance_falls_due_too(tmp_path: Path) -> None:
    """A document that ranks after the one in force asks for its attestations, and binds nobody."""
    world = World(tmp_path, profile="west_midlands")
    account, bob = world.account("facebook/Page"), world.person("Bob Stone", "2001")
    world.grant(account, bob)
    recorded(world, "ack.facebook_guidance", bob, "2026-01-01")
    clauses = {item.due.clause: item.due.mandatory for item in due.agenda(world.vault, within=365).items}
    assert {key for key in clauses if key.startswith("WF-")}
    assert not any(binds for key, binds in clauses.items() if key.startswith("WF-"))


# --- recording ---------------------------------------------------------------------------------------------------


def test_what_has_not_happened_is_no_fact(world: World) -> None:
    """A use or a reminder of tomorrow is refused; decisions need their maker and their end."""
    account, tomorrow = world.account("x/One"), dt.date(2026, 11, 3)
    with pytest.raises(UsageProblem, match="future"):
        used(world, account, "2026-11-03")
    with pytest.raises(UsageProblem, match="future"):
        usage.followed_up(world.vault, account=account, step="reminder", day=tomorrow)
    day = dt.date(2026, 11, 2)
    for step, more, why in (
        ("mitigation", {}, "decision"),
        ("mitigation", {"post": "p", "person": world.ada}, "ends some day"),
        ("reminder", {"until": tomorrow}, "has no end"),
    ):
        with pytest.raises(UsageProblem, match=why):
            usage.followed_up(world.vault, account=account, step=step, day=day, **more)  # type: ignore[arg-type]
    until = {"post": "Corporate Communications", "person": world.ada, "until": tomorrow}
    usage.followed_up(world.vault, account=account, step="mitigation", day=day, **until)  # type: ignore[arg-type]
    assert world.vault.state.find("follow_up", post="corporate_communications", until="2026-11-03")


def test_L_14_extending_is_refused_without_leave(world: World) -> None:  # noqa: N802
    """An end may be set and shortened; to extend it, or to end it never, takes a post and a person."""
    account = world.account("x/Fair")
    with pytest.raises(UsageProblem, match="no event is awaited"):
        usage.ends(world.vault, account=account, how=codes.REACHED)
    usage.ends(world.vault, account=account, how=codes.ON, day=dt.date(2026, 12, 1))
    with pytest.raises(UsageProblem, match="a post and a person"):
        usage.ends(world.vault, account=account, how=codes.PERMANENT, post="p")
    for how, day in ((codes.ON, dt.date(2027, 1, 1)), (codes.PERMANENT, None)):
        with pytest.raises(Refused, match="leave"):
            usage.ends(world.vault, account=account, how=how, day=day)
    assert listed(world)["temporary_end"].due.due_on == dt.date(2026, 12, 1)
    usage.ends(
        world.vault, account=account, how=codes.UPON, ending="event_over", post="chief", person=world.ada
    )
    assert "temporary_end" not in listed(world)
    usage.ends(world.vault, account=account, how=codes.REACHED, day=dt.date(2026, 11, 1))
    assert listed(world)["temporary_end"].state == OVERDUE
    world.check()


# --- the calendar ------------------------------------------------------------------------------------------------


def events(raw: bytes) -> dict[str, icalendar.Event]:
    """Uid → event."""
    return {str(event["UID"]): event for event in icalendar.Calendar.from_ical(raw).walk("VEVENT")}


def test_a_second_file_updates_the_first(world: World) -> None:
    """The uid of a thing stays when its day moves, and the sequence grows; without a day it is not in the file."""
    account = world.account("x/NorfolkPolice")
    used(world, account, "2026-07-20")
    first = events(due.calendar(world.vault, due.agenda(world.vault, within=365), names=False))
    used(world, account, "2026-10-20")
    second = events(due.calendar(world.vault, due.agenda(world.vault, within=365), names=False))
    assert first.keys() == second.keys()
    assert len(first) == 2
    for uid, event in first.items():
        assert second[uid]["SEQUENCE"] > event["SEQUENCE"]
        assert second[uid].decoded("DTSTART") > event.decoded("DTSTART")
        assert account not in uid
    words = {str(event["SUMMARY"]) for event in first.values()}
    assert words == {"OVERDUE: guidance: x/NorfolkPolice", "reminder: x/NorfolkPolice"}


def test_no_names_in_the_calendar_unless_asked(world: World) -> None:
    """Without names: no person, no device, no handle of somebody's own account; with names, all of them."""
    bob = world.person("Bob Stone", "2001")
    with world.vault.change() as tx:
        id_ = tx.new("acc")  # type: ignore[arg-type]
        details = tx.details("account", id_, {"name": "x/PCBobStone", "key": "x/pcbobstone"})
        tx.emit("account.added", id_, platform="x", owner_kind="individual", details=details)
        device = f"dev-{'a' * 16}"
        tx.emit(
            "device.added", device, kind="phone", ownership="force", screen_lock="yes", person=bob,
            details=tx.details("device", device, {"nickname": "Bob's phone"}), attested_on="2025-11-20",
        )  # fmt: skip
    used(world, id_, "2026-01-01")
    used(world, world.account("x/NorfolkPolice"), "2026-01-01")
    found = due.agenda(world.vault, within=60)
    bare, named = (due.calendar(world.vault, found, names=names) for names in (False, True))
    assert b"Bob" not in bare
    assert id_.encode() in bare
    assert b"x/NorfolkPolice" in bare
    assert b"x/PCBobStone" in named
    assert b"Bob Stone" in named
    assert b"Bob's phone" in named
    assert b"OVERDUE: guidance" in bare


def test_what_has_no_day_is_no_event(world: World) -> None:
    """The list shows it, the calendar cannot."""
    world.account("x/One")
    assert events(due.calendar(world.vault, due.agenda(world.vault, within=0), names=True)) == {}
