"""What must be changed: derived from causes, from who could open and from who saw, and never remembered otherwise.

1  on a lost device      2  seen by a person of the cause      3  openable by a person of the cause
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from audit.deep.register import CUSTODY, Register, Said
from audit.deep.things import LIVE, Account, Device, Epoch, Obligation

ON_LOST_DEVICE, SEEN, COULD_OPEN = 1, 2, 3
PASSWORD, TOTP, BACKUP_CODES, OTHER_WAY = "password", "totp", "backup_codes", "recovery"
PARTS = (PASSWORD, TOTP, BACKUP_CODES, OTHER_WAY)
EXITS = frozenset({"person_left", "team_left", "grant_revoked", "custody_ended"})
_LIVES_IN = {
    "authenticator_app": TOTP,
    "backup_codes": BACKUP_CODES,
}  # a second factor; any other is a way back in
_CARRIED = frozenset({"phone", "tablet"})
_ON_A_PHONE = frozenset({"authenticator_app", "sms", "phone"})

Value = tuple[str, int]  # component, and the number of the version in which it was new
Touched = dict[Value, int]  # and its class


class Opener:
    """What some keysets could open: versions sealed to them, and every version up to their last custody epoch.

    An epoch seals the private key of the one that it follows. One that was left out is followed by none in force, but
    whoever is in a later one counts as able to open it: it was somebody's word that it does not open, and what is owed
    errs on the safe side. What the chain of keys says to the letter is in the report (`report.readers`).
    """

    def __init__(self, reg: Register, keysets: Collection[str]) -> None:
        self.keysets = frozenset(keysets)
        custody = (each for each in reg.epochs.values() if each.team == CUSTODY)
        self.reach = max((each.number for each in custody if each.seals & self.keysets), default=0)

    def values(self, account: Account) -> set[Value]:
        """The live components among them."""
        could = {
            value
            for version in account.versions.values()
            if version.epoch.number <= self.reach or not self.keysets.isdisjoint(version.to)
            for value in version.origins.items()
        }
        return could & account.live()


def keysets_ever(reg: Register, person: str) -> list[str]:
    """A revoked keyset still opens what it was sealed, and whoever saw a kit may have its."""
    own = [keyset.id for keyset in reg.people[person].keysets] if person in reg.people else []
    return own + [kit for kit, seen_by in reg.kits.items() if person in seen_by]


def opener_of(reg: Register, person: str) -> Opener:
    """What a person could open; with the kit in force everything, for the next epoch is sealed to it as well."""
    opener = Opener(reg, keysets_ever(reg, person))
    if any(person in seen_by and reg.keysets[kit].revoked is None for kit, seen_by in reg.kits.items()):
        opener.reach = max((each.number for each in reg.epochs.values() if each.team == CUSTODY), default=0)
    return opener


def had_by(reg: Register, person: str) -> Iterator[tuple[Account, Touched]]:
    """What a person could open or saw, account by account."""
    opener = opener_of(reg, person)
    for account in reg.accounts.values():
        yield account, _had(account, opener, person)


def _had(account: Account, opener: Opener, person: str) -> Touched:
    touched = dict.fromkeys(opener.values(account), COULD_OPEN)
    return touched | {value: SEEN for value, _ in _seen(account, person=person)}


def _seen(account: Account, **by: str) -> Iterator[tuple[Value, str | None]]:
    """Live components that a person saw, or that were seen on a device; and the device."""
    live = account.live()
    for person, device, part, origin in account.seen:
        if (part, origin) in live and by in ({"person": person}, {"device": device}):
            yield (part, origin), device


def person_goes(reg: Register, said: Said, kind: str, person: str) -> None:
    """A person leaves, or is a custodian no more: everything that they had."""
    for account, touched in had_by(reg, person):
        _owe(account, said.seq, kind, person, touched)


def grant_goes(reg: Register, said: Said, person: str, account: Account) -> None:
    """A secret grant ends: what the person had of this account."""
    opener = opener_of(reg, person)
    _owe(account, said.seq, "grant_revoked", person, _had(account, opener, person))


def team_changes(reg: Register, said: Said, kind: str, person: str) -> None:
    """Somebody comes to or leaves an owning team: its accounts' passwords, whatever they had of them."""
    for account, had in had_by(reg, person):
        if account.team == said.subject and account.state != "closed":
            touched = {value: had.get(value, COULD_OPEN) for value in account.live(PASSWORD)}
            _owe(account, said.seq, kind, person, touched)


def epochs_skipped(reg: Register, said: Said, epochs: Collection[Epoch]) -> None:
    """Epochs were left out: what their live versions hold can be carried on by nobody who comes later."""
    for account in reg.accounts.values():
        live = (each for each in account.versions.values() if each.state in LIVE and each.epoch in epochs)
        values = {value for version in live for value in version.there.items()}
        _owe(account, said.seq, "epoch_skipped", None, dict.fromkeys(values, COULD_OPEN))


def compromised(said: Said, account: Account) -> None:
    """All that an account has."""
    _owe(account, said.seq, "compromised", None, dict.fromkeys(account.live(), ON_LOST_DEVICE))


def device_lost(reg: Register, said: Said, device: Device, keysets: Collection[str]) -> None:
    """What was seen or signed in there, what its keys open, and the second factors that live on it."""
    opener = Opener(reg, keysets)
    for account in reg.accounts.values():
        touched = _unplaced(account, device)
        endangered = {value for value, _ in _seen(account, device=device.id)} | _factors(account, device)
        if account.id in device.accounts:
            endangered |= account.live(PASSWORD)
        touched |= dict.fromkeys(endangered | opener.values(account), ON_LOST_DEVICE)
        _owe(account, said.seq, "device_lost", device.person, touched)


def _unplaced(account: Account, device: Device) -> Touched:
    """What the owner saw on a device that nobody recorded: it may have been this one."""
    if device.person is None:
        return {}
    return {value: SEEN for value, where in _seen(account, person=device.person) if where is None}


def _factors(account: Account, device: Device) -> set[Value]:
    """What a second factor on the device stands for; where that is not stored, the password."""
    found: set[Value] = set()
    for kind, where, person in account.factors.values():
        with_owner = where is None and person is not None and person == device.person
        if where == device.id or (with_owner and device.kind in _CARRIED and kind in _ON_A_PHONE):
            found |= account.live(_LIVES_IN.get(kind, OTHER_WAY)) or account.live(PASSWORD)
    return found


def _owe(account: Account, cause: int, kind: str, person: str | None, touched: Touched) -> None:
    account.owed += [
        Obligation(cause, kind, person, part, origin, grade) for (part, origin), grade in touched.items()
    ]


def discharge(account: Account, number: int, at: int) -> None:
    """A verified version answers what was owed before its components were new, and nothing else."""
    for part, origin in account.versions[number].origins.items():
        written = account.versions[origin].seq
        for each in account.open:
            if each.part == part and each.cause < written:
                each.discharged = at


def gone(account: Account, said: Said, parts: Collection[str]) -> None:
    """The platform has these no more: nothing is owed, and no later cause touches them. Not by who has an exit open."""
    if open_exit(account, said.person):
        return
    for version in account.versions.values():
        version.gone |= version.origins.keys() & set(parts)
    for each in account.open:
        if each.part in parts:
            each.discharged = said.seq


def open_exit(account: Account, person: str) -> bool:
    """True while something is owed here because this person went: they cannot close it themselves."""
    return any(each.person == person and each.kind in EXITS for each in account.open)
