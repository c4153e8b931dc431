"""Who is told of a change: what meets the rule, what does not, and what shows neither."""

from __future__ import annotations

import pytest

from tests.domain.clauses import rule
from tests.domain.fold import EARLIER, acc, per
from tests.domain.judging import LATER, MET, NONE, UNSHOWN, Cases, Do, changed, check, earlier, judge, record
from vault.errors import UsageProblem

TELL = rule(
    "tell_on_change",
    'changes = ["password"]',
    'tell = [{ recipients = ["desk"], clause = "EL-10" }]',
    'mailboxes_clause = "EL-10"',
)


def told_of(*what: str) -> str:
    """The rule for other changes."""
    return TELL.replace('["password"]', "[" + ", ".join(f'"{word}"' for word in what) + "]")


def new(**parts: str) -> Do:
    """A version in which these parts are new, in the place of the first."""
    said = {"changed_by": per("hal"), "allowed": True, "occurred_at": EARLIER, "previous": 1}
    return lambda scene: scene.version(acc("main"), parts={"password": "kept", **parts}, **said)


PARTS = {"second_factor": "totp", "backup_codes": "backup_codes", "recovery": "recovery"}
CASES: Cases = {
    "C-5 not told": (TELL, (changed,), UNSHOWN),
    "C-5 told": (TELL, (changed, record("told.desk", at=LATER)), MET),
    "a second factor where passwords are told": (TELL, (new(totp="new"),), NONE),
    "a password where second factors are": (told_of("second_factor"), (changed,), NONE),
    "what is kept is no change": (told_of("password", "backup_codes"), (new(totp="new"),), NONE),
    **{f"{word} not told": (told_of(word), (new(**{part: "new"}),), UNSHOWN) for word, part in PARTS.items()},
    **{
        f"{word} told": (told_of(word), (new(**{part: "new"}), record("told.desk", at=LATER)), MET)
        for word, part in PARTS.items()
    },
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_verdict(name: str) -> None:
    """The status of each, and why."""
    check(*CASES[name])


def test_a_change_under_an_earlier_document() -> None:
    """Who had to be told of it that document said."""
    assert judge(TELL, changed).applied == 1
    found = earlier(TELL, changed)
    assert (found.status, found.applied, found.gaps) == (NONE, 0, ())


def test_one_change_of_two_things_is_told_once() -> None:
    """One gap, which names both; a word that is no change is refused when the document is read."""
    found = judge(told_of("password", "second_factor"), new(password="new", totp="new"))
    assert [gap.words for gap in found.gaps] == [
        f"desk was not told of the password and second factor changed on {EARLIER[:10]}"
    ]
    with pytest.raises(UsageProblem, match="changes may only hold password, second_factor"):
        judge(told_of("login"), changed)
