"""A password in words, to be read out: the ICAO/NATO alphabet, digits and symbols by name.

    spell("Ab4.") = ["capital Alfa", "bravo", "digit four", "symbol full stop"]

What is not in the alphabet of generated passwords is named too: platforms and people choose their own.
"""

from __future__ import annotations

from unicodedata import name

_ALPHABET = """
Alfa Bravo Charlie Delta Echo Foxtrot Golf Hotel India Juliett Kilo Lima Mike November Oscar Papa Quebec Romeo
Sierra Tango Uniform Victor Whiskey X-ray Yankee Zulu
"""
_LETTERS = _ALPHABET.split()
_DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
# The names that British offices use; Unicode's own for everything else.
_SYMBOLS = {
    " ": "space",
    "!": "exclamation mark",
    '"': "double quote",
    "#": "hash",
    "$": "dollar",
    "%": "per cent",
    "&": "ampersand",
    "'": "apostrophe",
    "(": "opening bracket",
    ")": "closing bracket",
    "*": "asterisk",
    "+": "plus",
    ",": "comma",
    "-": "hyphen",
    ".": "full stop",
    "/": "forward slash",
    ":": "colon",
    ";": "semicolon",
    "<": "less than",
    "=": "equals",
    ">": "greater than",
    "?": "question mark",
    "@": "at",
    "[": "opening square bracket",
    "\\": "backslash",
    "]": "closing square bracket",
    "^": "caret",
    "_": "underscore",
    "`": "backtick",
    "{": "opening curly bracket",
    "|": "vertical bar",
    "}": "closing curly bracket",
    "~": "tilde",
    "£": "pound",
    "€": "euro",
}


def spell(password: str) -> list[str]:
    """One entry per character, in order."""
    return [_spoken(char) for char in password]


def _spoken(char: str) -> str:
    if "A" <= char <= "Z":
        return f"capital {_LETTERS[ord(char) - ord('A')]}"
    if "a" <= char <= "z":
        return _LETTERS[ord(char) - ord("a")].lower()
    if "0" <= char <= "9":
        return f"digit {_DIGITS[int(char)]}"
    if char in _SYMBOLS:
        return f"symbol {_SYMBOLS[char]}"
    return f"character {name(char, f'U+{ord(char):04X}').lower()}"
