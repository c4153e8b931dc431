"""The erasure of what was written about a person who has left: the words go, the entries stay.

An administrator names the blobs, each about that person by what the log itself says; anything else is void, and a
client that finds a blob gone without an entry in force says so. The log holds ids, codes, dates and hashes only, so it
verifies as before.
"""

from __future__ import annotations

from vault.domain import documents
from vault.domain import events as e
from vault.domain.events import Event, Fact, Register, Void

BASES = ("retention_over", "asked_by_the_person", "ordered", "recorded_in_error")
MOST = 1000  # blobs in one entry, which has 65,535 bytes at most


def _may_erase(reg: Register, fact: Fact) -> None:
    if e.require(reg.get("person", id=fact.subject), "the person")["state"] != "left":
        raise Void("the person has not left")
    chosen = documents.texts(reg)
    for name in fact.data["blobs"]:
        if name in chosen:
            raise Void("a policy document is named, whose text is nobody's words")
        if reg.get("about", person=fact.subject, hash=name) is None:
            raise Void("something is named that is not about the person")
        if reg.get("erased", hash=name) is not None:
            raise Void("something is named that was erased before")


def _erase(reg: Register, fact: Fact) -> None:
    names = fact.data["blobs"]
    reg.put_all("erased", [{"hash": name, "person": fact.subject, "seq": fact.seq} for name in names])
    for name in names:
        _forget(reg, name)


def _forget(reg: Register, name: str) -> None:
    """Written again as it stands, a row counts as new: every client then forgets the name that it knew it by."""
    for table in ("person", "device", "request"):
        for row in reg.find(table, details=name):
            reg.change(table, {"id": row["id"]}, details=name)


def outstanding(reg: Register, person: str) -> list[str]:
    """The blobs about a person that are not erased, in the order of the log."""
    chosen = documents.texts(reg)
    names = [name for row in reg.find("about", person=person) if (name := row["hash"]) not in chosen]
    left = [row for name in names if not reg.get("erased", hash=name) and (row := reg.get("blob", hash=name))]
    return [row["hash"] for row in sorted(left, key=lambda row: (row["seq"], row["field"]))]


EVENTS = (
    Event(
        "person.erased",
        "per",
        {"basis": e.one_of(*BASES), "blobs": e.many(e.digest, at_least=1)},
        e.ADMINISTRATORS,
        _erase,
        rule=_may_erase,
    ),
)
