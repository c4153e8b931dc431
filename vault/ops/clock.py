"""This machine's clock against the log, and the log's times against each other (`vault.domain.clock`).

Where times contradict each other it is a finding, with both authors; a date that lies between them is answered only if
it is clear whose time is wrong.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING

from audit.entry import Entry, decode
from vault.domain import clock
from vault.domain.clock import Claim, Disputed, Stamp
from vault.domain.finding import Finding
from vault.errors import UsageProblem

if TYPE_CHECKING:
    from vault.ops.session import Vault

CHUNK = 200


def check_clock(vault: Vault, now: dt.datetime) -> None:
    """Ask before writing times that cannot be right: order is the log's, but people read the times.

    One other member's time that agrees with nobody's is not asked about: it would stop everybody for good.
    """
    if vault.clock_confirmed:
        return
    against = doubtful(vault, now)
    if against is not None:
        raise UsageProblem(
            f"this machine's clock says {_words(now)}, but {against.author} wrote entry {against.seq} "
            f"at {against.time}",
            hint="set the clock right; if it is right, repeat as: keyholder --clock-is-right …",
        )


def doubtful(vault: Vault, now: dt.datetime) -> Claim | None:
    """The entry that this machine's clock does not go with; None where it may be right."""
    pin = vault.state.pin()
    if pin is None or clock.doubtful("", [Claim(pin.size - 1, pin.time, "newest")], now) is None:
        return None
    newest: dict[str, Claim] = {}
    for claim in _backwards(vault):
        newest.setdefault(claim.author, claim)
        if claim.author == vault.person:
            break
    return clock.doubtful(vault.person, list(newest.values()), now)


def _backwards(vault: Vault) -> Iterator[Claim]:
    for end in range(vault.follower.size, 0, -CHUNK):
        yield from reversed(_claims(vault, max(0, end - CHUNK), end))


def _claims(vault: Vault, start: int, end: int) -> list[Claim]:
    """Entries start..end-1 with their authors, each the one that this machine verified."""
    from vault.ops.log import bodies

    return [_claim(vault, decode(body)) for body in bodies(vault, start, end)]


def _claim(vault: Vault, entry: Entry) -> Claim:
    row = vault.state.get("keyset", id=entry.actor)
    return Claim(entry.seq, entry.time, (row["person"] if row else None) or entry.actor)


def entries_at(vault: Vault, to: dt.datetime) -> tuple[int, str]:
    """How many entries there were at a moment; and whose times were not believed, if it took that.

    UsageProblem where the times of the log do not say it.
    """
    now, size = vault.clock(), vault.follower.size
    if to >= now:
        return size, ""
    at = _words(to)
    first, end = clock.around(_stamps(vault), at, now=now)
    if first == end:
        return end, ""
    try:
        return clock.standing(_claims(vault, first, end), at, now=now)
    except Disputed as disputed:
        raise _ask(disputed, size) from None


def _ask(disputed: Disputed, size: int) -> UsageProblem:
    later, earlier = disputed.later, disputed.earlier
    least, most = max(0, disputed.least - 1), min(size, disputed.most) - 1
    return UsageProblem(
        f"the times of the log disagree about that moment: entry {later.seq} ({later.author}) claims {later.time}, "
        f"entry {earlier.seq} after it ({earlier.author}) claims {earlier.time}",
        hint=f"give the entry instead, one of {least} to {most}; see them with: keyholder audit log --since {least}",
    )


def findings(vault: Vault) -> Iterator[Finding]:
    """Times that contradict each other, with both authors: which of the two is wrong the log does not say."""
    for one in clock.contradictions(_stamps(vault)):
        before, after = (_claims(vault, each.seq, each.seq + 1)[0] for each in (one.before, one.after))
        more = f" and {one.number - 1} more" if one.number > 1 else ""
        words = (
            f"entry {before.seq} of {before.author} claims {before.time}; entry {after.seq}{more} after it, of "
            f"{after.author}, claims {after.time}: one of the clocks was wrong"
        )
        yield Finding(kind="times_contradict", words=words, evidence=(before.seq, after.seq))


def _stamps(vault: Vault) -> Iterator[Stamp]:
    return (Stamp(seq, time) for seq, time in vault.state.times())


def _words(at: dt.datetime) -> str:
    from vault.ops.session import moment

    return moment(at)
