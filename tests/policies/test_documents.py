"""The five documents: complete, placed, ranked, and the same clauses as the analysis."""

from __future__ import annotations

import csv
import re
from collections import Counter
from datetime import date
from itertools import combinations
from pathlib import Path

import pytest

from tests.policies.sixth import PROFILES, SHIPPED, TEXT, load
from vault.domain.kinds.approval_chain import ApprovalChain
from vault.domain.kinds.base import RECORDED
from vault.domain.kinds.changes import TellOnChange
from vault.domain.kinds.lost_device import LostDeviceChain
from vault.domain.kinds.owner_kinds import OwnerKinds
from vault.domain.policy import LOCAL_KEYS, MORE_LOCAL_KEYS, Clause, Profile, Strength
from vault.errors import UsageProblem

CLAUSES = Path(__file__).parents[3] / "shared" / "policy" / "clauses.csv"
COUNTS = {
    "avon_somerset": (50, "AS"),
    "norfolk_suffolk": (74, "NS"),
    "northamptonshire": (53, "NP"),
    "west_midlands": (49, "WM"),
    "west_midlands_facebook": (15, "WF"),
}
# Where the document itself binds harder than the analysis says.
CORRECTED = {"AS-A1.m": Strength.MUST}  # "good lines of communications must be in place at all times"


def analysis(prefix: str) -> dict[str, set[str]]:
    """The analysed clauses of one document, with the strengths that each may have."""
    if not CLAUSES.exists():
        pytest.skip("the clause analysis is not beside this repository")
    with CLAUSES.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["key"].startswith(f"{prefix}-")]
    return {row["key"]: set(re.findall(r"\b(?:MUST|SHOULD|MAY|FACT)\b", row["strength"])) for row in rows}


def whole(profile: Profile) -> dict[str, Clause]:
    """The clauses of the text, without the further demands that bind otherwise."""
    return {key: clause for key, clause in profile.clauses.items() if not clause.sub_of}


def test_five_documents() -> None:
    """Five profiles ship, with 241 clauses between them, each under its document's prefix."""
    assert {name: len(whole(profile)) for name, profile in SHIPPED.items()} == {
        name: count for name, (count, _) in COUNTS.items()
    }
    assert sum(count for count, _ in COUNTS.values()) == 241
    for name, (_, prefix) in COUNTS.items():
        assert {key[:2] for key in SHIPPED[name].clauses} == {prefix}


@pytest.mark.parametrize("name", COUNTS)
def test_every_clause_has_its_kind(name: str) -> None:
    """A finished document only lists nothing: each clause has a rule, or says part of one."""
    assert [key for key, clause in SHIPPED[name].clauses.items() if clause.kind == RECORDED] == []


@pytest.mark.parametrize("name", COUNTS)
def test_the_clauses_of_the_analysis(name: str) -> None:
    """Each profile lists exactly the analysed clauses, at a strength that the analysis names."""
    wanted = analysis(COUNTS[name][1])
    clauses = whole(SHIPPED[name])
    assert set(clauses) == set(wanted)
    wrong = {key for key, clause in clauses.items() if str(clause.strength) not in wanted[key]}
    assert wrong == set(CORRECTED) & set(clauses)
    assert all(clauses[key].strength is CORRECTED[key] for key in wrong)


@pytest.mark.parametrize("name", PROFILES)
def test_every_clause_has_place_strength_and_reading(name: str) -> None:
    """No clause without its place in the document, its strength and a reading; alternatives differ from it."""
    for clause in PROFILES[name].clauses.values():
        assert clause.where.strip()
        assert isinstance(clause.strength, Strength)
        assert clause.reading.strip()
        assert clause.reading not in clause.alternatives


def test_strengths_without_the_analysis() -> None:
    """How many clauses bind, and how, in each document."""
    found = {
        name: Counter(str(c.strength) for c in whole(profile).values()) for name, profile in SHIPPED.items()
    }
    assert found == {
        "avon_somerset": {"FACT": 35, "MUST": 11, "SHOULD": 4},
        "norfolk_suffolk": {"MUST": 37, "SHOULD": 19, "FACT": 13, "MAY": 5},
        "northamptonshire": {"MUST": 30, "FACT": 14, "SHOULD": 7, "MAY": 2},
        "west_midlands": {"MUST": 26, "SHOULD": 15, "FACT": 5, "MAY": 3},
        "west_midlands_facebook": {"SHOULD": 10, "MUST": 3, "FACT": 2},
    }


@pytest.mark.parametrize("name", PROFILES)
def test_local_numbers_have_reasons(name: str) -> None:
    """Numbers that the document does not give stand apart, each with its reason."""
    profile = PROFILES[name]
    assert set(LOCAL_KEYS) <= set(profile.local) <= {*LOCAL_KEYS, *MORE_LOCAL_KEYS}
    assert all(value.value > 0 and value.why for value in profile.local.values())


@pytest.mark.parametrize("name", SHIPPED)
def test_decisions_stay_open(name: str) -> None:
    """No reading of ours is shown as the owner's; each decision concerns a clause."""
    decisions = SHIPPED[name].decisions.values()
    assert decisions
    assert not any(decision.confirmed for decision in decisions)
    assert all(decision.clauses for decision in decisions)


def test_cover_facts() -> None:
    """Numbers, versions, dates and mail domains are those printed; what is not printed stays blank."""
    covers = {
        name: (p.document.number, p.document.version, p.document.effective_on, p.document.review_on)
        for name, p in SHIPPED.items()
    }
    assert covers == {
        "avon_somerset": ("", "", None, None),
        "norfolk_suffolk": ("41", "", None, None),
        "northamptonshire": ("5/20", "5", date(2020, 3, 12), date(2021, 3, 12)),
        "west_midlands": ("CC/01", "1.5", date(2015, 12, 1), date(2016, 12, 1)),
        "west_midlands_facebook": ("", "", None, None),
    }
    domains = {
        code: force.mail_domains for profile in SHIPPED.values() for code, force in profile.forces.items()
    }
    assert domains == {
        "avon_somerset": (),
        "norfolk": ("norfolk.pnn.police.uk",),
        "suffolk": ("suffolk.pnn.police.uk",),
        "northamptonshire": ("northants.pnn.police.uk",),
        "west_midlands": (),
    }


def test_one_document_ranks_first() -> None:
    """Of two documents that bind one force, one names the other as ranking before it."""
    shared = [
        (one, other)
        for one, other in combinations(SHIPPED.values(), 2)
        if set(one.forces) & set(other.forces)
    ]
    assert [(one.name, other.name) for one, other in shared] == [("west_midlands", "west_midlands_facebook")]
    for one, other in shared:
        assert {one.document.guidance_under, other.document.guidance_under} - {""} <= {one.name, other.name}
        assert (one.document.guidance_under == "") != (other.document.guidance_under == "")
    assert all(p.document.guidance_under in {"", *SHIPPED} for p in SHIPPED.values())


def test_guidance_gates_nothing_of_its_own() -> None:
    """The guidance names no approvers, changers, losses or holds: silent, not permitted."""
    guidance = SHIPPED["west_midlands_facebook"]
    assert not {clause.kind for clause in guidance.clauses.values()} & set(GATED)


GATED = (
    "approval_chain",
    "owner_kinds",
    "password_changers",
    "tell_on_change",
    "freeze",
    "hold",
    "lost_device_chain",
    "account_administrator_required",
    "rotate_on_membership_change",
)
RULES = {
    "avon_somerset": {"approval_chain": "AS-3.d", "password_changers": "AS-A1.a"},
    "northamptonshire": {
        "approval_chain": "NP-2.1.0",
        "password_changers": "NP-2.1.6a",
        "tell_on_change": "NP-2.1.6b",
        "owner_kinds": "NP-2.6c",
        "freeze": "NP-6b",
    },
    "west_midlands": {
        "approval_chain": "WM-3.2",
        "owner_kinds": "WM-3.3b",
        "tell_on_change": "WM-3.9",
        "password_changers": "WM-3.11",
        "hold": "WM-4.19",
        "lost_device_chain": "WM-5.6",
        "account_administrator_required": "WM-5.7a",
        "rotate_on_membership_change": "WM-5.7c",
    },
}


@pytest.mark.parametrize("name", RULES)
def test_rules_and_their_clauses(name: str) -> None:
    """Each rule that gates ask for one of sits on the clause that says it; every other such kind is not addressed."""
    clauses = SHIPPED[name].clauses.values()
    gated = {clause.kind: clause.key for clause in clauses if clause.kind in GATED}
    assert gated == RULES[name]


def test_parameters_as_printed() -> None:
    """Approvers, owners, mailboxes and lost devices as the documents have them."""
    west, north, avon = (SHIPPED[name] for name in ("west_midlands", "northamptonshire", "avon_somerset"))
    chain = west.rule(ApprovalChain)
    assert chain
    assert [step.post for step in chain.steps] == ["line_manager", "corporate_communications"]
    tell, untold = north.rule(TellOnChange), west.rule(TellOnChange)
    assert tell
    assert untold
    assert tell.mailbox("northamptonshire") == "news@northants.pnn.police.uk"
    assert untold.mailbox("west_midlands") is None
    owners, only_main = west.rule(OwnerKinds), north.rule(OwnerKinds)
    assert owners
    assert only_main
    assert owners.barred_on("facebook", "team")
    assert not owners.barred_on("x", "team")
    assert not owners.barred_on("facebook", "local_policing_unit")
    assert only_main.barred_on("linkedin", "individual")
    assert not only_main.barred_on("linkedin", "main")
    lost = west.rule(LostDeviceChain)
    assert lost
    chains = {own: lost.for_ownership(own) for own in ("force", "personal")}
    assert {own: found and found.steps[0].clause for own, found in chains.items()} == {
        "force": "WM-5.6",
        "personal": "WM-5.5b",
    }
    local = avon.rule(ApprovalChain)
    assert local
    assert local.for_owner("team").steps[0].posts == ("head_of_eservices", "head_of_corporate_communications")
    assert local.for_owner("district").steps[0].posts == (
        "district_intelligence_coordinator",
        "department_manager",
        "fim",
    )
    assert len(local.posts) == 5


REFUSED = {
    "post twice": ('post = "deputy"', 'post = "sergeant"', "steps names a post twice"),
    "variant's clause": ('clause = "EL-2"\nsteps', 'clause = "EL-99"\nsteps', "names no clause of this document"),
    "unknown in a variant": ('owner_kinds = ["district"]', 'owner_kinds = ["district"]\nhue = 1', "hue is not a key"),
    "unknown in an alternate": ('post = "deputy",', 'post = "deputy", hue = 1,', "hue is not a key"),
    "barred platform": ('platforms = ["flickr"]', 'platforms = ["myspace"]', "platforms may only hold"),
    "unknown in a bar": ('platforms = ["flickr"],', 'platforms = ["flickr"], hue = 1,', "hue is not a key"),
    "post and holders": ('post = "", holders_only', 'post = "x", holders_only', "a post and for any holder"),
    "occasion": ('"any_time", post = "i', '"sometimes", post = "i', "occasion must be one of"),
    "alternatives": ("alternatives = [", "alternatives = [1, ", "alternatives must be a list of texts"),
    "effective": ("effective_on = 2024-03-01", 'effective_on = "soon"', "effective_on must be a date"),
    "guidance": ('replaces = "1"', 'replaces = "1"\nguidance_under = ""', "guidance_under must not be empty"),
    "local": ("warning_days = ", "warning_weeks = ", "local.warning_weeks is not a key"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_damage_is_refused(name: str) -> None:
    """Faults in the parameters that these documents need are refused with file, line and key."""
    old, new, why = REFUSED[name]
    assert old in TEXT
    with pytest.raises(UsageProblem, match=why) as caught:
        load(TEXT.replace(old, new, 1))
    assert str(caught.value).startswith("p.toml, line ")
