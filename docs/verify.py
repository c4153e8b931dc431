#!/usr/bin/env python3
# fmt: off
"""verify.py DIR VAULT-ID [HELD-CHECKPOINT ...]: a second verifier of a Keyholder export, made from formats.md alone.
Python 3.8 is enough. VAULT-ID has 64 hexadecimal digits. docs/verifying.md explains each step."""
# ruff: noqa: ANN001, ANN201, E401, I001  at most 120 lines, to be read in one sitting
import functools, itertools, json, re, sys
from base64 import b64decode, b64encode
from datetime import datetime
from hashlib import sha256, sha512
from pathlib import Path
P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D, SQRT, BASE = -121665 * pow(121666, -1, P) % P, pow(2, (P - 1) // 4, P), b"\x58" + b"\x66" * 31
HASH = re.compile("[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=").fullmatch  # the one base64 of 32 bytes
CONTROL = re.compile("[\0-\x09\x0b-\x1f]").search
ENTRY = re.compile(r'\{"actor":"[a-z0-9-]{1,64}","data":\{.*\},"event":"(?=[^"]{1,64}")[a-z][a-z0-9_]*'
    r'(?:\.[a-z][a-z0-9_]*)*","prev":"([^"]*)","seq":([0-9]+),"subject":"[a-z0-9-]{0,64}",'
    r'"time":"([0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3])(?::[0-5][0-9]){2})Z","v":1\}', re.DOTALL).fullmatch
def need(true, why):
    if not true:
        raise ValueError(why)
def add(p, q):  # points of edwards25519 as X, Y, Z, XY/Z: RFC 8032, section 5.1.4
    a, b, c, d = (p[1] - p[0]) * (q[1] - q[0]), (p[1] + p[0]) * (q[1] + q[0]), 2 * p[3] * q[3] * D, 2 * p[2] * q[2]
    return (b - a) * (d - c) % P, (d + c) * (b + a) % P, (d - c) * (d + c) % P, (b - a) * (b + a) % P
def times(k, p):
    return add(times(k // 2, add(p, p)), p if k % 2 else (0, 1, 1, 0)) if k else (0, 1, 1, 0)
def point(raw):  # None if no point is written so; False if it has small order, or two spellings: all verifies under it
    y = int.from_bytes(raw, "little") % 2**255
    xx = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    roots = [sign * pow(xx, (P + 3) // 8, P) * factor % P for factor in (1, SQRT) for sign in (1, -1)]
    found = [(x, y, 1, x * y % P) for x in roots if (x * x - xx) % P == 0 and (x % 2 == raw[31] >> 7 or x == 0)]
    return False if y >= P or (found and times(8, found[0])[0] == 0) else found[0] if found else None
def check_signature(key, text, sig):  # RFC 8032, section 5.1.7
    a, s, k = point(key), int.from_bytes(sig[32:], "little"), sha512(sig[:32] + key + text).digest()
    need(a and len(sig) == 64 and s < L, "a malformed key or signature")
    x, y, z, _ = add(times(s, point(BASE)), times(int.from_bytes(k, "little") % L, (P - a[0], a[1], 1, P - a[3])))
    x, y = x * pow(z, -1, P) % P, y * pow(z, -1, P) % P
    need((y + (x % 2 << 255)).to_bytes(32, "little") == sig[:32], "a false signature")
def head(raw, key=None):  # c2sp.org/signed-note and tlog-checkpoint: (origin, size, root), signed with `key` if given
    text, gap, lines = raw.decode().rpartition("\n\n")
    need(gap and re.fullmatch("(.+\n){1,100}", lines) and not CONTROL(raw.decode()), "a malformed note")
    need(len(raw) <= 1_000_000, "a note that is too long")
    (origin, size, root), good = text.split("\n"), key is None
    need(origin and re.fullmatch("0|[1-9][0-9]{0,18}", size) and int(size) < 2**63 and HASH(root), "no checkpoint")
    for dash, name, sig in (line.split(" ") for line in lines[:-1].split("\n")):
        raw = b64decode(sig)
        need(len(raw) > 4 and b64encode(raw).decode() == sig, "base64 has one spelling")
        need([dash, *name.split()] == ["—", name] and "+" not in name, "a malformed signature line")
        if key and name == origin and raw[:4] == sha256(origin.encode() + b"\n\1" + key).digest()[:4]:
            good = check_signature(key, text.encode() + b"\n", raw[4:]) is None
    need(good, "a head without its author's signature")
    return origin, int(size), b64decode(root)
def decode(body, seq, prev):  # an entry in the one form allowed (RFC 8785, restricted), which follows the one before
    e, found = json.loads(body.decode()), ENTRY(body.decode())
    need(json.dumps(e, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() == body, "not canonical")
    need(found and len(e) == 8 and datetime.fromisoformat(found[3]), "not an entry")
    tokens = re.findall(r'"(?:[^"\\]|\\.)*":?|[0-9.eE+-]{2,}|.', body.decode())  # strings, numbers, single characters
    need(all(re.fullmatch('"[a-z][a-z0-9_-]*":', t) for t in tokens if t[-2:] == '":'), "a name that is not plain")
    need(all(abs(int(t)) < 2**53 for t in tokens if re.match("-?[0-9]|[NI]", t)), "a number beyond 53 bits")
    need(max(itertools.accumulate((t in "{[") - (t in "}]") for t in tokens)) <= 8, "nested too deep")
    need((found[1], found[2]) == (b64encode(prev).decode(), str(seq)), "it does not follow the entry before")
    return e
def follow(signers, e, n, origin):  # {id: [key, added, revoked, vouches]}; an event that breaks the rules is void
    kind, who, whom, data = e["event"], signers.get(e["actor"]), signers.get(e["subject"]), e["data"]
    key, vouches = HASH(str(data.get("key"))) and b64decode(data["key"]), data.get("vouches")
    may = who and who[2] is None and (who[3] or (kind == "signer.revoked" and who is whom))
    if n == 0:
        need((kind, e["actor"], data.get("origin")) == ("log.genesis", e["subject"], origin) and key, "no genesis")
        need(point(key) is not False, "a key that proves nothing")
        signers[e["actor"]] = [key, n, None, True]
    elif may and kind == "signer.added" and not whom and e["subject"] and key and type(vouches) is bool:
        if all(key != each[0] for each in signers.values()) and point(key) is not False:
            signers[e["subject"]] = [key, n, None, vouches]
    elif may and whom and whom[2] is None:
        whom[2] = n if kind == "signer.revoked" else None
        whom[3] = vouches if kind == "signer.vouching" and type(vouches) is bool else whom[3]
def read(folder, kind, n, width):
    name = "/".join([f"x{n // 1000**i % 1000:03}" for i in (3, 2, 1) if n >= 1000**i] + [f"{n % 1000:03}"])
    return (folder / kind / (name + (f".p/{width}" if width < 256 else ""))).read_bytes()
def items(raw):
    end = 2 + int.from_bytes(raw[:2], "big")
    need(end <= len(raw) or not raw, "a bundle ends inside an item")
    return [raw[2:end], *items(raw[end:])] if raw else []
def push(stack, rows, node, size=1):  # the tree: roots of full subtrees, biggest first, and what the tiles must hold
    rows[size.bit_length() // 8] += [node] if size.bit_length() % 8 == 1 else []
    if stack and stack[-1][0] == size:
        return push(stack, rows, sha256(b"\1" + stack.pop()[1] + node).digest(), size * 2)
    stack.append((size, node))
    return functools.reduce(lambda right, left: sha256(b"\1" + left[1] + right).digest(), stack[-2::-1], node)
def verify(folder, vault_id, held=()):
    newest, *known = [Path(name).read_bytes() for name in (folder / "checkpoint", *held)]
    (origin, size, _), known = head(newest), [head(raw) for raw in known]
    need(size and all(at <= size and of == origin for of, at, _ in known), "ROLLED BACK: shorter than a held head")
    signers, stack, rows, last, first, actor = {}, [], [[] for _ in range(8)], bytes(32), 0, ""
    for n in range(0, size, 256):
        width = min(256, size - n)
        bodies, heads = (items(read(folder, kind, n // 256, width)) for kind in ("tile/entries", "commits"))
        for seq, body in enumerate(bodies, n):
            e = decode(body, seq, last)
            last, actor = sha256(b"\0" + body).digest(), e["actor"] if seq == first else actor
            need(e["actor"] == actor and (seq or last.hex() == vault_id), f"entry {seq}: another author, or vault")
            follow(signers, e, seq, origin)
            now = push(stack, rows, last)
            need(all(root == now for _, at, root in known if at == seq + 1), f"FORKED at entry {seq}")
            if heads and head(heads[0])[1] <= seq + 1:
                key, added, revoked, _ = signers[actor]
                need(added < max(first, 1) and first <= (size if revoked is None else revoked), "a key not in force")
                need(head(heads.pop(0), key) == (origin, seq + 1, now), f"entry {first}: not what was signed")
                first = seq + 1
        need(not heads and len(bodies) == width, f"bundle {n // 256} holds other entries or heads")
    need(first == size and head(newest, key)[1:] == (size, now), "the newest head is not signed, or of another root")
    for level, row in enumerate(rows):
        for n in range(0, len(row), 256):
            need(read(folder, f"tile/{level}", n // 256, min(256, len(row) - n)) == b"".join(row[n:n + 256]), "a tile")
    return f"OK: {size} entries, root {b64encode(now).decode()}, {len(known)} held head(s) agree"
if __name__ == "__main__":
    try:
        args = sys.argv[1:] if re.fullmatch("[0-9a-f]{64}", "".join(sys.argv[2:3])) else sys.exit(__doc__)
        sys.stdout.write(verify(Path(args[0]), args[1], args[2:]) + "\n")
    except (KeyError, OSError, RecursionError, TypeError, ValueError) as error:
        sys.exit(f"FAIL: {error}")
