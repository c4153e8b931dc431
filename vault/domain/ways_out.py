"""What to do about a refusal of the event table, by its reason: read by whoever meets it at the command line.

An entry that is void for such a reason is shown without it: nobody can do anything about that entry any more.
"""

from __future__ import annotations

_STAFF = "ask a custodian or an administrator: keyholder person list"
_REQUESTS = "see: keyholder account requests"
_ANEW = "after a pause: keyholder person resume PERSON; who has left and comes back: keyholder person add"
_ROTATION = "see how it stands: keyholder rotation show ACCOUNT"
_OTHER = "let another custodian or administrator do it"
_ANOTHER_FIRST = "make another administrator first: keyholder invite PERSON --role administrator"

# A key that ends in * is the beginning of a reason.
_NEXT = {
    "a door is shut after *": "first: keyholder rotation verify ACCOUNT",
    "a rotation of this account is open already": _ROTATION,
    "its author had no right to write it": "see your roles with: keyholder status; else " + _STAFF,
    "nobody is named who allowed it": "name them: keyholder rotation defer --by PERSON",
    "nothing new was stored for it yet": "keyholder rotation start ACCOUNT",
    "only a custodian or an administrator *": _STAFF,
    "only a custodian prepares a rotation": "ask a custodian: keyholder person list",
    "only a custodian records what somebody else saw": "ask a custodian: keyholder person list",
    "only a custodian, or a holder who deposits, *": "ask a custodian: keyholder person list",
    "only an obligation of class 3 can be deferred": "change it: keyholder rotation start ACCOUNT",
    "only custody, an administrator or its owner *": _STAFF,
    "only its owner, a custodian or an administrator *": (
        "report it, and somebody who may decides: keyholder claim file device-lost --describe WHICH"
    ),
    "only the person, a custodian or an administrator *": _STAFF,
    "that post of the person is not in the register": "see the posts: keyholder person show PERSON",
    "that membership is not in the register": "see the teams: keyholder person show PERSON",
    "the account is closed": "see: keyholder account show ACCOUNT; used again, it is a new one: keyholder account add",
    "the account is frozen": "if it may be used again: keyholder account unfreeze ACCOUNT",
    "the account is open": "see: keyholder account show ACCOUNT",
    "the claim is decided already": "see: keyholder claim list --all",
    "the device is lost already": (
        "who was told: keyholder device told DEVICE RECIPIENT; when it is back: keyholder device found DEVICE"
    ),
    "the device is not in use": "a lost one comes back first: keyholder device found DEVICE",
    "the device is not lost": "see: keyholder device show DEVICE",
    "the entry is confirmed already": "see what waits: keyholder confirm",
    "the grant exists already": "see: keyholder grant list",
    "the grant is revoked already": "see: keyholder grant list",
    "the invitation has expired": "invite them anew: keyholder invite PERSON",
    "the invitation was used before": "invite them anew: keyholder invite PERSON",
    "the keyset is revoked already": "see: keyholder person show PERSON",
    "the last administrator cannot be *": _ANOTHER_FIRST,
    "the person has left": _ANEW,
    "the person has left already": "who comes back is added anew: keyholder person add",
    "the person has not left": "see: keyholder person leave PERSON --plan",
    "the person has that role already": "see: keyholder person show PERSON",
    "the person holds that post already": "see: keyholder person show PERSON",
    "the person is in the team already": "see: keyholder team list",
    "the person is not *": "see: keyholder person show PERSON",
    "the person is paused": "when they are back: keyholder person resume PERSON",
    "the person is paused or has left": _ANEW,
    "the platform has no such door": _ROTATION,
    "the record has ended already": "see: keyholder record list",
    "the record is somebody else's": _STAFF,
    "the record is withdrawn": "see: keyholder record list",
    "the request is decided already": _REQUESTS,
    "the rotation has ended*": "another one: keyholder rotation start ACCOUNT",
    "the rotation is *": _ROTATION,
    "the second administrator must be another person": "let another administrator run: keyholder confirm ENTRY",
    "the team's epoch is not due*": "there is nothing to do; see: keyholder team show TEAM",
    "who asked cannot put somebody else's decision on record": _OTHER,
    "who has an open exit cannot close it": _OTHER,
    "who has an open exit cannot put it off": _OTHER,
    "who holds no access cannot say how it is used": _STAFF,
    "without a role in custody or administration, *": _STAFF,
}


def way_out(reason: str) -> str:
    """The next step; empty where there is none."""
    starts = (hint for key, hint in _NEXT.items() if key.endswith("*") and reason.startswith(key[:-1]))
    return _NEXT.get(reason) or next(starts, "")
