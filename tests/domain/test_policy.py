"""Policy: the profile says what its document says, names what it leaves open, and is refused when it is damaged."""

from __future__ import annotations

import csv
import tomllib
from datetime import date
from pathlib import Path

import pytest

from tests.policies.sixth import read
from vault.domain import policy
from vault.domain.kinds.approval_chain import ApprovalChain
from vault.domain.kinds.changes import CHANGES, TellOnChange
from vault.domain.kinds.lost_device import LostDeviceChain
from vault.domain.kinds.membership import RotateOnMembershipChange
from vault.domain.kinds.owner_kinds import OwnerKinds
from vault.domain.kinds.password_changers import PasswordChangers
from vault.domain.kinds.registry import KINDS
from vault.domain.kinds.screen_lock import ScreenLockAttestation
from vault.domain.kinds.stop_use import Hold
from vault.errors import UsageProblem
from vault.store.profiles import POLICIES, load_profile

NAME = "norfolk_suffolk"
TEXT = (POLICIES / f"{NAME}.toml").read_text(encoding="utf-8")
PROFILE = load_profile(NAME)
CLAUSES = Path(__file__).parents[3] / "shared" / "policy" / "clauses.csv"


def parse(text: str) -> policy.Profile:
    return read(text, NAME)


def test_every_clause_is_listed() -> None:
    """The profile lists each clause of the analysis, with the same strength."""
    if not CLAUSES.exists():
        pytest.skip("the clause analysis is not beside this repository")
    with CLAUSES.open(encoding="utf-8", newline="") as file:
        wanted = {
            row["key"]: row["strength"].split()[0] for row in csv.DictReader(file) if row["key"][:3] == "NS-"
        }
    assert {key: str(clause.strength) for key, clause in PROFILE.clauses.items()} == wanted


SINGLE = {
    "approval_chain": "NS-9.2",
    "platforms_in_use": "NS-3.3a",
    "owner_kinds": "NS-9.5c",
    "password_changers": "NS-10.1e",
    "rotate_on_membership_change": "NS-10.2e",
    "lost_device_chain": "NS-10.1b",
    "own_device_record": "NS-12.1b",
    "screen_lock_attestation": "NS-10.1d",
    "account_administrator_required": "NS-10.2b",
    "close_consultation": "NS-9.11a",
    "tell_on_change": "NS-9.9",
    "hold": "NS-6.6b",
    "freeze": "NS-10.2a",
}


@pytest.mark.parametrize("kind", SINGLE)
def test_a_rule_stands_on_its_clause(kind: str) -> None:
    """The kinds that gates ask for have one here, found by name and by type; of passwords there may be several."""
    rule = PROFILE.rule(kind)
    assert rule
    assert PROFILE.rule(type(rule)) is rule
    assert PROFILE.rules(kind) == PROFILE.rules(type(rule)) == (rule,)
    assert rule.clause == SINGLE[kind]
    assert KINDS[kind].once == (kind != "password_changers")


def test_silent_is_not_compliant() -> None:
    """A kind that the document does not address gives None, never a rule that allows."""
    start, end = TEXT.index('[clauses."NS-6.6b"]'), TEXT.index('[clauses."NS-9.1"]')
    silent = parse(TEXT[:start] + TEXT[end:])
    assert silent.rule("hold") is None
    assert silent.rule(Hold) is None
    assert silent.clauses_of("hold") == ()
    assert PROFILE.rule("anything else") is None
    assert [clause.key for clause in PROFILE.clauses_of("hold")] == ["NS-6.6b", "NS-6.6c"]


def test_approvals() -> None:
    """Line manager and head of department in any order, the digital media lead last."""
    chain = PROFILE.rule(ApprovalChain)
    assert chain
    assert [(step.post, step.stage, step.clause) for step in chain.steps] == [
        ("line_manager", 1, "NS-9.2"),
        ("head_of_department", 1, "NS-9.2"),
        ("digital_media_lead", 2, "NS-9.5a"),
    ]
    assert chain.fields == ("aims", "purpose", "channel")
    assert not chain.one_person_may_give_several


def test_owners() -> None:
    """Four owner kinds for new accounts; individual ones only from before January 2017."""
    owners = PROFILE.rule(OwnerKinds)
    assert owners
    assert owners.allowed == ("department", "specialist_area", "team", "district")
    legacy = owners.legacy_of("individual")
    assert legacy
    assert (legacy.created_before, legacy.clause) == (date(2017, 1, 1), "NS-9.5b")
    assert owners.legacy_of("team") is None


def test_password_changes() -> None:
    """The custodians change passwords; an emergency needs a reason, a membership change the administrator."""
    changers = PROFILE.rule(PasswordChangers)
    assert changers
    assert changers.roles == ("custodian",)
    (emergency,), (change,) = (changers.exceptions_for(x) for x in ("emergency", "membership_change"))
    assert (emergency.post, emergency.reason_required) == ("", True)
    assert (change.post, change.decision) == ("account_administrator", "I1")
    assert changers.exceptions_for("boredom") == ()
    rotate = PROFILE.rule(RotateOnMembershipChange)
    assert rotate
    assert (rotate.leave, rotate.join, rotate.decision) == (True, True, "C-12")


def test_lost_devices() -> None:
    """ICT and information security together, then corporate communications; own devices beyond the clause."""
    chain = PROFILE.rule(LostDeviceChain)
    assert chain
    force, personal = chain.for_ownership("force"), chain.for_ownership("personal")
    assert force
    assert personal
    assert [step.recipients for step in force.steps] == [
        ("ict", "information_security"),
        ("corporate_communications",),
    ]
    assert [step.clause for step in force.steps] == ["NS-10.1b", "NS-10.1c"]
    assert (force.beyond_clause, personal.beyond_clause, personal.decision) == (False, True, "I5")
    assert chain.for_ownership("rented") is None


def test_mailboxes() -> None:
    """A change is told to the mailbox of the account's force."""
    tell = PROFILE.rule(TellOnChange)
    assert tell
    assert set(tell.changes) == set(CHANGES)
    assert tell.mailbox("norfolk") == "webteam@norfolk.pnn.police.uk"
    assert tell.mailbox("suffolk") == "webteam@suffolk.pnn.police.uk"
    assert tell.mailbox("elsewhere") is None


def test_document_facts_and_local_choices() -> None:
    """Blank places of the cover stay blank; numbers of our own stand apart, each with its reason."""
    assert (PROFILE.document.number, PROFILE.document.replaces) == ("41", "1")
    assert PROFILE.document.approved_on == date(2017, 6, 7)
    assert PROFILE.document.review_on is None
    assert PROFILE.document.published_on is None
    assert tuple(PROFILE.local) == policy.LOCAL_KEYS
    assert all(value.why for value in PROFILE.local.values())
    assert PROFILE.local_value("password_length") == 20
    lock = PROFILE.rule(ScreenLockAttestation)
    assert lock
    assert lock.renewal_days == PROFILE.local_value("attestation_days")
    assert tuple(PROFILE.forces) == ("norfolk", "suffolk")


def test_open_decisions_stay_open() -> None:
    """Every question keeps its chosen reading, and none is confirmed yet."""
    known = {"I1", "I2", "I3", "I4", "I5", "I6", "I26", "I36", "I37", "R-3", "X21", "C-12"}
    assert set(PROFILE.decisions) == known
    assert not any(decision.confirmed for decision in PROFILE.decisions.values())


REFUSED = {
    "schema": ("\nschema = 1", "\nschema = 2", "line 7: schema must be 1"),
    "name": ('name = "norfolk_suffolk"', 'name = "other"', "name must be the file's own name"),
    "unknown at the top": ("\nschema = 1", "\nschema = 1\nverzion = 2", "line 8: verzion is not a key known here"),
    "unknown in a rule": ("join = true", "join = true\nrejoin = true", r"NS-10.2e.parameters.rejoin is not a key"),
    "unknown in a clause": ('kind = "hold"', 'kind = "hold"\ncolour = 1', r"NS-6.6b.colour is not a key known"),
    "unknown local": ("\n[local]", "\n[local]\nlucky = 7", "local.lucky is not a key"),
    "missing local": ("lease_minutes = ", "lease_hours = ", "local.lease_minutes is missing"),
    "missing parameter": ('keeper = "line_manager"\n', "", "NS-12.1b.parameters.keeper is missing"),
    "bank holidays": ('bank_holidays = "england', 'bank_holidays = "scotland', "bank_holidays must be one of"),
    "wrong type": ("leave = true", 'leave = "yes"', r"line \d+: clauses.NS-10.2e.parameters.leave must be true"),
    "kind": ('kind = "hold"', 'kind = "pause"', "NS-6.6b.kind must be one of"),
    "strength": ('strength = "MAY"', 'strength = "PERHAPS"', "strength must be one of MUST, SHOULD, MAY, FACT"),
    "clause": ('release_clause = "NS-6.6c"', 'release_clause = "NS-99"', "names no clause of this document"),
    "platform": ('"vimeo", ', '"myspace", ', "platforms may only hold"),
    "decision": ('decision = "C-12"', 'decision = "C-99"', "decision must be one of"),
    "decision's clause": ('clauses = ["NS-10.2e"]', 'clauses = ["NS-99"]', "clauses may only hold"),
    "role": ('roles = ["custodian"]\npowers', 'roles = ["king"]\npowers', "roles may only hold"),
    "ownership twice": ('ownership = "personal"', 'ownership = "force"', "names an ownership twice"),
    "legacy allowed": ('owner_kind = "individual"', 'owner_kind = "team"', "allowed anyway"),
    "mailbox missing": ("suffolk = ", "essex = ", "mailboxes.suffolk is missing"),
    "mailbox too many": ("norfolk = ", 'essex = "a@b"\nnorfolk = ', "mailboxes.essex is no force"),
    "local name": ('"attestation_days"', '"attestation_weeks"', "renewal_local must be one of"),
    "second rule": ('kind = "part"\npart_of = "NS-9.2"',
                    'kind = "freeze"\nparameters = { roles = ["custodian"], powers = ["a"] }',
                    "second rule of the kind freeze"),
    "part of nothing": ('part_of = "NS-6.6b"', 'part_of = "NS-9.3"', "part of a clause without a rule"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_damaged_profiles_are_refused(name: str) -> None:
    """Each fault is refused with file, line and key."""
    old, new, why = REFUSED[name]
    assert old in TEXT
    with pytest.raises(UsageProblem, match=why) as caught:
        parse(TEXT.replace(old, new, 1))
    assert str(caught.value).startswith("p.toml, line ")


@pytest.mark.parametrize("section", ["clauses", "forces"])
def test_empty_sections_are_refused(section: str) -> None:
    """A document without clauses or forces is a damaged file."""
    values = tomllib.loads(TEXT)
    values[section] = {}
    with pytest.raises(UsageProblem, match=f"{section} must not be empty"):
        read("", NAME, values)
