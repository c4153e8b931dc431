"""Clause by clause, over the verified register: typed data for `policy check`, and for whatever reports it.

The document in force judges what is. What was done while another was in force is judged by that one. A document that
only guides under the one in force is judged beside it, as guidance.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from vault.domain import compliance
from vault.domain.compliance import Mail, Verdict
from vault.domain.events import ADMINISTRATOR
from vault.domain.finding import Finding
from vault.domain.kinds import words
from vault.domain.kinds.explained import EXPLAINED
from vault.domain.kinds.registered_email import RegisteredEmail
from vault.domain.kinds.stated import Stated
from vault.errors import NotFound
from vault.ops import documents
from vault.ops.platforms import guides_of, profile, profiles_available
from vault.ops.session import moment
from vault.store.profiles import document

if TYPE_CHECKING:
    from vault.domain.events import Row
    from vault.domain.policy import Profile
    from vault.ops.session import Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A document and the entries between which it was in force; ``same``: its file is, byte for byte, that of then.

    ``then``: it is judged by the words that were chosen, and not by today's file. ``words`` None: neither is here.
    """

    profile: str
    since: int
    until: int
    same: bool
    then: bool
    words: Profile | None = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Check:
    """What `policy check` found: verdicts by clause, findings each once, and kinds of rule that are not addressed."""

    profile: str
    as_of: str
    entries: int
    verdicts: tuple[Verdict, ...]
    earlier: tuple[Verdict, ...]
    silent: tuple[str, ...]
    unjudged: int
    periods: tuple[Period, ...]

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """Each shortfall once. Put together when somebody asks: the clauses and their numbers need none of it."""
        return tuple(compliance.merged((*self.verdicts, *self.earlier)))

    @property
    def breached(self) -> bool:
        """Whether a MUST is not met, now or under the document of then."""
        return any(verdict.breach for verdict in (*self.verdicts, *self.earlier))

    @property
    def changed(self) -> bool:
        """Whether the file of the document in force is another than the log says."""
        return not self.periods[-1].same

    @property
    def by_todays_file(self) -> tuple[str, ...]:
        """The documents whose words of then are not here."""
        return tuple(dict.fromkeys(one.profile for one in self.periods if not one.then))


def check(vault: Vault, *, document: str | None = None) -> Check:
    """Judge every clause of the document in force and of its guidance, or of ``document`` alone."""
    chosen, spans = vault.profile, periods(vault)
    now, judged = moment(vault.clock()), _documents(chosen, document)
    verdicts: list[Verdict] = []
    for found in judged:
        in_force = found.name == chosen.name
        verdicts += compliance.assess(
            vault.state,
            found,
            now=now,
            since=spans[-1].since if in_force else 0,
            mails=_mails(vault) if found.rule(RegisteredEmail) else None,
            guidance=found.document.guidance_under == chosen.name,
        )
    earlier = () if document else _earlier(vault, spans[:-1], now)
    pin = vault.state.pin()
    return Check(
        profile=chosen.name,
        as_of=now,
        entries=pin.size if pin else 0,
        verdicts=tuple(verdicts),
        earlier=earlier,
        silent=compliance.silent(judged[0]),
        unjudged=sum(not judged[0].binds(force) for force in _forces(vault)),
        periods=spans,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """One clause in full: the words as we read them, what the vault does, what it cannot see, what is open."""

    document: str
    clause: str
    where: str
    strength: str
    kind: str
    reading: str
    alternatives: tuple[str, ...]
    does: str
    cannot_see: str
    part_of: str
    parameters: tuple[str, ...]
    decisions: tuple[str, ...]


_NOTHING = "Lists it; nothing acts on it yet.", "All of it."


def explain(vault: Vault | None, key: str, *, document: str | None = None) -> Explained:
    """What a clause says and what the vault makes of it; any document's, the one in force first. Case is the same."""
    first = [document] if document else [vault.profile.name] if vault else []
    names = first if document else [*first, *(name for name in profiles_available() if name not in first)]
    for name in names:
        found = vault.profile if vault and name == first[0] and not document else profile(name)
        for clause in found.clauses:
            if clause.casefold() == key.casefold():
                return _explained(found, clause)
    raise NotFound(f"no document has a clause {key}", hint="see them all: keyholder policy show PROFILE")


def _explained(found: Profile, key: str) -> Explained:
    clause = found.clauses[key]
    acting = found.clauses[clause.part_of or key]
    rules = (*acting.rules, *(clause.more if clause is not acting else ()))
    said = [EXPLAINED[kind] for kind in dict.fromkeys(rule.kind for rule in rules)]
    does, blind = (" ".join(words) for words in zip(*said or [_NOTHING], strict=True))
    if isinstance(acting.rule, Stated):
        does, blind = f"{does} ({acting.rule.means.replace('_', ' ')})", acting.rule.because
    return Explained(
        document=found.title,
        clause=key,
        where=clause.where,
        strength=str(clause.strength),
        kind=", ".join(dict.fromkeys(rule.kind for rule in rules)) or acting.kind,
        reading=clause.reading,
        alternatives=clause.alternatives,
        does=does,
        cannot_see=blind,
        part_of=clause.part_of,
        parameters=tuple(line for rule in rules for line in words.parameters(rule)),
        decisions=tuple(
            f"{key}: {d.question} {d.reading}{'' if d.confirmed else ' (not confirmed)'}"
            for key, d in found.decisions.items()
            if {clause.key, clause.sub_of} & {*d.clauses}
        ),
    )


def choose(vault: Vault, name: str) -> tuple[int, bool]:
    """Put a document in force from this entry on, or its file in new words; what was done stays judged by the old.

    The entry, and whether it waits for a second administrator.
    """
    vault.require_role(ADMINISTRATOR)
    raw = document(name)
    with vault.change() as tx:
        entry = tx.emit("policy.chosen", "", profile=name, document=tx.blob(raw))
        return entry, tx.state.get("pending", seq=entry) is not None


def periods(vault: Vault) -> tuple[Period, ...]:
    """Which document was in force between which entries; the same one chosen again in the same words is one period."""
    rows = sorted(vault.state.find("policy"), key=lambda row: row["seq"])
    turns = [
        row
        for n, row in enumerate(rows)
        if n == 0 or (row["profile"], row["document"]) != (rows[n - 1]["profile"], rows[n - 1]["document"])
    ]
    if not turns:
        raise documents.no_profile(vault.state)
    ends = [row["seq"] for row in turns[1:]] + [compliance.END]
    return tuple(
        _period(vault, row, since=row["seq"] if n else 0, until=end)
        for n, (row, end) in enumerate(zip(turns, ends, strict=True))
    )


def _forces(vault: Vault) -> list[str | None]:
    """The force of each account that is not closed."""
    return [row["force"] for row in vault.state.find("account") if row["state"] != "closed"]


def _period(vault: Vault, row: Row, *, since: int, until: int) -> Period:
    try:
        found = documents.read(vault.shared, row)
    except NotFound:
        return Period(profile=row["profile"], since=since, until=until, same=False, then=False, words=None)
    return Period(
        profile=row["profile"],
        since=since,
        until=until,
        same=found.same,
        then=found.then,
        words=found.profile,
    )


def _documents(chosen: Profile, named: str | None) -> list[Profile]:
    if named:
        return [chosen if named == chosen.name else profile(named)]
    return [chosen, *guides_of(chosen.name)]


def _earlier(vault: Vault, spans: tuple[Period, ...], now: str) -> tuple[Verdict, ...]:
    return tuple(
        verdict
        for span in spans
        if span.words is not None
        for verdict in compliance.past(vault.state, span.words, now=now, since=span.since, until=span.until)
    )


def _mails(vault: Vault) -> dict[str, Mail] | None:
    """What each registered address shows; None where these keys do not open the register."""
    if not vault.unlocked or not vault.names.reads_details():
        return None
    people = vault.names.many("person", state=vault.state).values()
    own = {str(details["email"]).casefold() for details in people if details.get("email")}
    accounts = vault.names.many("account", state=vault.state)
    found = {id_: str(details.get("email", "")).strip().casefold() for id_, details in accounts.items()}
    return {id_: mail_of(address, own) for id_, address in found.items() if address}


def mail_of(address: str, own: set[str]) -> Mail:
    """The exact domain of an address; of what is no address, none that any list could hold."""
    name, at, domain = address.partition("@")
    well_formed = bool(name and at and domain) and "@" not in domain and not any(map(str.isspace, address))
    return Mail(domain if well_formed else "", address in own)
