"""Verdicts on a whole document: what its clauses weigh, one finding for one fault, and the document of then."""

from __future__ import annotations

import pkgutil
from dataclasses import replace
from importlib import import_module

import pytest

import tests.domain.kinds
from tests.docs.test_policy_kinds import example
from tests.domain.clauses import CHAIN, MESSAGES, STEP, THEN, on, required
from tests.domain.fold import b64, force, per
from tests.domain.judging import (
    LATER,
    MET,
    NONE,
    NOT_MET,
    NOW,
    UNSHOWN,
    Do,
    all_of,
    changed,
    judge,
    ned,
    record,
)
from tests.domain.test_kinds import document
from vault.domain import compliance
from vault.domain.compliance import Status, Verdict, Weight
from vault.domain.kinds.explained import EXPLAINED
from vault.domain.kinds.registry import KINDS
from vault.domain.policy import Profile, Strength


def test_every_kind_has_both_verdicts() -> None:
    """No kind is without a case that meets it and one that does not, but for those that the vault itself sees to."""
    seen: dict[str, set[Status]] = {}
    for module in pkgutil.iter_modules(tests.domain.kinds.__path__):
        for clause, _, status in import_module(f"tests.domain.kinds.{module.name}").CASES.values():
            seen.setdefault(clause.split('"')[1], set()).add(status)
    assert set(seen) == set(KINDS)
    always = {
        "freeze",
        "published_list",
        "stated",
        "rotate_on_membership_change",
        "approval_chain",
        "registered_email",
        "dormancy",
        "temporary_account",
    }
    assert [kind for kind, found in seen.items() if kind not in always and not {MET, NOT_MET} & found] == []
    assert [
        kind for kind, found in seen.items() if kind not in always and not {NOT_MET, UNSHOWN} & found
    ] == []
    assert set(EXPLAINED) == set(KINDS)


def verdicts(profile: Profile, *acts: Do, **more: object) -> dict[str, Verdict]:
    scene = force()
    all_of(*acts)(scene)
    found = compliance.assess(scene.reg, profile, now=NOW, **more)  # type: ignore[arg-type]
    return {verdict.clause: verdict for verdict in found}


def test_strength_decides_what_it_weighs() -> None:
    """P-3: a MUST is a breach, a SHOULD advisory, a FACT a note, a MAY nothing; P-6: guidance is guidance."""
    profile = document(example("post_required"))
    for strength, weight in zip(Strength, ("breach", "advisory", "", "note"), strict=True):
        clause = replace(profile.clauses["EL-10"], strength=strength)
        found = verdicts(replace(profile, clauses={"EL-10": clause}))["EL-10"]
        assert found.weight == weight
        assert found.breach == (strength is Strength.MUST)
        guided = verdicts(replace(profile, clauses={"EL-10": clause}), guidance=True)["EL-10"]
        assert guided.weight == ("guidance" if weight else "")
        assert not guided.breach


def test_one_fault_is_one_finding() -> None:
    """C-33: one thing under two clauses is one finding with them all, at the weight of the heaviest; two are two."""
    text = example("post_required")
    profile = document(text, text, text.replace('"line_manager"', '"overseer"'))
    lighter = replace(profile.clauses["EL-10"], strength=Strength.SHOULD)
    found = verdicts(replace(profile, clauses={**profile.clauses, "EL-10": lighter}))
    one, other = compliance.merged(found.values()), found["EL-10"].findings[0]
    assert [(finding.clause, finding.also) for finding in one] == [("EL-10", ("EL-11",)), ("EL-12", ())]
    assert one[0].weight is Weight.BREACH
    assert (other.clause, other.weight, other.kind) == ("EL-10", "advisory", "account_without_post")


def test_parts_have_what_is_said_of_them() -> None:
    """A clause that says a part of another's rule has the gaps that cite it, and otherwise stands as the rule does."""
    part = 'kind = "part"\npart_of = "EL-10"\n'
    steps = f"{STEP}, {THEN.replace('EL-10', 'EL-11')}"
    profile = document(on("breach.reported", steps=steps), part, part, 'kind = "recorded"\n')
    found = verdicts(profile, record("breach.reported"), record("told.a", at=LATER))
    assert [found[key].status for key in ("EL-10", "EL-11", "EL-12")] == [MET, UNSHOWN, MET]
    assert found["EL-13"].status is Status.NOT_ASSESSABLE
    whole = verdicts(
        profile, record("breach.reported"), record("told.b", at=LATER)
    )  # what the rule itself asks first
    assert [whole[key].status for key in ("EL-10", "EL-12")] == [UNSHOWN, UNSHOWN]
    assert whole["EL-12"].gaps == ()
    assert found["EL-1"].why == "it is"
    assert found["EL-1"].decisions == ()


FURTHER = '[[clauses."EL-10".more]]\nkind = "cap"\n[clauses."EL-10".more.parameters]\n'
ALONE = FURTHER + 'of = "holders"\napplies = {}\nmost = 1\n'
NONE_OF_THEM = FURTHER + 'of = "accounts"\napplies = { platforms = ["vimeo"] }\nmost = 1\n'
WORSE = {
    "both met": (required() + ALONE, (record("seen"),), MET, []),
    "the first is not shown": (required() + ALONE, (), UNSHOWN, ["record_missing"]),
    "the second is not met": (required() + ALONE, (record("seen"), ned()), NOT_MET, ["too_many_holders"]),
    "both are amiss": (required() + ALONE, (ned(),), NOT_MET, ["record_missing", "too_many_holders"]),
    "the second is of nothing": (required() + NONE_OF_THEM, (record("seen"),), MET, []),
}


@pytest.mark.parametrize("name", WORSE)
def test_the_worse_of_two_demands(name: str) -> None:
    """A clause of two rules is as the worse of them; each says what it found, and what shows the other stays."""
    clause, acts, status, kinds = WORSE[name]
    found = judge(clause, *acts)
    assert (found.status, [gap.kind for gap in found.gaps]) == (status, kinds)
    assert found.kind == "record_required, cap"
    assert bool(found.proven) == ("record_missing" not in kinds)


def test_a_part_has_its_own_rule_beside() -> None:
    """What is said of it under the other clause, and what its own rule finds."""
    part = 'kind = "part"\npart_of = "EL-11"\n' + ALONE
    scene = force()
    ned()(scene)
    found = {one.clause: one for one in compliance.assess(scene.reg, document(part, required()), now=NOW)}
    assert [gap.kind for gap in found["EL-10"].gaps] == ["too_many_holders"]
    assert [gap.kind for gap in found["EL-11"].gaps] == ["record_missing"]
    assert found["EL-10"].applied == found["EL-11"].applied + 1


def test_decisions_stay_open() -> None:
    """P-9: a clause names the decisions on it that nobody has confirmed."""
    profile = document(example("post_required"))
    asked = replace(profile.decisions["Q1"], confirmed=False)
    found = verdicts(replace(profile, decisions={"Q1": asked}))
    assert found["EL-1"].decisions == ("Q1",)
    assert found["EL-10"].decisions == ()


def test_silence_is_not_compliance() -> None:
    """P-1: kinds of rule that the document has none of are named."""
    kinds = compliance.silent(document(example("cap")))
    assert set(kinds) == set(KINDS) - {"cap", "stated"}


def test_kinds_of_evidence_stand_apart() -> None:
    """P-16: what custody signed itself, what has a document, and what somebody is said to have said."""
    clause = required("person")
    own = record("seen", per("hal"), by="hal")
    said = record("seen", per("hal"), person=per("ned"))
    written = record("seen", per("hal"), person=per("ned"), evidence=b64("scan"))
    counts = [
        (len(found.proven), len(found.attached), len(found.statements))
        for found in (judge(clause, act) for act in (own, written, said))
    ]
    assert counts == [(1, 0, 0), (0, 1, 0), (0, 0, 1)]


def test_the_past_is_judged_by_the_document_of_then() -> None:
    """G-11: what was done under an earlier document is that one's to judge, and states are only today's."""
    scene = force()
    changed(scene, allowed=False)
    turn = scene.seq
    record("messages.audit")(scene)
    profile = document(example("password_changers"), MESSAGES, required(), CHAIN)
    today = compliance.assess(scene.reg, profile, now=NOW, since=turn)
    assert {one.clause: one.status for one in today if one.clause == "EL-10"} == {"EL-10": NONE}
    then = compliance.past(scene.reg, profile, now=NOW, since=0, until=turn)
    assert [(one.clause, one.status) for one in then] == [("EL-10", NOT_MET)]


def test_one_fault_that_two_rules_cite_alike() -> None:
    """C-33: two rules whose steps stand in one clause see one fault: one finding, and the clause once."""
    found = verdicts(document(on("breach.reported"), on("breach.reported")), record("breach.reported"))
    assert len(found["EL-10"].gaps) == 2
    assert [(one.clause, one.also) for one in compliance.merged(found.values())] == [("EL-10", ())]
