"""Gates: for each kind that stands before an act, refused exactly where the report would find a gap after it."""

from __future__ import annotations

import pytest

from tests.docs.test_policy_kinds import example
from tests.domain.acts import MAIN, ME, TODAY, asks, gaps, granted, stands
from tests.domain.clauses import CUSTODIANS, HOLD, HOLDERS, TWO, TYPES, required
from tests.domain.fold import EARLIER, TIME, acc, b64, force, grt, per, req
from tests.domain.judging import NOW, all_of, another, end, freeze, nothing, post, record, show, withdraw
from vault.domain import before, compliance
from vault.domain.before import Act
from vault.domain.compliance import Weight
from vault.domain.kinds.focus import Focus
from vault.domain.kinds.record_required import GATES
from vault.domain.policy import Strength

TRAINED = required("person", '["seen"]', before='["grant"]')
BOOKED = TRAINED + 'provisional = { code = "booked", allowed = true, decision = "Q1" }\n'
NOT_BOOKED = BOOKED.replace("true", "false")
SEATS = example("stand_in")
GRANTS = {
    "no record": (TRAINED, nothing),
    "a record": (TRAINED, record("seen", ME)),
    "withdrawn": (TRAINED, all_of(record("seen", ME), withdraw)),
    "ended": (TRAINED, all_of(record("seen", ME), end)),
    "not so": (TRAINED, record("seen", ME, good=False)),
    "of somebody else": (TRAINED, record("seen", per("hal"))),
    "by somebody else": (required("person", before='["grant"]', by='["press"]'), record("seen", ME)),
    "by the post": (
        required("person", before='["grant"]', by='["press"]'),
        all_of(post("press", "hal"), record("seen", ME, person=per("hal"))),
    ),
    "by oneself": (required("person", before='["grant"]', by='["self"]'), nothing),
    "of the platform": (TRAINED + "per_platform = true\n", record("seen", ME, platform="x")),
    "of another platform": (TRAINED + "per_platform = true\n", record("seen", ME, platform="flickr")),
    "of a version": (TRAINED + 'version = "5"\n', record("seen", ME, version="4")),
    "unnecessary": (TRAINED + 'unless = ["old"]\n', record("old", ME)),
    "booked": (BOOKED, record("booked", ME, until="2026-12-01")),
    "booked, without an end": (BOOKED, record("booked", ME)),
    "booked, and over": (BOOKED, record("booked", ME, until="2026-11-01")),
    "booked, where that is not allowed": (NOT_BOOKED, record("booked", ME, until="2026-12-01")),
    "of another platform's accounts": (TRAINED.replace("{}", '{ platforms = ["flickr"] }'), nothing),
    "about the account": (required(before='["grant"]'), nothing),
    "about the account, there": (required(before='["grant"]'), record("seen")),
    "about the vault": (required("vault", before='["grant"]'), nothing),
    "about the vault, there": (required("vault", before='["grant"]'), record("seen", "")),
    "of a person's other freeze": (TRAINED + 'after = "freeze"\n', all_of(record("seen", ME), freeze(None))),
    "any": (required("person", '["seen", "heard"]', need='"any"', before='["grant"]'), record("heard", ME)),
    "any, none": (required("person", '["seen", "heard"]', need='"any"', before='["grant"]'), nothing),
    "not in post": (HOLDERS, nothing),
    "in post": (HOLDERS, post("press")),
    "custodians only": (CUSTODIANS, nothing),
    "no type": (TYPES, nothing),
    "another type": (TYPES, record("person_type.cadet", ME)),
    "the type": (TYPES, record("person_type.officer", ME)),
    "one holder more": (TWO.replace('"accounts"', '"holders"'), nothing),
    "the first holder": (
        TWO.replace('"accounts"', '"holders"'),
        lambda scene: scene.do("grant.revoked", grt("main"), by="cal", until=TODAY, reason="moved"),
    ),
    "stand-in": (SEATS, post("duty_inspector")),
    "no stand-in": (SEATS, nothing),
    "stand-in with the post": (SEATS, all_of(post("duty_inspector"), post("inspector"))),
}


@pytest.mark.parametrize("way", ["secret", "tool_seat"])
@pytest.mark.parametrize("case", GRANTS)
def test_a_grant_is_refused_as_the_report_would_find_it(case: str, way: str) -> None:
    """The gate's words before the grant are the report's after it, and none is none."""
    clause, prepare = GRANTS[case]
    scene, profile = force(), asks(clause)
    prepare(scene)  # type: ignore[operator]
    found = stands(scene, profile, before.GRANT, way=way)
    granted(scene, way)
    assert [one.words for one in found] == gaps(scene, profile, ME, MAIN, "")
    assert all(one.must and one.clause == "EL-10" for one in found)


def test_the_cases_are_of_both_sorts() -> None:
    """Some of them are refused and some are not."""
    count = 0
    for clause, prepare in GRANTS.values():
        scene = force()
        prepare(scene)  # type: ignore[operator]
        count += bool(stands(scene, asks(clause), before.GRANT))
    assert 0 < count < len(GRANTS)


@pytest.mark.parametrize("strength", [Strength.SHOULD, Strength.FACT, Strength.MAY])
def test_only_a_must_refuses(strength: Strength) -> None:
    """Anything less is said."""
    (found,) = stands(force(), asks(TRAINED, strength=strength), before.GRANT)
    assert not found.must


@pytest.mark.parametrize(
    ("more", "command"),
    [
        ("", f"keyholder record add seen --about person {ME}"),
        ("per_platform = true\n", f"keyholder record add seen --about person {ME} --platform x"),
        ('version = "5"\n', f"keyholder record add seen --about person {ME} --edition 5"),
    ],
)
def test_the_command_that_opens_the_way(more: str, command: str) -> None:
    """Exactly what is missing, about whom, of what."""
    (found,) = stands(force(), asks(TRAINED + more), before.GRANT)
    assert found.hint == command


@pytest.mark.parametrize(
    ("by", "words"),
    [('["press"]', "--by PERSON --post press"), ('["self"]', f"--by {ME}"), ('["custodian"]', ME)],
)
def test_whose_statement_opens_the_way(by: str, words: str) -> None:
    """The command says by whom it must be stated."""
    (found,) = stands(force(), asks(required("person", before='["grant"]', by=by)), before.GRANT)
    assert found.hint.endswith(words)


MESSAGES = example("direct_messages").replace('"EL-1"', '"EL-10"')
READS = {
    "nothing on record": (nothing, ""),
    "on authority": (all_of(post("press_desk"), record("messages.audit", person=ME, evidence=b64("e"))), ""),
    "no authority": (
        all_of(post("press_desk"), record("messages.audit", person=ME, post="press_desk")),
        f"keyholder record add messages.audit --about account {MAIN} --by {ME} --post press_desk --evidence @FILE",
    ),
    "another purpose": (
        all_of(post("press_desk"), record("messages.curiosity", person=ME, evidence=b64("e"))),
        "keyholder record withdraw REC --reason mistake",
    ),
    "no such post": (
        record("messages.audit", person=ME, evidence=b64("e")),
        "keyholder record withdraw REC --reason mistake",
    ),
    "taken back": (all_of(record("messages.audit", person=ME), withdraw), ""),
    "over": (record("messages.audit", person=ME, until="2026-11-01"), ""),
    "somebody else's": (record("messages.audit", person=per("hal")), ""),
    "of another account": (all_of(another, record("messages.audit", acc("two"), person=ME)), ""),
}


@pytest.mark.parametrize("what", [before.GRANT, before.RELEASE])
@pytest.mark.parametrize("case", READS)
def test_who_asks_to_read_messages(case: str, what: str) -> None:
    """Given and shown the login only on authority; the command says what would do; the report finds the same."""
    prepare, hint = READS[case]
    scene, profile = force(), asks(MESSAGES)
    prepare(scene)
    found = stands(scene, profile, what)
    hint = hint.replace("REC", next((row["id"] for row in scene.reg.find("record")), ""))
    assert [one.hint.partition(": ")[2] for one in found] == ([hint] if hint else [])
    assert all(one.must for one in found)
    if hint:
        assert [one.words for one in found] == gaps(scene, profile, MAIN)


def test_guidance_stands_before_an_act_too() -> None:
    """What a second document asks is asked after the first's; each MUST refuses, each SHOULD is said."""
    scene, account = force(), force().row("account", id=MAIN)
    act = Act(what=before.GRANT, account=account, person=ME, way="secret", since=TODAY)
    first, other = asks(TRAINED), asks(TRAINED.replace('["seen"]', '["heard"]'))
    mild = asks(TRAINED.replace('["seen"]', '["felt"]'), strength=Strength.SHOULD)
    found = before.unmet(scene.reg, first, act, now=NOW, guides=(mild, other))
    assert [(one.words, one.must) for one in found] == [
        ("no record seen", True),
        ("no record heard", True),
        ("no record felt", False),
    ]


def test_what_is_undecided_refuses_nothing() -> None:
    """No domain is entered: that is for the document's owner, and said."""
    scene = force()
    account = before.opened({"id": req("new"), "platform": "x", "team": None}, today=TODAY, owner_kind="team")
    clause = example("registered_email").replace('["elsewhere.example"]', "[]")
    (found,) = stands(scene, asks(clause), before.OPEN, account=account, person="", mails={})
    assert not found.must


APPROVALS = {
    name: (clause.replace('before = ["grant"]', 'before = ["approval"]'), prepare)
    for name, (clause, prepare) in GRANTS.items()
    if 'before = ["grant"]' in clause
}


@pytest.mark.parametrize("way", ["secret", "tool_seat"])
@pytest.mark.parametrize("case", APPROVALS)
def test_an_approval_is_refused_as_the_report_would_find_the_access(case: str, way: str) -> None:
    """What is asked before somebody approves is what the report says of the access that would come of it."""
    clause, prepare = APPROVALS[case]
    scene, profile = force(), asks(clause)
    prepare(scene)  # type: ignore[operator]
    found = stands(scene, profile, before.APPROVAL, way=way)
    assert stands(scene, profile, before.GRANT, way=way) == (), "it is asked of the approval alone"
    granted(scene, way)
    assert [one.words for one in found] == gaps(scene, profile, ME, MAIN, "")
    assert all(
        one.must and one.clause == "EL-10" and one.hint.startswith("keyholder record") for one in found
    )


LIST = required(codes='["closing.told", "closing.kept"]', before='["close"]')
CLOSINGS = {
    "nothing": (LIST, nothing, 2),
    "half of it": (LIST, record("closing.told"), 1),
    "all": (LIST, all_of(record("closing.told"), record("closing.kept")), 0),
    "any": (LIST.replace('"all"', '"any"'), record("closing.kept"), 0),
    "of another account": (LIST, all_of(another, record("closing.told", acc("two"))), 2),
    "withdrawn": (LIST, all_of(record("closing.told"), record("closing.kept"), withdraw), 1),
    "not so": (LIST, all_of(record("closing.told"), record("closing.kept", good=False)), 1),
    "too old": (
        required(before='["close"]', every='"30 days"'),
        record("seen", at="2026-10-01T08:30:00Z"),
        1,
    ),
    "by nobody in post": (required(before='["close"]', by='["press"]'), record("seen"), 1),
    "another type of account": (LIST.replace("{}", '{ types = ["main"] }'), nothing, 0),
    "about the vault": (required("vault", before='["close"]'), nothing, 1),
}


@pytest.mark.parametrize("case", CLOSINGS)
def test_a_closing_is_refused_as_the_report_finds_the_account(case: str) -> None:
    """What stands before the closing is what the report says of the account until then; no other act waits for it."""
    clause, prepare, number = CLOSINGS[case]
    scene, profile = force(), asks(clause)
    prepare(scene)  # type: ignore[operator]
    found = stands(scene, profile, before.CLOSE, person="")
    assert len(found) == number
    assert [one.words for one in found] == gaps(scene, profile, MAIN, "")
    assert all(one.must and one.clause == "EL-10" for one in found)
    for what in {*GATES} - {before.CLOSE}:
        assert stands(scene, profile, what) == ()


AGREED = all_of(post("press", "hal"), record("agreed.release", person=per("hal")))
ORDERED = all_of(post("control_room"), record("hold.stop_use", person=ME))
STOPS = {
    "no order": (nothing, True),
    "ordered": (ORDERED, False),
    "ordered for all": (all_of(post("control_room"), record("hold.stop_use", "", person=ME)), False),
    "for another account": (
        all_of(another, post("control_room"), record("hold.stop_use", acc("two"), person=ME)),
        True,
    ),
    "by somebody who may not": (record("hold.stop_use"), True),
    "ended": (all_of(ORDERED, end), True),
    "run out": (all_of(post("control_room"), record("hold.stop_use", person=ME, until="2026-11-01")), True),
    "agreed": (all_of(ORDERED, AGREED), True),
    "agreed by somebody else": (all_of(ORDERED, record("agreed.release")), False),
}


@pytest.mark.parametrize("case", STOPS)
def test_a_stop_of_use(case: str) -> None:
    """Shown in it all the same, the report would find it; and where it would not, it is shown."""
    prepare, allowed = STOPS[case]
    scene, profile = force(), asks(HOLD)
    prepare(scene)
    found = stands(scene, profile, before.RELEASE, person=per("hal"))
    assert bool(found) is not allowed
    assert all(one.must and "agreed.release" in one.hint for one in found)
    show(scene)
    verdicts = compliance.assess(scene.reg, profile, now=NOW)
    kinds = [gap.kind for verdict in verdicts for gap in verdict.gaps if verdict.weight is Weight.BREACH]
    assert ("shown_during_hold" in kinds) is not allowed


def test_a_release_waits_for_what_is_asked_of_the_access() -> None:
    """A record about their own grant: nobody else's access stands in the way, and none of theirs opens it."""
    scene, profile = force(), asks(required("grant", before='["release"]'))
    granted(scene, "secret")
    (found,) = stands(scene, profile, before.RELEASE)
    assert (found.must, found.hint) == (True, f"keyholder record add seen --about grant {grt('asked')}")
    record("seen", grt("main"))(scene)
    assert stands(scene, profile, before.RELEASE) == (found,), "of somebody else's access"
    record("seen", grt("asked"))(scene)
    assert stands(scene, profile, before.RELEASE) == ()


def test_a_release_waits_for_access_given_here_only() -> None:
    """Who had it before the vault is handed it, and a custodian sees it; a new holder brings the record."""
    scene, profile = force(), asks(required("person", before='["release"]'))
    assert stands(scene, profile, before.RELEASE, person=per("hal")) == ()
    assert stands(scene, profile, before.RELEASE, person=per("cal")) == ()
    granted(scene, "secret", "2026-11-20")
    assert stands(scene, profile, before.RELEASE)
    record("seen", ME, at=NOW)(scene)
    assert stands(scene, profile, before.RELEASE) == (), "late for the grant, not for the release"
    assert gaps(scene, profile, ME)


@pytest.mark.parametrize(
    ("reason", "trained", "ok"),
    [("non_adherence", False, False), ("security", False, True), ("non_adherence", True, True)],
)
def test_l12_retraining_before_an_unfreeze(reason: str, trained: bool, ok: bool) -> None:
    """Asked after a freeze for that reason, and after it only."""
    rule = required(codes='["retrained"]', before='["unfreeze"]') + 'after = "freeze"\n'
    scene, profile = force(), asks(rule + 'after_reason = "non_adherence"\n')
    record("retrained", at=EARLIER)(scene)
    freeze(reason, TIME)(scene)
    if trained:
        record("retrained", at=NOW)(scene)
    found = stands(scene, profile, before.UNFREEZE, person="")
    assert (not found) is ok
    assert [one.words for one in found] == gaps(scene, profile, MAIN)


@pytest.mark.parametrize("what", [before.GRANT, before.APPROVAL, before.OPEN])
def test_a_grant_that_is_not_there_has_no_records(what: str) -> None:
    """A rule about the grant itself cannot stand before it."""
    assert stands(force(), asks(required("grant", before='["grant", "approval", "open"]')), what) == ()


def test_accounts_of_other_forces_are_not_judged() -> None:
    """The document does not bind them."""
    scene, elsewhere = force(), "norfolk"
    account = {**scene.row("account", id=MAIN), "force": elsewhere}
    assert stands(scene, asks(TRAINED), before.GRANT, account=account) == ()


def test_a_number_of_accounts_is_not_asked_of_a_grant() -> None:
    """One account too many is the opening's to refuse; whoever is given access to it opens none."""
    scene, profile = force(), asks(TWO)
    another(scene)
    assert stands(scene, profile, before.GRANT) == ()
    assert [gap.kind for one in compliance.assess(scene.reg, profile, now=NOW) for gap in one.gaps] == [
        "too_many_accounts"
    ]


def test_holders_of_another_forces_account_are_not_counted() -> None:
    """Neither who has access to it, nor who is to have it."""
    scene, many = force(), asks(TWO.replace('"accounts"', '"holders"'))
    account = scene.row("account", id=MAIN)
    assert len(stands(scene, many, before.GRANT)) == 1
    elsewhere = {**account, "force": "norfolk"}
    assert stands(scene, many, before.GRANT, account=elsewhere) == ()
    asked = {"id": before.NEW, "account": MAIN, "person": ME, "kind": "secret"}
    for row, people in ((account, [per("hal"), ME]), (elsewhere, [])):
        focus = Focus(scene.reg, many, now=NOW, account=row, person=ME, grant=asked)
        assert [grant["person"] for grant in focus.grants] == people
