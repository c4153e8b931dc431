"""Kinds: each damaged parameter is refused with file, line and key; intervals are what a calendar makes of them."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.docs.test_policy_kinds import example
from tests.policies.sixth import HOLIDAYS, TEXT, read
from vault.domain import interval, policy
from vault.domain.interval import Interval, add_months
from vault.domain.kinds.applies import Applies
from vault.domain.kinds.base import ROLES
from vault.domain.kinds.cap import Cap
from vault.domain.kinds.record_required import RecordRequired
from vault.domain.kinds.stand_in import StandIn
from vault.errors import UsageProblem

REGION = HOLIDAYS["england_and_wales"]
FACT = '\nkind = "stated"\n[clauses."EL-1".parameters]\nmeans = "fact"\nbecause = "it is"\n'
HEAD = '\n[clauses."{key}"]\nwhere = "1"\nstrength = "MUST"\nreading = "words"\n'


def text_of(*clauses: str) -> str:
    """The file of such a document."""
    text = TEXT[: TEXT.index('[clauses."EL-1"]')] + HEAD.format(key="EL-1").rstrip() + FACT
    for n, clause in enumerate(clauses, 10):
        text += HEAD.format(key=f"EL-{n}") + clause.replace("[parameters", f'[clauses."EL-{n}".parameters')
    return text


def document(*clauses: str) -> policy.Profile:
    """A document with one fact, EL-1, and these clauses: EL-10, EL-11 and so on."""
    return read(text_of(*clauses))


REFUSED = {
    "about": ("record_required", 'about = "person"', 'about = "planet"', "about must be one of"),
    "codes": ("record_required", '["training.masterclass"]', '["Training"]', "codes may only hold codes like"),
    "need": ("record_required", 'need = "all"', 'need = "some"', "need must be one of all, any"),
    "every": ("record_required", '"12 months"', '"12 moons"', "every must be once, working day"),
    "every nothing": ("record_required", '"12 months"', '"0 days"', "every must be once"),
    "gate": ("record_required", '["grant", "release"]', '["lunch"]', "before may only hold"),
    "version": ("record_required", 'version = "5"', 'version = "five"', "version must be numbers and dots"),
    "booked": ("record_required", '"booked.masterclass"', '"Booked"', "code must be a code like"),
    "reason": ("record_required", 'after = "freeze" ', "", "after_reason is of nothing without after"),
    "applies": ("cap", "platforms = [", "planets = [", "planets is not a key"),
    "no applies": ("account_form", "applies =", "applied =", "applies is missing"),
    "device": ("cap", 'platforms = ["flickr"]', 'device_kinds = ["computer"]', "only hold phone, tablet, laptop"),
    "ownership": ("cap", 'platforms = ["flickr"]', 'ownership = ["own"]', "ownership may only hold force, personal"),
    "most": ("cap", "most = 1", "most = 0", "most must be 1 or more"),
    "local": ("cap", "most = 1", 'most_local = "none"', "most_local must be one of"),
    "domain": ("registered_email", '"elsewhere.example"', '"Elsewhere.example"', "domains in lower case"),
    "address": ("registered_email", '"elsewhere.example"', '"a@elsewhere.example"', "without @"),
    "event": ("on_event", '["breach.reported"]', '["breach"]', "on may only hold codes of records"),
    "dotted": ("on_event", '["breach.reported"]', '["Breach.x"]', "on may only hold codes of records"),
    "time": ("stand_in", '"08:00"', '"eight"', "start must be a time like 08:00"),
    "hours": ("stand_in", '"17:00"', '"07:00"', "end is not after start"),
    "incidents": ("stand_in", '"out_of_hours"', '"incident"', "incidents must not be empty"),
    "means": ("stated", '"not_assessable"', '"unclear"', "means must be one of"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_damage_is_refused(name: str) -> None:
    """A wrong parameter is refused with file, line and key."""
    kind, old, new, why = REFUSED[name]
    assert old in example(kind)
    with pytest.raises(UsageProblem, match=why) as caught:
        document(example(kind).replace(old, new, 1))
    assert str(caught.value).startswith("p.toml, line ")


POSTS = {
    "step": ("approval_chain", '"sergeant"'),
    "alternate": ("approval_chain", '"deputy"'),
    "variant": ("approval_chain", '"inspector"'),
    "administrator": ("account_administrator_required", '"account_administrator"'),
    "consult": ("close_consultation", '"press_desk"'),
    "keeper": ("own_device_record", '"line_manager"'),
    "exception": ("platforms_in_use", '"press_desk"'),
    "required": ("post_required", '"line_manager"'),
    "stand-in": ("stand_in", '"duty_inspector"'),
    "acts for": ("stand_in", '["inspector"]'),
    "ordered by": ("hold", '"control_room"'),
    "released by": ("hold", 'released_by = "press_desk"'),
    "bodies": ("direct_messages", '"press_desk"'),
    "ends by": ("temporary_account", '"press_desk"'),
    "changer": ("password_changers", 'occasion = "emergency", post = ""'),
}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", POSTS)
def test_a_post_is_named_like_no_role(name: str, role: str) -> None:
    """A role of the vault where a document means a post is refused with file, line and key; any other name is read."""
    kind, old = POSTS[name]
    assert old in example(kind)
    new = re.sub(r'"[a-z_]*"(\]?)$', rf'"{role}"\1', old)
    with pytest.raises(UsageProblem, match=f"names {role}, which is a role of the vault") as caught:
        document(example(kind).replace(old, new, 1))
    assert str(caught.value).startswith("p.toml, line ")
    assert document(example(kind).replace(old, new.replace(role, f"{role}_of_ours"), 1))


def test_holders_of_nothing() -> None:
    """A rule about who may hold access says something: posts, or types of people."""
    both = 'kind = "may_hold"\n[parameters]\napplies = {}\nallow = []\nperson_types = ["officer"]\n'
    assert document(both)
    with pytest.raises(UsageProblem, match="allow must not be empty where person_types is"):
        document(both.replace('["officer"]', "[]"))


def test_several_rules_of_one_kind() -> None:
    """Most kinds may stand on several clauses; one marked once may not."""
    text = example("cap")
    found = document(text, text.replace('"flickr"', '"instagram"')).rules(Cap)
    assert [(rule.clause, rule.applies.platforms) for rule in found] == [
        ("EL-10", ("flickr",)),
        ("EL-11", ("instagram",)),
    ]
    with pytest.raises(UsageProblem, match="EL-11 is a second rule of the kind freeze"):
        document(example("freeze"), example("freeze"))


FURTHER = '[[clauses."EL-10".more]]\nkind = "cap"\n[clauses."EL-10".more.parameters]\n'
MOST = 'of = "holders"\napplies = {}\nmost = 3\n'


def test_a_clause_of_two_demands() -> None:
    """A further rule stands beside the first, with the same clause, whatever its kind; a part may have one, too."""
    both = document(example("account_form") + FURTHER + MOST)
    assert [(rule.kind, rule.clause) for rule in both.clauses["EL-10"].rules] == [
        ("account_form", "EL-10"),
        ("cap", "EL-10"),
    ]
    assert (both.clauses["EL-10"].kinds, len(both.rules(Cap))) == ("account_form, cap", 1)
    part = document('kind = "part"\npart_of = "EL-11"\n' + FURTHER + MOST, example("cap"))
    assert [rule.clause for rule in part.rules(Cap)] == ["EL-10", "EL-11"]


OWN = FURTHER.replace("\n[cl", '\nstrength = "SHOULD"\nreading = "and few"\n[cl')


def test_a_demand_with_a_strength_of_its_own() -> None:
    """It is a clause beside the one that it is a demand of: strength and words its own, the place the same."""
    both = document(example("account_form") + OWN + MOST)
    first, own = both.clauses["EL-10"], both.clauses["EL-10.2"]
    assert (first.more, first.kinds, str(first.strength)) == ((), "account_form", "MUST")
    assert (str(own.strength), own.reading, own.where, own.sub_of) == (
        "SHOULD",
        "and few",
        first.where,
        "EL-10",
    )
    assert [rule.clause for rule in both.rules(Cap)] == ["EL-10.2"]
    assert list(both.clauses) == ["EL-1", "EL-10", "EL-10.2"]
    third = document(example("account_form") + FURTHER + MOST + OWN + MOST)
    assert [rule.clause for rule in third.rules(Cap)] == ["EL-10", "EL-10.3"], "numbered as the demands are"
    lighter = example("on_event").replace('EL-1"', 'EL-10.2"')
    assert document(example("cap") + OWN.replace('"cap"', '"on_event"') + _parameters(lighter)).rules(
        "on_event"
    )


def _parameters(text: str) -> str:
    return text.partition("[parameters]\n")[2]


FREEZE_MORE = FURTHER.replace('"cap"', '"freeze"') + 'roles = ["custodian"]\npowers = ["remove"]\n'
HEADING = '[[clauses."EL-10".more]]'
BARE = HEADING + '\nkind = "cap"\n'
FURTHER_REFUSED = {
    "a key": (example("cap") + FURTHER + MOST + "hue = 1\n", "parameters.hue is not a key known here", "hue = 1"),
    "a second": (
        example("cap") + FURTHER + MOST + FURTHER + MOST.replace("3", "0"), "more[2].parameters.most must", "most = 0"
    ),
    "beside the kind": (
        example("cap") + FURTHER.replace("\n[cl", "\nhue = 1\n[cl") + MOST, "more[1].hue is not a key", "hue = 1"
    ),
    "no parameters": (example("cap") + BARE, "more[1].parameters is missing", HEADING),
    "no such kind": (example("cap") + FURTHER.replace('"cap"', '"cup"') + MOST, "more[1].kind must be", 'kind = "cup"'),
    "asks nothing": (
        example("cap") + FURTHER.replace('"cap"', '"stated"') + MOST, "more[1].kind must be", 'kind = "stated"'
    ),
    "a part": (example("cap") + FURTHER.replace('"cap"', '"part"') + MOST, "more[1].kind must be", 'kind = "part"'),
    "a strength without words": (
        example("cap") + OWN.replace('reading = "and few"\n', "") + MOST, "more[1].reading is missing", HEADING
    ),
    "words without a strength": (
        example("cap") + OWN.replace('strength = "SHOULD"\n', "") + MOST, "more[1].reading is not a key", "reading ="
    ),
    "no such strength": (
        example("cap") + OWN.replace("SHOULD", "OUGHT") + MOST, "more[1].strength must be", 'strength = "OUGHT"'
    ),
    "beside nothing": (example("stated") + FURTHER + MOST, "a clause that is stated has none", HEADING),
    "one too many": (example("freeze") + FREEZE_MORE, "EL-10 is a second rule of the kind freeze", ""),
}  # fmt: skip


@pytest.mark.parametrize("name", FURTHER_REFUSED)
def test_a_damaged_further_rule_is_refused(name: str) -> None:
    """File, line and key, of the right one among several."""
    clause, why, line = FURTHER_REFUSED[name]
    with pytest.raises(UsageProblem, match=re.escape(why)) as caught:
        document(clause)
    number = int(str(caught.value).removeprefix("p.toml, line ").partition(":")[0])
    assert text_of(clause).splitlines()[number - 1].startswith(line)


def test_what_is_left_out() -> None:
    """Optional parameters are off, and an empty filter narrows nothing."""
    least = (
        'kind = "record_required"\n[parameters]\nabout = "vault"\napplies = {}\ncodes = ["seen"]\n'
        'need = "all"\nevery_local = "access_review_days"\nby = []\nbefore = []\n'
    )
    rule = document(least).rule(RecordRequired)
    assert rule
    assert rule.applies == Applies()
    assert (rule.unless, rule.version, rule.after, rule.provisional) == ((), "", "", None)
    assert rule.every == Interval("days", 50)
    plain = "\n".join(line for line in example("stand_in").splitlines() if not line.startswith("hours"))
    stand_in = document(plain).rule(StandIn)
    assert stand_in
    assert stand_in.hours is None


def test_intervals() -> None:
    """Once is for good; a month has the days it has; after Friday comes Monday."""
    day = dt.date.fromisoformat
    assert Interval("once").next(day("2024-02-29")) is None
    assert Interval("days", 60).next(day("2024-01-01")) == day("2024-03-01")
    assert Interval("months", 12).next(day("2024-02-29")) == day("2025-02-28")
    assert Interval("months", 1).next(day("2023-01-31")) == day("2023-02-28")
    working = interval.parse("working day", REGION)
    assert working
    assert working.next(day("2026-03-06")) == day("2026-03-09")
    assert working.next(day("2026-03-09")) == day("2026-03-10")
    assert [str(interval.parse(words, REGION)) for words in ("once", "60 days", "working day")] == [
        "once",
        "every 60 days",
        "working day",
    ]
    assert interval.parse("01 days", REGION) is interval.parse("days", REGION) is None
    with pytest.raises(ValueError, match="bank holidays"):
        Interval("working day").next(day("2026-03-06"))


@given(st.dates(dt.date(1990, 1, 1), dt.date(2090, 12, 31)), st.integers(1, 120))
def test_calendar_months(day: dt.date, months: int) -> None:
    """The month is the one counted to, and the day is kept wherever that month has it."""
    later = add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later.day < day.day and (later + dt.timedelta(days=1)).day == 1)
