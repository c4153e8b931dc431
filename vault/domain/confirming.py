"""What waits for a second administrator takes effect when another than its author confirms it.

Who agrees to an administrator names the keys whose words they compared, and vouches for these; without a name for none.
"""

from __future__ import annotations

from vault.domain import events as e
from vault.domain import voices
from vault.domain.events import Event, Fact, Register, Void


def _nothing(reg: Register, fact: Fact) -> None:
    """What was confirmed is applied by the table, which knows every event."""


def _may_confirm(reg: Register, fact: Fact) -> None:
    entry = fact.data["entry"]
    row = reg.get("pending", seq=entry)
    if row is None:
        suspects = voices.others(e.require(voices.enrolled_at(reg, entry), "a waiting entry"))
    elif row["confirmed"] is not None:
        raise Void("the entry is confirmed already")
    elif row["person"] == fact.person:
        raise Void("the second administrator must be another person")
    else:
        suspects = voices.speaks(reg.get("keyset", id=row["keyset"]))
    voices.may_agree(reg, fact, entry=entry, suspects=suspects)
    if "keyset" in fact.data:
        if row is None or row["event"] != "role.given":
            raise Void("it names keys, and makes nobody administrator")
        voices.may_name(reg, fact, person=row["subject"])


EVENTS = (
    Event(
        "entry.confirmed",
        "",
        {"entry": e.count},
        e.STAFF,
        _nothing,
        optional={"keyset": e.ident("kst")},
        rule=_may_confirm,
    ),
)
