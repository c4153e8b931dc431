"""Use, follow-ups and ends of accounts: every way in which an entry is void, and what the entries come to."""

from __future__ import annotations

import datetime as dt
import tomllib
from typing import Any

import pytest

from tests.domain.examples import Refused, named
from tests.domain.fold import DAY, Fold, acc, force, per
from tests.policies.sixth import PROFILES, TEXT, load
from vault.domain.due import OPEN, OVERDUE
from vault.domain.kinds.temporary import END, NO_END, REVIEW, TemporaryAccount, ends
from vault.domain.usage import ON, PERMANENT, REACHED, UPON, terms
from vault.errors import UsageProblem

BY = {"post": "head_of_eservices", "person": per("ned")}


def other_use(scene: Fold) -> None:
    """Ada says when another account was used."""
    scene.do("account.added", acc("other"), platform="x", owner_kind="main", details="A" * 43 + "=")
    scene.do("account.used", acc("other"), day=DAY, how="post")


CASES = [
    Refused("of an unknown account", "account.used", "the account is not", subject=acc("eve")),
    Refused("on an unknown word", "account.used", "the person is not", {"person": per("eve")}),
    Refused("a day that is none", "account.used", "day is not a date", {"day": "2026-02-30"}),
    Refused("a word for how", "account.used", "how is not", {"how": "daily"}),
    Refused("by an auditor", "account.used", "no right", by="aud"),
    Refused("correcting nothing", "account.used", "the use is not", {"corrects": 2}),
    Refused(
        "correcting another's",
        "account.used",
        "of another account",
        lambda scene: {"corrects": scene.seq - 1},
        other_use,
    ),
    Refused("by a holder", "account.followed_up", "no right", by="hal"),
    Refused("for an unknown account", "account.followed_up", "the account is not", subject=acc("eve")),
    Refused("ending before it began", "account.followed_up", "end then", {"until": "2026-11-19"}),
    Refused("with an end", "account.followed_up", "end then", {"step": "reminder"}),
    Refused("naming no event", "account.ends", "names the event", {"how": "date"}),
    Refused("in words", "account.ends", "ending is not", {"ending": "when_the_fair_is_over"}),
    Refused("by a holder", "account.ends", "no right", by="hal"),
]


@pytest.mark.parametrize("case", named(CASES))
def test_void(case: Refused) -> None:
    """Each has no effect, for its own reason."""
    case.check()


def test_what_lacks_a_name_is_void() -> None:
    """A mitigation without an end, or without who allowed it; half a permission."""
    scene = force()
    said = {"step": "mitigation", "day": DAY, "until": "2026-12-24"}
    assert "who allowed it" in scene.void("account.followed_up", acc("main"), **said)
    assert "who allowed it" in scene.void("account.followed_up", acc("main"), **said, post="x")
    no_end = {"step": "mitigation", "day": DAY, **BY}
    assert "without an end" in scene.void("account.followed_up", acc("main"), **no_end)
    half = {"how": "date", "day": DAY, "post": "x"}
    assert "a post and a person" in scene.void("account.ends", acc("main"), **half)


def test_a_holder_speaks_of_what_they_hold() -> None:
    """Whoever holds an account may say that it is used; nobody else without a role in custody."""
    scene = force()
    scene.do("account.used", acc("main"), by="hal", day=DAY, how="post")
    scene.do("account.added", acc("two"), platform="x", owner_kind="main", details="A" * 43 + "=")
    assert "holds no access" in scene.void("account.used", acc("two"), by="hal", day=DAY, how="post")


def test_a_wrong_day_is_corrected_by_a_later_entry() -> None:
    """The wrong one stays in the log, and counts no more."""
    scene = force()
    wrong = scene.seq
    scene.do("account.used", acc("main"), day="2026-11-30", how="post")
    scene.do("account.used", acc("main"), day=DAY, how="post", corrects=wrong)
    assert [row["day"] for row in scene.reg.find("account_use", corrected=None)] == [DAY]


# --- temporary accounts ------------------------------------------------------------------------------------------

RULE = PROFILES["avon_somerset"].rule(TemporaryAccount)
TODAY = dt.date(2026, 6, 1)


def rows(*said: tuple[Any, ...]) -> list[dict[str, Any]]:
    """Entries about an end: (how, day, event, post)."""
    return [
        {
            "seq": n,
            "how": one[0],
            "day": one[1],
            "ending": one[2] if len(one) > 2 else None,
            "post": one[3] if len(one) > 3 else None,
        }
        for n, one in enumerate(said)
    ]


def due(*said: tuple[Any, ...], of_type: str | None = "local", state: str = "open") -> list[tuple[str, str]]:
    """What falls due about the end, and when."""
    account = {"id": "acc-one", "type": of_type, "state": state}
    return [
        (one.what, one.due_on.isoformat() if one.due_on else "") for one in ends(RULE, account, rows(*said))
    ]


def test_temporary_account_needs_an_end() -> None:
    """Of the types that the document means, one without an end is reported; any end that is set binds."""
    assert due() == [(NO_END, "")]
    assert due(of_type="main") == due(of_type=None) == due(state="closed") == []
    assert due((ON, "2026-05-01"), of_type="main") == [(END, "2026-05-01")]
    (found,) = ends(None, {"id": "acc-one", "type": "main", "state": "open"}, rows((ON, "2026-05-31")))
    assert (found.clause, found.state(TODAY)) == ("", OVERDUE)
    assert not list(ends(None, {"id": "acc-one", "type": "local", "state": "open"}, []))


def test_L_14_an_end_that_is_an_event() -> None:  # noqa: N802 - the ids of the edge cases
    """Somebody must declare it; until then it is asked for, and from then on it is over."""
    awaited = (UPON, "2026-01-01", "website_live")
    assert due(awaited) == [(REVIEW, "2026-04-01")]
    assert due(awaited, (UPON, "2026-03-20", "website_live")) == [(REVIEW, "2026-06-18")]
    assert due(awaited, (REACHED, "2026-05-31")) == [(END, "2026-05-31")]
    found = list(
        ends(RULE, {"id": "a", "type": "local", "state": "open"}, rows(awaited, (REACHED, "2026-05-31")))
    )
    assert found[0].state(TODAY) == OVERDUE
    assert "website_live" in found[0].words
    assert not list(ends(None, {"id": "a", "type": "local", "state": "open"}, rows(awaited)))


def test_L_14_no_silent_extension() -> None:  # noqa: N802
    """A later day, another event or no end without anybody's leave changes nothing, and is counted."""
    first = (ON, "2026-05-01")
    for more in ((ON, "2026-12-01"), (UPON, "2026-05-02", "website_live"), (PERMANENT, "2026-05-02")):
        assert due(first, more) == [(END, "2026-05-01")]
        found = terms(rows(first, more))
        assert found
        assert found.not_allowed == (1,)
    (one,) = ends(RULE, {"id": "a", "type": "local", "state": "open"}, rows(first, (ON, "2026-12-01")))
    assert "1 extensions nobody allowed" in one.words
    assert due(first, (ON, "2026-04-01")) == [(END, "2026-04-01")], "sooner needs nobody"
    assert due(first, (ON, "2026-12-01", None, "head_of_eservices")) == [(END, "2026-12-01")]
    assert due(first, (REACHED, "2026-04-01")) == [(END, "2026-05-01")], "no event was awaited"
    assert due((REACHED, "2026-04-01")) == [(NO_END, "")]


def test_L_15_permanent_only_with_leave() -> None:  # noqa: N802
    """Temporary turned permanent needs the leave of a post."""
    assert due((ON, "2026-05-01"), (PERMANENT, "2026-04-20", None, "head_of_eservices")) == []
    assert due((ON, "2026-05-01"), (PERMANENT, "2026-04-20")) == [(END, "2026-05-01")]


def test_an_awaited_event_has_no_day_without_a_rule() -> None:
    """What has no day is open, never overdue."""
    (found,) = ends(RULE, {"id": "a", "type": "local", "state": "open"}, [])
    assert found.state(TODAY) == OPEN


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('types = ["event"]', 'types = ["holiday"]', "may only hold"),
        ('"warning_days"\nby', '"patience"\nby', "must be one of"),
        ('by = ["press"]', "by = []", "must not be empty"),
        ('by = ["press"]', 'by = ["press"]\nhue = 1', "hue is not a key"),
    ],
)
def test_damage_is_refused(old: str, new: str, why: str) -> None:
    """Faults in the parameters are refused."""
    text = TEXT + (
        '[clauses."EL-8"]\nwhere = "8"\nstrength = "MUST"\nkind = "temporary_account"\nreading = "Events end"\n'
        '[clauses."EL-8".parameters]\ntypes = ["event"]\nreview_local = "warning_days"\nby = ["press"]\n'
    )
    assert load(text).rule(TemporaryAccount)
    assert tomllib.loads(text)
    assert old in text
    with pytest.raises(UsageProblem, match=why):
        load(text.replace(old, new))
