"""In whose hands a keyset may be, who ended whom, and when an administrator counts as alone (ADR 9).

A keyset speaks with its person's voice, and with every voice of the keyset that enrolled it, until somebody who shares
none of these has vouched for it. Whoever ended an administrator is not made alone by that.
"""

from __future__ import annotations

from collections.abc import Collection

from audit.deep.forms import Void
from audit.deep.register import ADMINISTRATOR, CUSTODIAN, RECOVERY, Register, Said
from audit.deep.things import Ended, Keyset

NOBODY: frozenset[str] = frozenset()


def spoken(reg: Register, keyset: str) -> frozenset[str]:
    """The voices of a keyset; a kit has none."""
    found = reg.keysets.get(keyset)
    return found.voices if found else NOBODY


def counted(reg: Register, voices: Collection[str]) -> list[Ended]:
    """Administrators whom one of these ended, who are not back, since the kit was used last."""
    return [
        each for each in reg.ended if each.voice in voices and each.back is None and each.seq > reg.kit_used
    ]


def alone(reg: Register, keyset: str) -> bool:
    """Whether nobody is there to agree, and that is nothing which these keys brought about."""
    own = spoken(reg, keyset)
    return not counted(reg, own) and not any(reg.beside(voice) for voice in own)


def of_enrolled(reg: Register, said: Said, person: str) -> frozenset[str]:
    """The voices of a keyset that this entry enrols."""
    author = reg.keysets.get(said.keyset)
    if author is None or author.purpose == RECOVERY:
        return frozenset({person})
    owner = reg.people[person]
    made_by_one = ADMINISTRATOR in owner.held and not owner.keysets and alone(reg, author.id)
    return frozenset({person}) if made_by_one else author.voices | {person}


def joined(reg: Register, said: Said) -> None:
    """Called before the role is held: whom one administrator made another had keys, and nobody to vouch for them."""
    person = reg.people[said.subject]
    if said.by_recovery or said.confirmed or person.administered:
        return
    for keyset in person.keysets:
        keyset.voices = frozenset({person.id})


def hear(reg: Register, said: Said) -> dict[str, frozenset[str]]:
    """Before an entry: which administrators could contradict each voice of its author."""
    return {voice: reg.beside(voice) for voice in spoken(reg, said.keyset)}


def remember(reg: Register, said: Said, could: dict[str, frozenset[str]]) -> None:
    """After it: who of them can no more was ended by that voice; and who can again is back."""
    for voice, before in could.items():
        reg.ended += [Ended(said.seq, person, voice) for person in before - reg.beside(voice)]
    for each in reg.ended:
        if each.back is None and each.person in reg.beside(each.voice):
            each.back = said.seq


def to_vouch_for(reg: Register, entry: int) -> Keyset:
    """The keyset that an entry enrolled, if it waits for somebody's word."""
    found = [k for k in reg.keysets.values() if k.added == entry and k.works and k.voices != {k.person}]
    if not found:
        raise Void("a waiting entry is not in the register")
    return found[0]


def check_named(reg: Register, said: Said, waiting: Said) -> None:
    """Void unless the keys named are all that the new administrator has, and the author has no part in them."""
    if waiting.event != "role.given":
        raise Void("keys are named only where they become an administrator's")
    if reg.people[waiting.subject].working != [said.data["keyset"]]:
        raise Void("the person has other keys than those named, or none")
    named = reg.keysets[said.data["keyset"]]
    if spoken(reg, said.keyset) & (named.voices - {named.person}):
        raise Void("the keys that agree may be in the hand that enrolled the keys named")


def vouch(reg: Register, keyset: Keyset) -> None:
    """It is in its person's hand: somebody says so who had no part in it."""
    keyset.voices = frozenset({keyset.person})
    reg.who_changed()


def check_second(reg: Register, said: Said, entry: int, suspects: frozenset[str]) -> None:
    """Void unless the author's word is not one of the suspects', and they are of those who may give it."""
    if spoken(reg, said.keyset) & suspects:
        raise Void("the keys that agree may be in the hand that wrote the entry")
    if ADMINISTRATOR in said.roles:
        return
    if any(keyset.voices.isdisjoint(suspects) for keyset in reg.heard()):
        raise Void("a custodian stands in only where no administrator can")
    start = min([entry, *(each.seq for each in counted(reg, suspects))])
    held = reg.people[said.person].held
    if reg.keysets[said.keyset].added >= start or held.get(CUSTODIAN, start) >= start:
        raise Void("a custodian stands in who was there, with these keys, before the first was ended")
