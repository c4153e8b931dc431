"""What the document asks before an act of the vault: records, numbers, who may hold access, addresses, no stop of use.

- Each rule's own assessor is asked, of the one act (`Focus`): what it would report, the gate refuses.
- Only a MUST refuses. What falls short of a SHOULD, or of a fact that the document states, is said and not refused; so
  is what the document leaves open.
- What has happened outside is never asked here, and access that was there before the vault is not either.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from vault.domain.decisions import Denied
from vault.domain.events import Register, Row
from vault.domain.kinds import (
    account_form,
    cap,
    direct_messages,
    may_hold,
    on_event,
    record_required,
    registered_email,
    stand_in,
    stop_use,
    temporary,
)
from vault.domain.kinds.account_form import AccountForm
from vault.domain.kinds.base import ROLES
from vault.domain.kinds.cap import Cap
from vault.domain.kinds.case import Mail
from vault.domain.kinds.direct_messages import DirectMessages
from vault.domain.kinds.focus import NEXT, Focus
from vault.domain.kinds.may_hold import MayHold
from vault.domain.kinds.on_event import EventStep, OnEvent
from vault.domain.kinds.outcome import UNDECIDED, Gap, Outcome
from vault.domain.kinds.record_required import RecordRequired, Subject
from vault.domain.kinds.registered_email import RegisteredEmail
from vault.domain.kinds.stand_in import StandIn
from vault.domain.kinds.stop_use import AGREED_CODE, Hold
from vault.domain.kinds.temporary import TemporaryAccount
from vault.domain.policy import Profile, Strength

APPROVAL, OPEN, GRANT, RELEASE, UNFREEZE, CLOSE = record_required.GATES
REFUSAL = "refusal"
NEW = "new"
# What an act of the vault is as an event. What protects is none: a freeze, an end of access, a change wait for nothing.
_EVENTS = {
    APPROVAL: "request_approved",
    REFUSAL: "request_refused",
    OPEN: "account_opened",
    GRANT: "grant_given",
    CLOSE: "account_closed",
}


@dataclass(frozen=True, slots=True)
class Unmet:
    """What an act falls short of: the clause, whether it must be refused, why, and what to do about it."""

    clause: str
    must: bool
    words: str
    hint: str

    def denied(self, action: str, about: str) -> Denied:
        """The refusal of an act."""
        return Denied(action, self.words, self.hint, self.clause, about)


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What the vault is about to do: with which account or request, for whom, by which way, since when, or when."""

    what: str
    account: Row
    person: str = ""
    way: str = ""
    since: str = ""
    at: str = ""
    request: str = ""
    term: Row | None = None
    mails: Mapping[str, Mail] | None = None


def opened(request: Row, *, today: str, owner_kind: str, **known: str | None) -> Row:
    """The account that a request would open, as its row would be."""
    row = {"id": NEW, "request": request["id"], "platform": request["platform"], "team": request["team"]}
    rest = {"type": known.get("type"), "force": known.get("force"), "created_on": today, "added": NEXT}
    return {**row, **rest, "owner_kind": owner_kind, "state": "open"}


def ending(said: Mapping[str, str]) -> Row:
    """The end that an opening would say, as its row would be."""
    return {"seq": NEXT, "account": NEW, "ending": None, "post": None, "person": None, **said}


def unmet(
    reg: Register, profile: Profile, act: Act, *, now: str, guides: Iterable[Profile] = ()
) -> tuple[Unmet, ...]:
    """Everything that stands before the act, what must be refused first; by the document, then by its guidance."""
    found = [one for document in (profile, *guides) for one in _by_document(reg, document, act, now)]
    return tuple(sorted(dict.fromkeys(found), key=lambda one: not one.must))


def _by_document(reg: Register, profile: Profile, act: Act, now: str) -> list[Unmet]:
    focus = _focus(reg, profile, act, now)
    events = _events(_focus(reg, profile, _done(act, now), now), profile, act)
    return [*_records(focus, profile, act), *_others(reg, focus, profile, act), *events]


def _focus(reg: Register, profile: Profile, act: Act, now: str) -> Focus:
    grant = None
    if act.what in (GRANT, APPROVAL, OPEN) and act.person:
        grant = {
            "id": NEW,
            "account": act.account["id"],
            "person": act.person,
            "kind": act.way,
            "since": act.since,
            "existing": 0,
            "given": NEXT,
        }
    decision = None
    if act.request:
        given = act.what == APPROVAL
        decision = {"request": act.request, "given": given, "occurred_at": act.at or now, "seq": NEXT}
    return Focus(
        reg,
        profile,
        now=now,
        account=act.account,
        person=act.person,
        grant=grant,
        decision=decision,
        term=act.term,
        mails=act.mails,
    )


def _done(act: Act, now: str) -> Act:
    """The act as done: a closed account is one, which no rule about accounts in use asks for."""
    if act.what != CLOSE:
        return act
    return replace(
        act, account={**act.account, "state": "closed", "closed_at": act.at or now, "closed": NEXT}
    )


def _records(focus: Focus, profile: Profile, act: Act) -> Iterator[Unmet]:
    for rule in profile.rules(RecordRequired):
        if act.what in rule.before and _asked(focus, rule, act):
            theirs = [row["id"] for row in focus.grants if row["person"] == act.person]
            for gap in _of(record_required.assess(focus, rule), act, *theirs):
                yield _unmet(profile, gap, _command(focus, rule, act, gap))


def _asked(focus: Focus, rule: RecordRequired, act: Act) -> bool:
    """Who had the access before the vault may be handed it, and a custodian's own eyes are no holder's."""
    if rule.about == "grant" and act.what != RELEASE:
        return False  # nothing can be on record of what is not there yet
    held = focus.reg.find("grant_", account=act.account["id"], person=act.person, kind=act.way, revoked=None)
    return act.what != RELEASE or (bool(held) and not any(row["existing"] for row in held))


def _others(reg: Register, focus: Focus, profile: Profile, act: Act) -> Iterator[Unmet]:
    if act.what in (GRANT, RELEASE) and act.person:
        yield from _messages(focus, profile, act)
    if act.what == GRANT:
        yield from _access(focus, profile, act)
    elif act.what == OPEN:
        yield from _opening(reg, focus, profile, act)
    elif act.what == RELEASE:
        for hold in profile.rules(Hold):
            if stop_use.stopped(focus, hold, act.account["id"], entry=NEXT):
                gap = Gap("", "", act.account["id"], "its use is stopped", hold.clause, ())
                by = f" --by PERSON --post {hold.released_by}"
                yield _unmet(profile, gap, f"{_ADD} {AGREED_CODE} --about account {act.account['id']}{by}")


def _messages(focus: Focus, profile: Profile, act: Act) -> Iterator[Unmet]:
    """Whoever asks to read messages has the login only where they may ask for that, on authority."""
    for rule in profile.rules(DirectMessages):
        for gap in direct_messages.asked(focus, rule, act.account["id"], act.person).gaps:
            (row,) = focus.reg.find("record", seq=gap.entries[0])
            about = f"--about account {act.account['id']} --by {act.person}"
            post = f" --post {row['post']}" if row["post"] else ""
            hint = f"say on what authority: {_ADD} {row['code']} {about}{post} --evidence @FILE"
            if gap.kind == direct_messages.NOT_THEIRS:
                hint = (
                    f"if it was a slip, take it back: keyholder record withdraw {row['id']} --reason mistake"
                )
            yield _unmet(profile, gap, hint)


def _events(focus: Focus, profile: Profile, act: Act) -> Iterator[Unmet]:
    """What must have been done before the act, as an event that the document names; or that it may not be at all."""
    name = _EVENTS.get(act.what, "")
    for rule in profile.rules(OnEvent):
        if name not in rule.on:
            continue
        first = tuple(step for step in rule.steps if step.when == on_event.BEFORE)
        alone = replace(rule, on=(name,), steps=first)
        for step in first:
            for gap in _of(on_event.assess(focus, replace(alone, steps=(step,), ordered=False)), act):
                yield _unmet(profile, gap, _step_command(act, step))
        for gap in _of(on_event.assess(focus, alone), act):
            if gap.kind == on_event.FORBIDDEN:
                yield _unmet(profile, gap, "no record opens the way: the document forbids it")
            elif gap.kind == on_event.OUT_OF_ORDER:
                yield _unmet(profile, gap, _step_command(act, first[-1]))


def _step_command(act: Act, step: EventStep) -> str:
    """The command that puts the step on record: any one, or all of them."""
    kind, id_ = {OPEN: ("request", act.account["request"]), GRANT: ("person", act.person)}.get(
        act.what, ("request", act.request) if act.request else ("account", act.account["id"])
    )
    by = " ".join(["", *_by(step.by, id_), *["--evidence @FILE"] * step.documented])
    commands = [f"{_ADD} {code} --about {kind} {id_}{by}" for code in step.done]
    return (" or: " if step.need == "any" else "; ").join(commands)


def _access(focus: Focus, profile: Profile, act: Act) -> Iterator[Unmet]:
    """Who may have it, by which way, and how many."""
    for rule in profile.rules(MayHold):
        for gap in _of(may_hold.assess(focus, rule), act):
            person_type = gap.kind == "person_type"
            hint = f"{_ADD} person_type.TYPE --about person {act.person}" if person_type else _POSTS
            yield _unmet(profile, gap, hint)
    for many in profile.rules(Cap):  # one of accounts finds nothing amiss: this view has the one account
        for gap in _of(cap.assess(focus, many), act):
            yield _unmet(profile, gap, "end somebody else's first: keyholder grant revoke")
    for rule_ in profile.rules(StandIn):
        out = Outcome()
        stand_in.judge_ways(focus, rule_, out)
        for gap in _of(out, act):
            yield _unmet(profile, gap, f"give it --as {rule_.ways[0].replace('_', '-')}")


def _opening(reg: Register, focus: Focus, profile: Profile, act: Act) -> Iterator[Unmet]:
    """How many there may be, of which form, until when, and under which address."""
    among = Focus(reg, profile, now=focus.now, account=act.account, opening=True)
    for many in profile.rules(Cap):
        if many.of == "accounts":
            for gap in _of(cap.assess(among, many), act):
                yield _unmet(profile, gap, "close one first: keyholder account close")
    for form in profile.rules(AccountForm):
        for gap in _of(account_form.assess(focus, form), act):
            about = f"--about request {act.account['request']}"
            yield _unmet(profile, gap, " or: ".join(f"{_ADD} form.{one} {about}" for one in form.forms))
    for ending in profile.rules(TemporaryAccount):
        for gap in _of(temporary.assess(focus, ending), act):
            yield _unmet(profile, gap, "say when it ends: --ends DATE, or --ends-upon EVENT")
    for rule in profile.rules(RegisteredEmail):
        for gap in _of(registered_email.assess(focus, rule), act):
            yield _unmet(profile, gap, "say under which address it is registered: --email ADDRESS")


def _of(out: Outcome, act: Act, *theirs: str) -> list[Gap]:
    """The gaps of this act, and of the person's access: what is amiss about others is no reason to refuse it."""
    subjects = "", NEW, act.account["id"], act.person, act.request, *theirs
    return [gap for gap in out.gaps if gap.subject in subjects]


def _unmet(profile: Profile, gap: Gap, hint: str) -> Unmet:
    must = profile.clauses[gap.clause].strength is Strength.MUST and gap.status != UNDECIDED
    return Unmet(gap.clause, must, gap.words, hint)


_ADD = "keyholder record add"
_POSTS = "access by this way is for certain posts: keyholder post give, or another way: --as"


def _command(focus: Focus, rule: RecordRequired, act: Act, gap: Gap) -> str:
    """The command that puts on record what is missing."""
    platform = act.account["platform"] if rule.per_platform else ""
    subject = Subject(gap.subject, platform)
    wrong = [code for code in rule.codes if record_required.look(focus, rule, subject, code).what]
    ids = {"account": ("account", act.account["id"]), "person": ("person", gap.subject), "vault": ("", "")}
    kind, id_ = ids.get(rule.about, (rule.about, gap.subject))
    if id_ == NEW:
        kind, id_ = "request", act.account["request"]
    words = [f"--about {kind} {id_}"] * bool(kind) + [f"--platform {platform}"] * bool(platform)
    words += [f"--edition {rule.version}"] * bool(rule.version) + _by(rule.by, gap.subject)
    return "; ".join(" ".join((_ADD, code, *words)) for code in wrong or rule.codes)


def _by(who: tuple[str, ...], subject: str) -> list[str]:
    posts = [one for one in who if one not in (*ROLES, "self")]
    if "self" in who:
        return [f"--by {subject}"]
    return [f"--by PERSON --post {posts[0]}"] if posts and not set(who) & set(ROLES) else []
