"""The list of accounts, and what each still lacks: the worklist after an import.

The names are sealed, so a list costs the opening of its details and hardly more: everything else is a set query
over the projection, none of them per row.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from vault.domain.accounts import OTHER_FORCE
from vault.domain.calendar import london_day_of
from vault.domain.cover import ADMINISTRATOR, Cover
from vault.domain.events import Row
from vault.domain.exposure import LIVE
from vault.errors import Refused, UsageProblem
from vault.ops.session import moment
from vault.store import worklist as sql

if TYPE_CHECKING:
    from vault.domain.policy import Profile
    from vault.ops.session import Vault
    from vault.store.register import State

SECRET, HOLDER, LINE_MANAGER = "secret", "holder", "line_manager"
LACKING = (SECRET, ADMINISTRATOR, HOLDER, LINE_MANAGER)
NO_PROFILE = "no profile loaded"
_NONE: Mapping[str, Any] = {}


class Listed(NamedTuple):
    """One account, as a line of the list, in the order of its columns."""

    name: str
    force: str
    owner_kind: str
    type: str
    state: str
    team: str
    policy: str
    lacking: tuple[str, ...]
    id: str


class _Row(NamedTuple):
    """What the register has of an account on a list: `sql.LISTED`, in its order. A tuple costs half of a mapping."""

    id: str
    details: str | None
    platform: str
    force: str | None
    owner_kind: str
    type: str | None
    state: str
    team: str | None


Lacks = Callable[[str, str | None, str], tuple[str, ...]]


class Wanted(NamedTuple):
    """What the list is restricted to; None and empty mean all."""

    state: str | None = None
    platform: str | None = None
    force: str | None = None
    team: str | None = None
    lacking: Collection[str] = ()
    public: bool = False


def need_register(vault: Vault) -> None:
    """Names are sealed to the register: without its key there is nothing to show."""
    if not vault.names.reads_details():
        raise Refused(
            "your keys do not open the register, where the names are",
            hint="ask a custodian; what you hold yourself opens with: keyholder secret show",
        )


def has_profile(profile: Profile, force: str | None) -> bool:
    """Whether the profile binds accounts of that force; one that is not stated is the vault's own."""
    return profile.binds(force)


def policy_name(cover: Cover, force: str | None, shown: str) -> str:
    """The profile that judges an account of a force; where it is another document than this vault's, which one."""
    if cover.binds(force):
        return cover.name
    from vault.ops.platforms import profile_binding  # loads every document's cover

    other = profile_binding(shown)
    return f"{other}, not this vault's" if other else NO_PROFILE


def list_accounts(vault: Vault, state: State, wanted: Wanted) -> list[Listed]:
    """The accounts of the register as ``state`` has it, by name; of those that lack *any* of the things wanted.

    A member who does not read the register has those that they hold, by the card of each.
    """
    cover = vault.cover
    lacks = lacking(state, cover, today=today(vault))
    rows = _asked(list(map(_Row._make, state.tuples(sql.LISTED))), wanted, lacks)
    if wanted.public:
        public = {row["id"] for row in published(vault, state)}
        rows = [row for row in rows if row.id in public]
    if not vault.names.reads_details():
        from vault.ops.own import held

        mine = held(vault, state)
        rows = [row for row in rows if row.id in mine]
    details = vault.names.of_blobs("account", {row.id: row.details for row in rows})
    teams = vault.names.many("team", state=state)
    listed = _lines(rows, details, teams, cover, lacks)
    if wanted.force:
        listed = [line for line in listed if line.force.casefold() == wanted.force.casefold()]
    return sorted(listed, key=lambda line: (line.name.casefold(), line.id))


def published(vault: Vault, state: State) -> list[Row]:
    """The accounts on the list for the public that the document speaks of; refused where it speaks of none."""
    from vault.domain.kinds.case import Case
    from vault.domain.kinds.published_list import PublishedList, listed
    from vault.ops.platforms import platforms

    need_register(vault)
    rule = vault.profile.rule(PublishedList)
    if rule is None:
        raise UsageProblem(
            "the document in force speaks of no list for the public, so nobody has said what may stand on one",
            hint="every account, to be cut by hand: keyholder account list --format csv",
        )
    case = Case(state, vault.profile, now=moment(vault.clock()))
    return [row for row in listed(case, rule) if not platforms().by_code[row["platform"]].retired]


def _asked(rows: list[_Row], wanted: Wanted, lacks: Lacks) -> list[_Row]:
    """Those that the list is restricted to; a list of all looks at none."""
    for column in ("state", "platform", "team"):
        if value := getattr(wanted, column):
            rows = [row for row in rows if getattr(row, column) == value]
    if wanted.lacking:
        rows = [row for row in rows if {*wanted.lacking} & {*lacks(row.id, row.team, row.state)}]
    return rows


def _lines(
    rows: list[_Row],
    details: Mapping[str, Mapping[str, Any]],
    teams: Mapping[str, Mapping[str, Any]],
    cover: Cover,
    lacks: Lacks,
) -> list[Listed]:
    """The line of each account. Whatever the vault's own document binds needs no look at another's cover."""
    name, forces, lines = cover.name, cover.forces, []
    for id_, _, _, force, owner_kind, type_, state, team in rows:
        known = details.get(id_, _NONE)
        bound, shown = force is None or force in forces, shown_force(force, known)
        line = Listed(
            str(known.get("name") or id_),
            shown,
            owner_kind,
            type_ or "",
            state,
            (teams.get(team, _NONE).get("name", "") if team else "") or known.get("owner", ""),
            name if bound else policy_name(cover, force, shown),
            lacks(id_, team, state),
            id_,
        )
        lines.append(line)
    return lines


def shown_force(force: str | None, details: Mapping[str, Any]) -> str:
    """The force's code; for one without a profile the words that stand in the details."""
    if force is None or force == OTHER_FORCE:
        return str(details.get("force") or force or "")
    return force


def today(vault: Vault) -> str:
    """The day on which posts are counted."""
    return london_day_of(moment(vault.clock()))


def lacking(state: State, cover: Cover, *, today: str) -> Lacks:
    """A function that says what an account (id, team, state) lacks; closed ones lack nothing.

    A post may be held for everything.
    """
    ids = {
        SECRET: _ids(state, sql.SEALED, states=json.dumps(LIVE)),
        ADMINISTRATOR: _ids(state, sql.POST_SCOPES, post=cover.administrator, today=today),
        HOLDER: _ids(state, sql.HELD),
        LINE_MANAGER: _ids(state, sql.POST_SCOPES, post=LINE_MANAGER, today=today),
    }
    # A post without a scope is held for everything.
    have = [(what, ids[what]) for what in LACKING if None not in ids[what]]
    # After an import most accounts have nothing yet: one look is enough for them, and one tuple for all.
    anything, everything = set[str]().union(*(those for _, those in have)), tuple([what for what, _ in have])

    def lacks(account: str, team: str | None, state: str) -> tuple[str, ...]:
        if state == "closed":
            return ()
        # no team is None, which is in none of the sets
        if account not in anything and team not in anything:
            return everything
        return tuple([what for what, those in have if account not in those and team not in those])

    return lacks


def _ids(state: State, text: str, **values: str) -> set[str]:
    return {row["id"] for row in state.query(text, **values)}
