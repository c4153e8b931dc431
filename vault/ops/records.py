"""Records: put one beside a subject, list them, end or withdraw one. What a record is worth is the policy's to say."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from shlex import quote
from typing import TYPE_CHECKING, Any

from vault.domain import records as rules
from vault.domain.events import Row
from vault.domain.evidence import proof
from vault.domain.gates import Shortfall
from vault.domain.happened import PLANNED
from vault.domain.ids import Prefix
from vault.domain.kinds import words
from vault.errors import NotFound, UsageProblem

if TYPE_CHECKING:
    from vault.domain.policy import Profile
    from vault.ops.session import Vault
    from vault.ops.tx import Tx

# What is asked of an account may be on record beside its request, before there is the account.
_LIES_BESIDE = {"account": "request", "vault": ""}
_BY_ID = {"grant": ("grant_", "grt-"), "record": ("record", "rec-")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One record; ``text`` is empty where there is none, or where these keys cannot read it."""

    id: str
    entry: int
    code: str
    about: str
    occurred_at: str
    person: str
    post: str
    until: str
    version: str
    platform: str
    good: bool
    state: str
    proof: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Made:
    """A new record, and what the clauses that name its code still miss of the same subject."""

    id: str
    entry: int
    missing: tuple[Shortfall, ...] = ()


def find(vault: Vault, kind: str, given: str) -> str:
    """The id of what a record is about; grants and records have no names but their ids."""
    if kind not in _BY_ID:
        return vault.names.find(kind, given)
    table, prefix = _BY_ID[kind]
    starts = given.startswith(prefix) and len(given) > len(prefix)
    rows = [row["id"] for row in vault.state.find(table) if starts and row["id"].startswith(given)]
    if len(rows) != 1:
        raise NotFound(
            f"{'more than one' if rows else 'no'} {kind} begins with {given}", hint="use its whole id"
        )
    return str(rows[0])


def make(
    vault: Vault,
    *,
    code: str,
    about: tuple[str, str] | None = None,
    person: str | None = None,
    post: str | None = None,
    at: str | None = None,
    until: dt.date | None = None,
    version: str | None = None,
    platform: str | None = None,
    good: bool = True,
    evidence: Mapping[str, str] | None = None,
    text: str = "",
    other: bool = False,
) -> Made:
    """Put a record on the register; what it says has happened, now or earlier.

    ``other``: of something that no document in force names. Without it such a word is taken for a slip.
    """
    if wrong := rules.record_code(code):
        raise UsageProblem(f"{code!r} {wrong}", hint="a code is like training.masterclass or form.page")
    if version is not None and (wrong := rules.version(version)):
        raise UsageProblem(f"{version!r} {wrong}", hint="numbers and dots, as 1.5 or 2020.03")
    if not other and not code.startswith(PLANNED):
        _refuse_slips(vault, code, about[0] if about else "")
    with vault.change() as tx:
        subject = find(vault, *about) if about else None
        id_ = tx.new(Prefix.RECORD)
        entry = tx.emit(
            "record.made",
            id_,
            code=code,
            occurred_at=tx.at(at),
            about=subject,
            person=vault.names.find("person", person) if person else None,
            post=post,
            until=until.isoformat() if until else None,
            version=version,
            platform=platform,
            good=None if good else False,
            evidence=tx.details("evidence", id_, evidence) if evidence else None,
            details=tx.details("record", id_, {"text": text}) if text else None,
        )
        row = tx.state.find("record", seq=entry)[0]
        short = tuple(_missing(tx, document, row) for document in (vault.profile, *vault.guides))
    return Made(id_, entry, tuple(dict.fromkeys(one for several in short for one in several)))


def _missing(tx: Tx, document: Profile, row: Row) -> tuple[Shortfall, ...]:
    from vault.domain import beside  # only who makes a record pays for the assessors

    found = beside.missing(tx.state, document, row, now=tx.time)
    return tuple(Shortfall(gap.clause, gap.words) for gap in found)


def _refuse_slips(vault: Vault, code: str, about: str) -> None:
    """A code that no document in force names; or one of something that has to be named with it."""
    documents = (vault.profile, *vault.guides)
    known = sorted({one for document in documents for one in words.codes(document)})
    if code not in known:
        raise UsageProblem(f"no document in force names a record {code}", hint=_near(code, known))
    wanted = {kind for document in documents for kind in words.abouts(document).get(code, ())}
    if wanted and about not in {_LIES_BESIDE.get(kind, kind) for kind in wanted} | wanted:
        kinds = " or ".join(sorted(wanted))
        hint = f"keyholder record add {quote(code)} --about {quote(sorted(wanted)[0])} NAME"
        raise UsageProblem(f"a record {code} is about one {kinds}", hint=hint)


def _near(code: str, known: list[str]) -> str:
    """Those that may be meant: alike, else of the same first word, else all of them; and the way for others."""
    import difflib  # only a slip pays for it

    alike = difflib.get_close_matches(code, known, n=3, cutoff=0.7)
    family = [one for one in known if one.partition(".")[0] == code.partition(".")[0]]
    return f"one of {', '.join(alike or family or known)}; what no document names: --other"


def end(vault: Vault, record: str, *, on: dt.date | None = None) -> int:
    """It holds no more from that day on: an app removed, an incident stood down, a mark taken away."""
    with vault.change() as tx:
        return tx.emit("record.ended", find(vault, "record", record), until=tx.day(on))


def withdraw(vault: Vault, record: str, *, reason: str) -> int:
    """It was wrong: from now on it counts for nothing, and it stays to be seen."""
    with vault.change() as tx:
        return tx.emit("record.withdrawn", find(vault, "record", record), reason=reason)


def list_records(
    vault: Vault, *, about: tuple[str, str] | None = None, code: str | None = None
) -> list[Record]:
    """Records in the order of the log, about something or of a code."""
    equal: dict[str, Any] = {"about": find(vault, *about)} if about else {}
    rows = vault.state.find("record", **equal, **({"code": code} if code else {}))
    texts = _texts(vault, [row["id"] for row in rows if row["details"]])
    return [_shown(row, texts.get(row["id"], "")) for row in sorted(rows, key=lambda row: row["seq"])]


def show(vault: Vault, record: str) -> Record:
    """One record, with its words for those who can read the register."""
    row = vault.state.find("record", id=find(vault, "record", record))[0]
    return _shown(row, _texts(vault, [row["id"]]).get(row["id"], ""))


def _texts(vault: Vault, ids: list[str]) -> dict[str, str]:
    if not ids or not vault.names.reads_details():
        return {}
    return {id_: str(found.get("text", "")) for id_, found in vault.names.many("record", ids).items()}


def _shown(row: Row, text: str) -> Record:
    return Record(
        id=row["id"],
        entry=row["seq"],
        code=row["code"],
        about=row["about"],
        occurred_at=row["occurred_at"],
        person=row["person"],
        post=row["post"] or "",
        until=row["until"] or "",
        version=row["version"] or "",
        platform=row["platform"] or "",
        good=bool(row["good"]),
        state="withdrawn"
        if row["withdrawn"] is not None
        else "ended"
        if row["ended"] is not None
        else "stands",
        proof=proof(row),
        text=text,
    )
