"""Whom sealed words concern, and their erasure: only what was first named about a leaver, only once.

The hashes of blobs are all that a log shows of words. Who names one first says what it is; a later entry that names
it about somebody else changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from audit.deep.forms import Void
from audit.deep.register import Register, Said, known

WORDS = ("details", "evidence", "consulted")
OTHERS = ("blob", "wrap", "predecessor")


def remember(reg: Register, said: Said) -> None:
    """The blobs that an entry in force names, and whom the words among them concern."""
    names = [(said.data[field], True) for field in WORDS if field in said.data]
    names += [(said.data[field], False) for field in OTHERS if field in said.data]
    names += [(name, False) for name in said.data.get("seals", {}).values()]
    for name, words in names:
        if name not in reg.blobs:
            reg.blobs[name] = frozenset(concerned(reg, said)) if words else frozenset()


def concerned(reg: Register, said: Said) -> Iterator[str]:
    """Who is named, or stands behind what is; but words of an account are not its asker's, who may leave it behind."""
    for value in (said.subject, *said.data.values()):
        for id_ in value if isinstance(value, list) else [value]:
            if isinstance(id_, str) and not (id_ in reg.requests and said.subject in reg.accounts):
                yield from _behind(reg, id_)


def _behind(reg: Register, id_: str) -> Iterator[str]:
    """A person, or the owner, author or asker of the thing with that id."""
    found: list[str | None] = []
    if id_.startswith("per-"):
        yield id_
    elif id_ in reg.devices:
        found = [reg.devices[id_].person]
    elif id_ in reg.authors:
        found = list(reg.authors[id_])
    elif id_ in reg.requests:
        found = [reg.requests[id_].requester, reg.requests[id_].person]
    elif id_ in reg.grants:
        found = [reg.grants[id_].person]
    elif id_ in reg.keysets:
        found = [reg.keysets[id_].person]
    for each in found:
        if each:
            yield from _behind(reg, each)


def erased(reg: Register, said: Said) -> None:
    if known(reg.people, said.subject, "the person").state != "left":
        raise Void("the person has not left")
    for name in said.data["blobs"]:
        if said.subject not in reg.blobs.get(name, ()) or name in reg.erased:
            raise Void("something is named that is not about the person, or was erased before")
    reg.erased |= set(said.data["blobs"])


RULES = {"person.erased": erased}
