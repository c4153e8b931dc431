"""What a passphrase of one's own must be (the six generated words pass).

1. 15 to 1,024 characters after NFC (NIST SP 800-63B-4, 3.1.1.2: 15 for one factor; no composition rules).
2. Not digits and signs alone, not fewer than six different characters, not a short piece repeated.
3. Not a phrase that everybody knows.
4. At least eight characters must be left when the words that an attacker here tries first, the person's own
   words, runs along the alphabet or the keyboard, and the digits and signs around them are taken away.

A blocklist is advice with teeth, not a measure: the cost of Argon2id and the device secret carry the weight.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from unicodedata import normalize

from vault.errors import UsageProblem

if TYPE_CHECKING:
    from collections.abc import Iterable

MIN_LENGTH = 15
MAX_LENGTH = 1024

_MIN_DIFFERENT = 6
_MIN_LEFT = 8
_LONGEST_UNIT = 12
_RUN = 4

# One string, split: a list of sixty quoted words would be three times as long to read.
_WORD_TEXT = """
account admin administrator april august autumn changeme constabulary december default digital dragon facebook
february football friday iloveyou instagram january keyholder letmein linkedin login march media monday monkey
november october office p4ssword p@ssw0rd p@ssword pa55word passphrase passw0rd passwd password police
princess qwerty saturday secret secure security september snapchat social spring summer sunday sunshine team
thursday tiktok tuesday twitter vault wednesday welcome whatsapp winter youtube
"""
_WORDS = frozenset(_WORD_TEXT.split())
_PHRASES = frozenset(
    {
        "correcthorsebatterystaple",
        "maytheforcebewithyou",
        "nevergonnagiveyouup",
        "openthepodbaydoorshal",
        "thequickbrownfoxjumpsoverthelazydog",
        "threerandomwords",
        "tobeornottobethatisthequestion",
    }
)
_ROWS = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1qaz2wsx3edc4rfv5tgb",
)
_TRACKS = _ROWS + tuple(row[::-1] for row in _ROWS)


def check_passphrase(text: str, *, personal: Iterable[str]) -> None:
    """Nothing, if it will do; UsageProblem that says why. `personal`: names, numbers, force, platforms."""
    text = normalize("NFC", text)
    if len(text) < MIN_LENGTH:
        raise _weak(f"it has {len(text)} characters; at least {MIN_LENGTH} are needed")
    if len(text) > MAX_LENGTH:
        raise _weak(f"it has {len(text)} characters; at most {MAX_LENGTH} are taken")
    folded = text.casefold()
    core = "".join(_words(folded))
    if not any(char.isalpha() for char in core):
        raise _weak("it is made of digits and signs alone")
    if len(set(folded)) < _MIN_DIFFERENT or _repeats(folded):
        raise _weak("it repeats itself")
    if core in _PHRASES:
        raise _weak("everybody knows that phrase")
    if _left(folded, _known(personal)) < _MIN_LEFT:
        raise _weak("it is made of words, names or rows of keys that somebody here would try first")


def _known(personal: Iterable[str]) -> list[str]:
    """The words to take away, the longest first, so that none hides behind a part of itself."""
    parts = {part for word in personal for part in _words(normalize("NFC", word).casefold())}
    # Three letters of a name occur in too many honest words.
    return sorted(_WORDS | {part for part in parts if len(part) > 3}, key=len, reverse=True)


def _words(folded: str) -> list[str]:
    return "".join(char if char.isalnum() else " " for char in folded).split()


def _left(folded: str, known: list[str]) -> int:
    for word in known:
        folded = folded.replace(word, " ")
    return sum(_letters_to_letters(part) for part in _without_runs(folded).split())


def _letters_to_letters(part: str) -> int:
    """The length of a part from its first letter to its last."""
    places = [place for place, char in enumerate(part) if char.isalpha()]
    return places[-1] - places[0] + 1 if places else 0


def _without_runs(folded: str) -> str:
    kept, place = [], 0
    while place < len(folded):
        length = _run_at(folded, place)
        kept.append(" " if length else folded[place])
        place += length or 1
    return "".join(kept)


def _run_at(folded: str, place: int) -> int:
    """The length of the run of keys that starts here, 0 if it is too short to be one."""
    length = 0
    for track in _TRACKS:
        end = place + _RUN
        while end <= len(folded) and folded[place:end] in track:
            length = max(length, end - place)
            end += 1
    return length


def _repeats(folded: str) -> bool:
    longest = min(_LONGEST_UNIT, len(folded) // 2)
    return any(folded[unit:] == folded[:-unit] for unit in range(1, longest + 1))


def _weak(why: str) -> UsageProblem:
    return UsageProblem(f"this passphrase will not do: {why}", hint="six generated words are the default")
