"""Gates: for each kind that stands before an act, refused exactly where the report would find a gap after it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.docs.test_policy_kinds import example
from tests.domain.clauses import CUSTODIANS, HOLD, HOLDERS, TWO, TYPES, on, required
from tests.domain.fold import EARLIER, TIME, Fold, acc, b64, force, grt, per, req
from tests.domain.judging import NOW, all_of, another, end, freeze, nothing, post, record, show, withdraw
from tests.domain.test_kinds import document
from vault.domain import before, compliance
from vault.domain.before import Act, Unmet
from vault.domain.compliance import Mail, Weight
from vault.domain.kinds.focus import Focus
from vault.domain.kinds.record_required import GATES
from vault.domain.policy import Profile, Strength

MAIN, TODAY = acc("main"), "2026-11-21"
ME = per("ned")


def asks(clause: str, *, strength: Strength = Strength.MUST) -> Profile:
    """A document with that rule, EL-10."""
    made = document(clause)
    return replace(made, clauses={**made.clauses, "EL-10": replace(made.clauses["EL-10"], strength=strength)})


def stands(scene: Fold, profile: Profile, what: str, **more: object) -> tuple[Unmet, ...]:
    """What stands before an act on the main account, for Ned."""
    account = more.pop("account", None) or scene.row("account", id=MAIN)
    given = {"person": ME, "way": "secret", "since": TODAY, **more}
    act = Act(what=what, account=account, **given)  # type: ignore[arg-type]
    return before.unmet(scene.reg, profile, act, now=NOW)


def granted(scene: Fold, way: str, since: str = TODAY) -> None:
    """The grant that the gate was asked about."""
    data = {"account": MAIN, "person": ME, "kind": way, "since": since, "existing": False}
    scene.do("grant.given", grt("asked"), by="cal", **data)


def gaps(scene: Fold, profile: Profile, *subjects: str) -> list[str]:
    """What the report finds amiss under EL-10 about these."""
    found = compliance.assess(scene.reg, profile, now=NOW)
    verdict = next(one for one in found if one.clause == "EL-10")
    return [gap.words for gap in verdict.gaps if gap.subject in subjects]


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


OPEN_RULES = {
    "no record": (required(before='["open"]'), False),
    "a record of the request": (required(before='["open"]'), True),
    "one account too many": (TWO, False),
}


@pytest.mark.parametrize("case", OPEN_RULES)
def test_an_opening(case: str) -> None:
    """Records of the request open the way; an account too many is refused; the report says the same of the account."""
    clause, there = OPEN_RULES[case]
    scene, profile = force(), asks(clause)
    asked = {"platform": "x", "owner_kind": "team", "requester": ME, "details": b64("request")}
    scene.do("account.requested", req("new"), by="cal", **asked)
    if there:
        record("seen", req("new"))(scene)
    row = scene.row("request", id=req("new"))
    account = before.opened(row, today=TODAY, owner_kind="team")
    found = stands(scene, profile, before.OPEN, account=account, person="")
    assert bool(found) is not there
    facts = {"platform": "x", "owner_kind": "team", "details": b64("a"), "created_on": TODAY}
    scene.do("account.opened", acc("new"), by="cal", request=req("new"), **facts)
    assert [one.words for one in found] == gaps(scene, profile, acc("new"))


@pytest.mark.parametrize(
    ("domain", "persons", "ok"),
    [
        ("elsewhere.example", False, True),
        ("elsewhere.example", True, False),
        ("x.y", False, False),
    ],
)
def test_an_address(domain: str, persons: bool, ok: bool) -> None:
    """The address that is given at the opening is judged as the report judges it."""
    scene = force()
    account = before.opened({"id": req("new"), "platform": "x", "team": None}, today=TODAY, owner_kind="team")
    mails = {before.NEW: Mail(domain, persons)}
    found = stands(
        scene, asks(example("registered_email")), before.OPEN, account=account, person="", mails=mails
    )
    assert bool(found) is not ok


PAGES = (
    example("account_form")
    .replace('["facebook"]', '["x"]')
    .replace('["main", "local_policing_unit"]', '["team"]')
)


@pytest.mark.parametrize(("form", "ok"), [(None, False), ("form.group", False), ("form.page", True)])
def test_the_form_of_a_new_account(form: str | None, ok: bool) -> None:
    """Nobody asked, or another form: refused as the report would find it; a record of the request opens the way."""
    scene, profile = force(), asks(PAGES)
    asked(scene)
    if form:
        record(form, req("new"))(scene)
    account = before.opened(REQUEST, today=TODAY, owner_kind="team")
    found = stands(scene, profile, before.OPEN, account=account, person="")
    assert (found == ()) is ok
    assert all(one.hint == f"keyholder record add form.page --about request {req('new')}" for one in found)
    event(scene, "account_opened")
    assert [one.words for one in found] == gaps(scene, profile, acc("new"))


ON_A_DAY = before.ending({"how": "date", "day": "2026-12-24"})
UPON = before.ending({"how": "event", "day": TODAY, "ending": "campaign_over"})


@pytest.mark.parametrize(
    ("kind", "term", "ok"),
    [("event", None, False), ("event", ON_A_DAY, True), ("event", UPON, True), ("main", None, True)],
)
def test_the_end_of_a_temporary_account(kind: str, term: dict[str, object] | None, ok: bool) -> None:
    """A temporary account is opened with its end; another type needs none; the report says the same of it."""
    scene, profile = force(), asks(example("temporary_account"))
    asked(scene)
    account = before.opened(REQUEST, today=TODAY, owner_kind="team", type=kind)
    found = stands(scene, profile, before.OPEN, account=account, person="", term=term)
    assert [(one.must, one.hint) for one in found] == (
        [] if ok else [(True, "say when it ends: --ends DATE, or --ends-upon EVENT")]
    )
    facts = {"platform": "x", "owner_kind": "team", "details": b64("a"), "created_on": TODAY, "type": kind}
    scene.do("account.opened", acc("new"), by="cal", request=req("new"), **facts)
    if term:
        said = {key: term[key] for key in ("how", "day", "ending")}
        scene.do("account.ends", acc("new"), by="cal", **said)
    assert [one.words for one in found] == gaps(scene, profile, acc("new"))


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


FIRST_STEP = '{ done = ["agreed.one"], need = "all", when = "before", by = [], clause = "EL-10" }'
SECOND_STEP = (
    '{ done = ["agreed.two", "agreed.three"], need = "any", when = "before", by = [], clause = "EL-10" }'
)
LATER_STEP = '{ done = ["told.one"], need = "all", when = "after", by = [], clause = "EL-10" }'
REQUEST = {"id": req("new"), "platform": "x", "team": None}
ABOUT = {
    "request_refused": (before.REFUSAL, req("new"), f"request {req('new')}"),
    "request_approved": (before.APPROVAL, req("new"), f"request {req('new')}"),
    "account_opened": (before.OPEN, req("new"), f"request {req('new')}"),
    "grant_given": (before.GRANT, ME, f"person {ME}"),
    "account_closed": (before.CLOSE, MAIN, f"account {MAIN}"),
}


def asked(scene: Fold) -> None:
    """Somebody asks for an account."""
    data = {"platform": "x", "owner_kind": "team", "requester": ME, "details": b64("request")}
    scene.do("account.requested", req("new"), by="cal", **data)


def event(scene: Fold, name: str) -> None:
    """The act, done."""
    said = {"by": "cal", "post": "press", "person": per("hal"), "occurred_at": NOW}
    if name in ("request_refused", "request_approved"):
        scene.do(f"approval.{'given' if name == 'request_approved' else 'refused'}", req("new"), **said)
    elif name == "account_opened":
        facts = {"platform": "x", "owner_kind": "team", "details": b64("a"), "created_on": TODAY}
        scene.do("account.opened", acc("new"), by="cal", request=req("new"), **facts)
    elif name == "grant_given":
        granted(scene, "secret")
    else:
        scene.do("account.closed", MAIN, by="cal", occurred_at=NOW)


def before_event(scene: Fold, profile: Profile, name: str) -> tuple[Unmet, ...]:
    """What stands before the act that is the event."""
    what = ABOUT[name][0]
    more: dict[str, object] = {"request": req("new")} if what in (before.REFUSAL, before.APPROVAL) else {}
    if name.startswith("request") or what == before.OPEN:
        more["account"] = before.opened(REQUEST, today=TODAY, owner_kind="team")
    if what in (before.OPEN, before.CLOSE):
        more["person"] = ""
    return stands(scene, profile, what, **more)


@pytest.mark.parametrize("there", [(), ("agreed.one",), ("agreed.three",), ("agreed.one", "agreed.two")])
@pytest.mark.parametrize("name", ABOUT)
def test_what_comes_before_an_event(name: str, there: tuple[str, ...]) -> None:
    """Refused until each step is on record, as the report finds it after the act; a step after it is not asked yet."""
    profile = asks(on(name, steps=f"{FIRST_STEP}, {SECOND_STEP}"))
    later = asks(on(name, steps=f"{FIRST_STEP}, {SECOND_STEP}, {LATER_STEP}"))
    scene, subject = force(), ABOUT[name][1]
    asked(scene)
    for code in there:
        record(code, subject)(scene)
    found = before_event(scene, later, name)
    assert len(found) == 2 - len(there)
    assert all(one.must and one.clause == "EL-10" for one in found)
    event(scene, name)
    assert [one.words for one in found] == gaps(scene, profile, subject, acc("new"))


@pytest.mark.parametrize("name", ABOUT)
def test_the_command_for_a_step(name: str) -> None:
    """It says about what: all of the codes, or any one of them, and by whom."""
    by = SECOND_STEP.replace("by = []", 'by = ["press"]')
    scene = force()
    asked(scene)
    first, second = before_event(scene, asks(on(name, steps=f"{FIRST_STEP}, {by}")), name)
    about = ABOUT[name][2]
    assert first.hint == f"keyholder record add agreed.one --about {about}"
    assert second.hint == (
        f"keyholder record add agreed.two --about {about} --by PERSON --post press"
        f" or: keyholder record add agreed.three --about {about} --by PERSON --post press"
    )


@pytest.mark.parametrize("name", ABOUT)
def test_an_event_that_may_not_be(name: str) -> None:
    """The act is refused; another act is not, nor an act that the rule does not apply to."""
    scene = force()
    asked(scene)
    (found,) = before_event(scene, asks(on(name, steps="", forbidden="true")), name)
    assert found.must
    assert "forbids it" in found.hint
    others = [one for one in ABOUT if one != name]
    assert before_event(scene, asks(on(*others, steps="", forbidden="true")), name) == ()


def test_steps_in_the_wrong_order() -> None:
    """Both are there, the second first: refused until it is said again."""
    clause = on("account_closed", steps=f"{FIRST_STEP}, {SECOND_STEP}")
    scene = force()
    record("agreed.two", at=EARLIER)(scene)
    record("agreed.one", at=TIME)(scene)
    (found,) = before_event(scene, asks(clause), "account_closed")
    assert "came before what should come first" in found.words
    scene = force()
    record("agreed.one", at=EARLIER)(scene)
    record("agreed.two", at=TIME)(scene)
    assert before_event(scene, asks(clause), "account_closed") == ()


@pytest.mark.parametrize("name", ["account_frozen", "grant_revoked", "password_changed", "person_left"])
def test_what_protects_waits_for_nothing(name: str) -> None:
    """No act is stopped by a step before these."""
    profile = asks(on(name, steps=FIRST_STEP))
    assert not any(stands(force(), profile, what) for what in (*GATES, before.REFUSAL))


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
