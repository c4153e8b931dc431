"""One name for one account, however somebody wrote it down.

    facebook/somepolice   @SomePolice   https://mobile.twitter.com/SomePolice/?s=20
    facebook.com/pages/Name/26358387223   youtube.com/channel/UC…   facebook.com/profile.php?id=1000…

``display`` keeps the spelling (NFC, without @ and address); ``key`` is what two spellings share: canonical
caseless form (Unicode 3.13, D145), without characters that the platform ignores. Both are computed here and
never in SQL, whose engines disagree. Giving a display form again gives the same handle.

Refused: nothing, control and formatting characters, an address of another platform, of a post or of the bare
site. Warned about: what the platform's handles do not look like, and letters that imitate others. No message
repeats the text: it may be a password in the wrong column.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field

from vault.domain.lookalikes import lookalike_warning
from vault.domain.platforms import Address, AddressRules, HandleRules, Platform, Platforms
from vault.errors import UsageProblem

_LONGEST_INPUT = 2048
_LONGEST_HANDLE = 253
_LEAST_ID_DIGITS = 8
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
_SCHEMES = ("http://", "https://", "//")


@dataclass(frozen=True, slots=True)
class Handle:
    """An account's name on its platform. Equal when platform and key are."""

    platform: str
    key: str
    display: str = field(compare=False)
    warnings: tuple[str, ...] = field(default=(), compare=False)

    @property
    def name(self) -> str:
        """How the account is called: ``platform/handle``."""
        return f"{self.platform}/{self.display}"

    @property
    def full_key(self) -> str:
        """By what the account is found: platform and key."""
        return f"{self.platform}/{self.key}"


@dataclass(frozen=True, slots=True)
class _WebAddress:
    host: str
    steps: tuple[str, ...]
    query: str


def parse_account_name(text: str, *, platforms: Platforms) -> Handle:
    """Read ``platform/handle``, or a whole web address."""
    platform, slash, handle = text.partition("/")
    if _web_address(_clean(text), platforms) is not None:
        return normalise(text, platform="", platforms=platforms)
    if not slash or not platform.strip():
        raise UsageProblem("an account is named platform/handle", hint="for example x/somepolice")
    return normalise(handle, platform=platform, platforms=platforms)


def normalise(text: str, *, platform: str, platforms: Platforms) -> Handle:
    """The handle that ``text`` (a handle or a web address) names; an address may stand without a platform."""
    cleaned = _clean(text)
    address = _web_address(cleaned, platforms)
    found = _platform(platform, address, platforms)
    display = _clean(_account_at(address, found) if address else _plain(cleaned, found))
    key = _key(display, found)
    if not key.strip(" /") or len(display) > _LONGEST_HANDLE:
        raise UsageProblem(f"that is no handle: 1 to {_LONGEST_HANDLE} characters that tell accounts apart")
    if found.address.form is Address.PATH and _names_the_site(display, found, platforms):
        raise UsageProblem(f"that names {found.name} itself and no account on it")
    return Handle(found.code, key, display, _warnings(display, found.handle))


def platform_at(text: str, platforms: Platforms) -> Platform | None:
    """The platform whose site the web address is on, whatever page it names; None for anything else."""
    try:
        address = _web_address(_clean(text), platforms)
    except UsageProblem:
        return None
    return platforms.at(address.host) if address else None


def _names_the_site(display: str, platform: Platform, platforms: Platforms) -> bool:
    page = platform.address.query_id
    return platforms.at(_host(display)) is platform or bool(page and display.casefold().startswith(page))


def _clean(text: str) -> str:
    """NFC, single spaces, no leading @; nothing that cannot be seen."""
    if len(text) > _LONGEST_INPUT:
        raise UsageProblem(f"a handle or address has at most {_LONGEST_INPUT} characters")
    stripped = unicodedata.normalize("NFC", text.strip())
    if not stripped.isascii() or not stripped.isprintable():
        for char in stripped:
            if unicodedata.category(char) in _UNSEEN:
                raise UsageProblem(f"the handle holds a character that cannot be seen (U+{ord(char):04X})")
    cleaned = " ".join(stripped.split()).lstrip("@ ")
    if not cleaned:
        raise UsageProblem("the handle is empty")
    return cleaned


def _web_address(text: str, platforms: Platforms) -> _WebAddress | None:
    """``text`` taken apart if it is a web address: with a scheme, or a known host before a slash."""
    scheme = next((s for s in _SCHEMES if text[: len(s)].casefold() == s), "")
    bare = text[len(scheme) :]
    host, slash, _ = bare.partition("/")
    if not scheme and not (slash and platforms.at(_host(host))):
        return None
    located, _, query = bare.partition("#")[0].partition("?")
    host, _, path = located.partition("/")
    host = _host(host)
    if not host or not all(char.isalnum() or char in ".-:" for char in host):
        raise UsageProblem("that web address has no proper host")
    return _WebAddress(host, tuple(step for part in path.split("/") if (step := part.strip())), query)


def _host(text: str) -> str:
    """The host as it is compared: without case, www. or the usual port."""
    host = (
        unicodedata.normalize("NFC", text.strip().casefold())
        .removesuffix(":443")
        .removesuffix(":80")
        .rstrip(".")
    )
    while host.startswith("www."):
        host = host[4:]
    return host


def _platform(text: str, address: _WebAddress | None, platforms: Platforms) -> Platform:
    """The platform meant; text and address must not contradict each other."""
    at = platforms.at(address.host) if address else None
    if not text.strip():
        if at is None:
            raise UsageProblem("no platform is named", hint="write platform/handle, or the whole web address")
        return at
    named = platforms.named(text)
    if address and at is not named and (at is not None or named.address.form is Address.PATH):
        where = at.name if at else "no platform known here"
        raise UsageProblem(f"the web address is of {where}, not of {named.name}")
    return named


def _account_at(address: _WebAddress, platform: Platform) -> str:
    rules = platform.address
    if rules.form is Address.OWN_SITE:
        return "/".join((address.host, *address.steps))
    steps = [decoded for step in address.steps if (decoded := _decode(step))]
    if not steps:
        raise UsageProblem(f"that names {platform.name} itself and no account on it")
    if rules.query_id and steps[0].casefold() == rules.query_id:
        return _id_in(address.query)
    if steps[0].casefold() in (rules.not_accounts if len(steps) > 1 else _not_alone(rules)):
        raise UsageProblem("that is the address of a post or a page, not of an account")
    name = _from_steps(steps, rules)
    return f"{name}@{address.host}" if rules.form is Address.FEDERATED and "@" not in name else name


def _not_alone(rules: AddressRules) -> frozenset[str]:
    return frozenset((*rules.not_accounts, *rules.dropped, *rules.kept, *rules.named_ids))


def _decode(step: str) -> str:
    """Undo percent-encoding; a hidden slash would make another path."""
    if "%" not in step:
        return step.lstrip("@ ")
    from urllib.parse import unquote

    try:
        decoded = unquote(step, errors="strict").strip()
    except UnicodeDecodeError:
        raise UsageProblem("the percent-encoding in that web address is not UTF-8") from None
    if "/" in decoded or not decoded.strip("@ "):
        raise UsageProblem("the percent-encoding in that web address hides its path")
    return decoded.lstrip("@ ")


def _id_in(query: str) -> str:
    found = next((part[3:] for part in query.split("&") if part.startswith("id=")), "")
    if not (found.isascii() and found.isdigit()):
        raise UsageProblem("that web address has no account number (?id=…)")
    return found


def _plain(text: str, platform: Platform) -> str:
    """A handle as typed; of paths only those that a platform's handles have."""
    rules = platform.address
    if rules.form is Address.OWN_SITE or "/" not in text:
        return text
    steps = [step for part in text.split("/") if (step := part.strip().lstrip("@ "))]
    leading = {*rules.dropped, *rules.kept, *rules.named_ids}
    if not steps or (len(steps) > 1 and steps[0].casefold() not in leading):
        raise UsageProblem(
            "that is more than a handle", hint="give the handle alone, or the whole web address"
        )
    return _from_steps(steps, rules)


def _from_steps(steps: list[str], rules: AddressRules) -> str:
    first = steps[0].casefold()
    if len(steps) == 1:
        return steps[0]
    if first in rules.named_ids:
        # /pages/Name/123: the number is the account, the name a decoration that helps to recognise it.
        if _is_id("".join(steps[2:3])):
            return "-".join(steps[1:3])
        return steps[3] if steps[1] == "category" and len(steps) > 3 else steps[1]
    if first in rules.kept:
        return f"{first}/{steps[1]}"
    return steps[1] if first in rules.dropped else steps[0]


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) >= _LEAST_ID_DIGITS


def _key(display: str, platform: Platform) -> str:
    decorated, _, number = display.rpartition("-")
    if platform.address.named_ids and decorated and _is_id(number):
        return number
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFD", display).casefold())
    for char in platform.handle.ignored:
        folded = folded.replace(char, "")
    return folded


def _warnings(display: str, rules: HandleRules) -> tuple[str, ...]:
    found = []
    body = display.rpartition("/")[2] if "/" not in rules.symbols else display
    if len(body) > rules.max_length:
        found.append(f"is longer than the platform's handles ({rules.max_length})")
    if any(not _is_usual(char, rules) for char in body):
        found.append("has characters that the platform's handles do not have")
    if suspect := lookalike_warning(display):
        found.append(suspect)
    return tuple(found)


def _is_usual(char: str, rules: HandleRules) -> bool:
    if char.isalnum() or unicodedata.category(char) in {"Mn", "Mc"}:
        return rules.letters == "any" or char.isascii()
    return char in rules.symbols
