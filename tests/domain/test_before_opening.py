"""Gates before an opening: what the report would find of a new account, said before there is one."""

from __future__ import annotations

import pytest

from tests.docs.test_policy_kinds import example
from tests.domain.acts import ME, REQUEST, TODAY, asked, asks, event, gaps, stands
from tests.domain.clauses import TWO, required
from tests.domain.fold import acc, b64, force, req
from tests.domain.judging import record
from vault.domain import before
from vault.domain.compliance import Mail

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
