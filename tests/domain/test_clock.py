"""Times as claims: which of them contradict each other, and what they say about a moment all the same."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest

from vault.domain import clock
from vault.domain.clock import Claim, Disputed, Stamp

NOW = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
FALSE = "9999-12-31T23:59:59Z"


def day(number: int, minute: int = 0) -> str:
    return f"2026-11-{number:02}T09:{minute:02}:00Z"


def log(*said: tuple[str, str]) -> list[Claim]:
    """A log of (author, time)."""
    return [Claim(seq, time, author) for seq, (author, time) in enumerate(said)]


def ask(claims: list[Claim], at: str, now: dt.datetime = NOW) -> tuple[int, str]:
    """The two steps as `ops` takes them."""
    first, end = clock.around([Stamp(c.seq, c.time) for c in claims], at, now=now)
    return (end, "") if first == end else clock.standing(claims[first:end], at, now=now)


HONEST = log(
    ("ada", day(1)), ("hal", day(2)), ("bea", day(3)), ("ada", day(4)), ("bea", day(5)), ("ada", day(6))
)


@pytest.mark.parametrize("number", range(8))
def test_honest_times(number: int) -> None:
    """What claims to be of that day or before."""
    assert ask(HONEST, day(number or 1, 0) if number else "2026-10-01T00:00:00Z") == (min(number, 6), "")


def test_no_single_author_moves_a_moment() -> None:
    """Whatever time one of three claims, and wherever: the answer is the honest one, or there is none.

    In between the honest entries its own stand where it says.
    """
    times = ["0001-01-01T00:00:00Z", *(day(n, 30) for n in range(1, 8)), "2026-11-19T00:00:00Z", FALSE]
    answered = asked = 0
    for places in itertools.combinations_with_replacement(range(7), 2):
        for said in itertools.product(times, repeat=2):
            mixed: list[tuple[str, str]] = [
                ("ada", c.time) if c.author == "hal" else (c.author, c.time) for c in HONEST
            ]
            for place, time in sorted(zip(places, said, strict=True), reverse=True, key=lambda each: each[0]):
                mixed.insert(place, ("hal", time))
            claims = log(*mixed)
            for number in range(1, 7):
                try:
                    count, _ = ask(claims, day(number))
                except Disputed as disputed:
                    asked += 1
                    shown = {
                        sum(c.author != "hal" for c in claims[:n])
                        for n in range(disputed.least, disputed.most + 1)
                    }
                    assert number in shown, "the right entry is among those that are offered"
                else:
                    answered += 1
                    assert sum(claim.author != "hal" for claim in claims[:count]) == number, (claims, number)
    assert answered > 2 * asked > 0


def test_one_against_two_is_not_believed() -> None:
    """And is named; with two authors alone nobody can know, and both are named."""
    claims = log(("ada", day(1)), ("hal", day(18)), ("ada", day(2)), ("bea", day(3)), ("ada", day(9)))
    assert ask(claims, day(4)) == (4, "hal")
    more = log(
        ("ada", day(1)), ("hal", day(18)), ("eve", FALSE), ("ada", day(2)), ("bea", day(3)), ("ada", day(9))
    )
    assert ask(more, day(4)) == (5, "hal"), "what is not yet does not help"
    with pytest.raises(Disputed) as found:
        ask([c for c in claims if c.author != "bea"], day(4))
    assert (found.value.later.author, found.value.earlier.author) == ("hal", "ada")


def test_the_others_may_differ_by_minutes() -> None:
    """One false clock among three honest ones that do not agree to the minute is still found; against two it is not."""
    said = [
        ("ada", day(4)),
        ("hal", "2026-11-20T09:00:00Z"),
        ("ada", day(5, 3)),
        ("bea", day(5)),
        ("cal", day(5)),
        ("ada", day(6)),
    ]
    assert ask(log(*said), day(5, 1)) == (5, "hal")
    with pytest.raises(Disputed):
        ask(log(*(one for one in said if one[0] != "cal")), day(5, 1))


def test_what_is_not_yet_is_false() -> None:
    """A time later than the clock of who asks: it counts for nothing, even against one."""
    claims = log(("ada", day(1)), ("hal", FALSE), ("ada", day(2)), ("ada", day(4)))
    assert ask(claims, day(3)) == (3, "")
    assert ask(claims, day(1, 30)) == (1, ""), "between its neighbours it stands where it claims to: later"


def test_clocks_that_differ_by_minutes() -> None:
    """Nobody is asked for an entry, and nothing is a finding."""
    claims = log(("ada", day(1, 9)), ("hal", day(1, 0)), ("ada", day(1, 10)))
    assert ask(claims, day(1, 5)) == (2, "")
    assert clock.contradictions(Stamp(c.seq, c.time) for c in claims) == []


def test_contradictions_are_counted_by_the_entry_that_they_contradict() -> None:
    """A time in the future makes one of all that come after it; one in the past stands alone."""
    stamps = [Stamp(n, t) for n, t in enumerate((day(1), day(9), day(2), day(3), day(10), day(4), day(11)))]
    found = [(one.before.seq, one.after.seq, one.number) for one in clock.contradictions(stamps)]
    assert found == [(1, 2, 2), (4, 5, 1)]


AGO = {"now": NOW, "hour": NOW - dt.timedelta(hours=1), "years": NOW - dt.timedelta(days=500)}


@pytest.mark.parametrize(
    ("newest", "against"),
    [
        ({"ada": "hour"}, None),
        ({"hal": "ahead", "ada": "hour"}, None),  # one other, against our own last entry
        ({"hal": "ahead", "bea": "hour"}, None),  # or against somebody else's, where we have none
        ({"hal": "ahead"}, "hal"),  # a newcomer's first entry: there is nothing else to compare
        ({"hal": "ahead", "bea": "ahead", "ada": "hour"}, "hal"),
        ({"hal": "hour", "ada": "ahead"}, "ada"),  # our own clock was set back
        ({"ada": "years"}, "ada"),
        ({"hal": "years", "ada": "hour"}, None),  # one other's time of long ago stops nobody
        ({"hal": "ahead", "ada": "years"}, "ada"),
    ],
)
def test_when_a_clock_is_doubted(newest: dict[str, str], against: str | None) -> None:
    """Two others, or our own last entry; one other's word is not enough."""
    ahead = NOW + dt.timedelta(minutes=11)
    claims = [
        Claim(9 - n, AGO.get(when, ahead).strftime("%Y-%m-%dT%H:%M:%SZ"), who)
        for n, (who, when) in enumerate(newest.items())
    ]
    found = clock.doubtful("ada", claims, NOW)
    assert (found.author if found else None) == against
