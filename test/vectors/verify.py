#!/usr/bin/env python3
"""Reads docs/protocol/vectors by what docs/protocol says, with nothing of Comity: the standard library, and openssl for signatures.

    verify.py [FOLDER]      exit 0 where every vector of envelope, contact (receipts), feed and ledger details comes out as published
"""
import base64, hashlib, json, pathlib, re, subprocess, sys, tempfile

FOLDER = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parents[2] / "docs/protocol/vectors")
SCRATCH = tempfile.TemporaryDirectory()
DAY, MINUTE = 86_400_000, 60_000
SELF = "XAR"


# -- charter.md 1: base64url, JSON, keys, JWS ------------------------------------------------------------------------------

class Refused(Exception):
    """A problem by its code."""


def b64d(text):
    if not re.fullmatch(r"[A-Za-z0-9_-]*", text) or len(text) % 4 == 1:
        raise ValueError("no base64url")
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if b64e(data) != text:
        raise ValueError("trailing bits")
    return data


def b64e(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def parse(data):
    def once(pairs):
        if len({name for name, _ in pairs}) != len(pairs):
            raise ValueError("a name twice")
        return dict(pairs)
    value = json.loads(data.decode("utf-8"), object_pairs_hook=once)
    if not isinstance(value, dict):
        raise ValueError("no object")
    return value


def sha256(data):
    return hashlib.sha256(data).digest()


def thumbprint(jwk):
    names = ("crv", "kty", "x", "y") if jwk["kty"] == "EC" else ("crv", "kty", "x")
    return b64e(sha256(json.dumps({n: jwk[n] for n in names}, separators=(",", ":")).encode()))


def openssl(jwk, message, signature):
    """ES256 for P-256, Ed25519 for the other curve."""
    if jwk["kty"] == "EC":
        spki = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d030107034200") + b"\x04" + b64d(jwk["x"]) + b64d(jwk["y"])
        number = lambda raw: (lambda n: b"\x02" + bytes([len(n)]) + n)((b"\0" if raw.lstrip(b"\0")[:1] >= b"\x80" else b"") + (raw.lstrip(b"\0") or b"\0"))
        inner = number(signature[:32]) + number(signature[32:])
        signature = b"\x30" + bytes([len(inner)]) + inner
    else:
        spki = bytes.fromhex("302a300506032b6570032100") + b64d(jwk["x"])
    path = pathlib.Path(SCRATCH.name)
    pem = "-----BEGIN PUBLIC KEY-----\n" + base64.encodebytes(spki).decode() + "-----END PUBLIC KEY-----\n"
    for name, data in (("key", pem.encode()), ("message", message), ("signature", signature)):
        (path / name).write_bytes(data)
    digest = ["-digest", "sha256"] if jwk["kty"] == "EC" else []
    command = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", path / "key", "-rawin", *digest, "-in", path / "message", "-sigfile", path / "signature"]
    return subprocess.run(command, capture_output=True).returncode == 0


def jws(text, typ, keys):
    """The payload and the key's row, in the order of checks of charter.md 1 and envelope.md."""
    try:
        parts = text.split(".")
        if len(parts) != 3:
            raise ValueError("parts")
        header, payload, signature = parse(b64d(parts[0])), b64d(parts[1]), b64d(parts[2])
    except ValueError:
        raise Refused("envelope-malformed")
    if header.get("alg") != "ES256":
        raise Refused("envelope-malformed")
    if "crit" in header:
        raise Refused("critical-unknown")
    if header.get("typ") != typ:
        raise Refused("envelope-malformed")
    if header.get("kid") not in keys:
        raise Refused("key-unknown")
    row = keys[header["kid"]]
    if len(signature) != 64 or not openssl(row["jwk"], f"{parts[0]}.{parts[1]}".encode(), signature):
        raise Refused("signature-invalid")
    return payload, row


# -- charter.md: who is who --------------------------------------------------------------------------------------------------

class Network:
    def __init__(self, file):
        network = parse(file.read_bytes())
        document = parse(b64d(network["charter"]))
        payload = b64d(document["payload"])
        self.hash = hashlib.sha256(payload).hexdigest()
        assert self.hash == network["genesis"], "the charter's hash is the genesis hash"
        self.short, self.charter = self.hash[:16], parse(payload)
        self.expires = millis(self.charter["expires"])
        self.signing, self.logs, self.suspended = {}, {}, set()
        roots = {thumbprint(m["keys"]["root"]["current"]): m for m in self.charter["members"]}
        signed = set()
        for signature in document["signatures"]:
            kid = parse(b64d(signature["protected"]))["kid"]
            if openssl(roots[kid]["keys"]["root"]["current"], f'{signature["protected"]}.{document["payload"]}'.encode(), b64d(signature["signature"])):
                signed.add(roots[kid]["code"])
        assert signed == {m["code"] for m in self.charter["members"]}, "every member's root signed the genesis"
        for member in self.charter["members"]:
            for place in ("current", "next"):
                key = member["keys"]["signing"][place]
                self.signing[thumbprint(key)] = {"jwk": key, "member": member["code"], "standing": "active"}
            self.logs[member["code"]] = [member["keys"]["log"]["current"], member["keys"]["log"]["next"]]

    def notice(self, data):
        """As far as the vectors go: the notices are right, so only what they do."""
        notice = parse(b64d(parse(data)["payload"]))
        if notice["kind"] == "suspension":
            self.suspended.add(notice["member"])
        elif notice["kind"] == "revocation":
            self.signing[notice["key"]]["standing"] = "revoked"
        else:
            self.signing[notice["retired"]]["standing"] = "retired"

    def register(self, name):
        return next((r for r in self.charter["registers"] if r["name"] == name), None)

    def may_read(self, name, owner, reader):
        has = lambda codes, code: codes == ["*"] or code in codes
        terms = self.register(name)
        return terms is not None and any(has(p["owners"], owner) and has(p["readers"], reader) for p in terms["between"])


def millis(instant):
    import datetime
    return int(datetime.datetime.strptime(instant, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=datetime.timezone.utc).timestamp() * 1000)


# -- envelope.md -------------------------------------------------------------------------------------------------------------

SERVICES = {"contact": (2 << 20, False), "documents": (2 << 20, False), "feed.pull": (1024, False), "feed.erased": (512 * 1024, False), "register.query": (64 * 1024, True), "register.hit": (64 * 1024, False)}


class Node:
    """One recipient, Arcadia."""

    def __init__(self, network):
        self.network, self.bodies, self.seen = network, {}, set()

    def receive(self, step):
        service = step["service"]
        if service not in SERVICES:
            raise Refused("service-unknown")
        most, fresh = SERVICES[service]
        body = b64d(step["body"])
        if len(step["envelope"]) > 8192 or len(body) > most + 32:
            raise Refused("too-large")
        payload, key = jws(step["envelope"], "comity-envelope", self.network.signing)
        e = self.fields(payload)
        self.judge(e, step, body, key, fresh)
        return self.answer(service, e, body[32:])

    @staticmethod
    def fields(payload):
        try:
            e = parse(payload)
            ok = all(isinstance(e[n], int) and not isinstance(e[n], bool) and 0 <= e[n] < 2 ** 31 for n in ("v", "charter"))
            ok &= all(isinstance(e[n], int) and 0 <= e[n] <= 253402300799999 for n in ("iat", "exp"))
            ok &= re.fullmatch(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", e["id"]) is not None
            ok &= all(re.fullmatch("[A-Z]{3}", e[n]) for n in ("from", "to"))
            ok &= len(e["service"]) <= 64 and len(e["purpose"]) <= 64 and len(e["basis"]) <= 500
            ok &= e["realm"] in ("live", "exercise") and len(b64d(e["digest"])) == 32
        except (ValueError, KeyError, TypeError):
            ok = False
        if not ok:
            raise Refused("envelope-malformed")
        return e

    def judge(self, e, step, body, key, fresh):
        now, digest = step["now"], b64d(e["digest"])
        rules = [
            (key["standing"] == "revoked", "key-revoked"),
            (key["standing"] == "retired", "key-retired"),
            (e["from"] != key["member"] or step["line"] != key["member"], "sender-mismatch"),
            (key["member"] in self.network.suspended, "member-suspended"),
            (e["to"] != SELF, "wrong-recipient"),
            (e["service"] != step["service"] or not e["iat"] <= e["exp"] <= e["iat"] + DAY, "envelope-malformed"),
            (e["v"] != 1, "version-unsupported"),
            (len(body) < 32 or sha256(body) != digest, "body-mismatch"),
            (now >= self.network.expires and step["service"] != "documents", "charter-expired"),
            (e["realm"] not in self.network.charter["realms"], "not-allowed"),
            (abs(e["iat"] - now) > 2 * MINUTE if fresh else e["iat"] - now > DAY, "clock-skew"),
            (e["exp"] < now - (2 * MINUTE if fresh else DAY), "transmission-expired"),
        ]
        for wrong, code in rules:
            if wrong:
                raise Refused(code)
        name = (e["from"], e["id"].lower())
        if self.bodies.setdefault(name, digest) != digest:
            raise Refused("id-conflict")
        if step["envelope"] in self.seen:
            raise Refused("replayed")
        self.seen.add(step["envelope"])

    def answer(self, service, e, content):
        """Of the services as much as the vectors try."""
        try:
            question = parse(content)
            if service == "contact" and (None in question.get("cosignatures", []) or len(question.get("prove", [])) > 16):
                raise ValueError
        except ValueError:
            raise Refused("body-malformed")
        if service == "register.query":
            terms = self.network.register(question["register"])
            if terms is None or terms["mode"] != "queried" or e["purpose"] not in terms["purposes"] or not self.network.may_read(question["register"], SELF, e["from"]):
                raise Refused("not-allowed")
            if not question["case"]:
                raise Refused("body-malformed")
        if service == "register.hit":
            return {"hits": self.hits(e, question)}
        if service == "feed.pull" and not question["feed"].startswith(f"comity/{self.network.short}/{SELF}/"):
            raise Refused("not-allowed")


    def hits(self, e, told):
        """hit-notice.md, section 3: of Arcadia's one feed, of two entries, nothing is in force."""
        try:
            text = lambda value, most: isinstance(value, str) and len(value) <= most
            size = lambda value: isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2 ** 63
            ok = text(told["register"], 40) and size(told["at"]) and told["at"] <= 253402300799999 and text(told["desk"], 100) and size(told["entry"])
            ok &= len(b64d(told["commitment"])) == 32 and 1 <= len(told["records"]) <= 100
            ok &= all(text(r["feed"], 300) and size(r["index"]) and text(r["strength"], 40) for r in told["records"])
        except (ValueError, KeyError, TypeError):
            ok = False
        if not ok:
            raise Refused("body-malformed")
        terms = self.network.register(told["register"])
        if terms is None or terms["mode"] != "replicated" or e["purpose"] not in terms["purposes"] or not self.network.may_read(told["register"], SELF, e["from"]):
            raise Refused("not-allowed")
        own = f'comity/{self.network.short}/{SELF}/{told["register"]}/{e["realm"]}/all/1'
        return [{"index": r["index"], "standing": "EndedBefore" if r["feed"] == own and r["index"] < 2 else "Unknown"} for r in told["records"]]


STATUS = dict(line.split() for line in """
envelope-malformed 400
body-mismatch 400
body-malformed 400
too-large 413
signature-invalid 401
key-unknown 401
key-retired 401
key-revoked 401
sender-mismatch 403
wrong-recipient 403
member-suspended 403
charter-expired 403
not-allowed 403
service-unknown 404
clock-skew 400
transmission-expired 400
id-conflict 409
replayed 409
version-unsupported 400
critical-unknown 400
""".split("\n") if line)


def exchange(file):
    network = Network(FOLDER / "network.json")
    node, count = Node(network), 0
    for step in parse((FOLDER / file).read_bytes())["steps"]:
        if "notice" in step:
            network.notice(b64d(step["notice"]))
            continue
        came = {"status": 200}
        try:
            came.update(node.receive(step) or {})
            receipt(network, step)
        except Refused as refused:
            came = {"status": int(STATUS[str(refused)]), "problem": str(refused)}
        expected = {name: step["expect"][name] for name in came}
        assert came == expected, f'{file}: {step["about"]}: {came}, not {expected}'
        count += 1
    return count


def receipt(network, step):
    payload, key = jws(step["receipt"], "comity-receipt", network.signing)
    r, e = parse(payload), parse(b64d(step["envelope"].split(".")[1]))
    assert key["member"] == r["from"] == SELF and r["to"] == e["from"] and r["id"] == e["id"].lower() and r["v"] == e["v"], step["about"]
    assert b64d(r["envelope"]) == sha256(step["envelope"].encode()), step["about"]
    assert b64d(r["answer"]) == sha256(b64d(step["answer"])), step["about"]


# -- log.md: trees and notes -------------------------------------------------------------------------------------------------

def root(leaves):
    if len(leaves) < 2:
        return sha256(b"\0" + leaves[0]) if leaves else sha256(b"")
    split = 1 << ((len(leaves) - 1).bit_length() - 1)
    return sha256(b"\1" + root(leaves[:split]) + root(leaves[split:]))


def consistent(older, newer, path):
    """RFC 9162, 2.1.4.2; older and newer as (size, root)."""
    (first, first_root), (second, second_root) = older, newer
    if first > second:
        return False
    if first == second:
        return not path and first_root == second_root
    if first == 0:
        return not path and first_root == sha256(b"")
    path = ([first_root] if first & (first - 1) == 0 else []) + path
    if not path:
        return False
    fn, sn = first - 1, second - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = path[0]
    for c in path[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            fr, sr = sha256(b"\1" + c + fr), sha256(b"\1" + c + sr)
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = sha256(b"\1" + sr + c)
        fn, sn = fn >> 1, sn >> 1
    return fr == first_root and sr == second_root and sn == 0


def checkpoint(note, origin, keys):
    """Size and root, where the log signed it under its origin's name."""
    text, _, signatures = note.decode().partition("\n\n")
    lines = text.split("\n")
    if lines[0] != origin:
        return None
    for line in signatures.splitlines():
        _, name, value = line.split(" ")
        raw = base64.b64decode(value)
        for key in keys:
            identity = sha256(name.encode() + b"\n\x01" + b64d(key["x"]))[:4]
            if name == origin and raw[:4] == identity and openssl(key, (text + "\n").encode(), raw[4:]):
                return int(lines[1]), base64.b64decode(lines[2])
    return None


# -- feed.md -----------------------------------------------------------------------------------------------------------------

class Quarantine(Exception):
    def __init__(self, fault, index):
        self.fault, self.index = fault, index


def entries(data):
    """The layout of an answer; ValueError where it does not fit."""
    at = 0

    def take(count):
        nonlocal at
        if at + count > len(data):
            raise ValueError("too short")
        at += count
        return data[at - count:at]
    number = lambda count: int.from_bytes(take(count), "big")
    if number(1) != 1:
        raise ValueError("version")
    note = take(number(2))
    path = [take(32) for _ in range(number(1))]
    first, count, run = number(8), number(4), []
    if len(path) > 64 or first >= 1 << 63 or count > 8192:
        raise ValueError("out of range")
    for _ in range(count):
        leaf, length = take(42), number(4)
        run.append((leaf, None if length == 0xFFFFFFFF else take(length)))
    if at != len(data):
        raise ValueError("too long")
    return note, path, first, run


class Mirror:
    def __init__(self, network, origin):
        self.network, self.origin, self.owner = network, origin, origin.split("/")[2]
        self.leaves, self.records, self.fault = [], {}, None
        self.issues = next(m["issues"] for m in network.charter["members"] if m["code"] == self.owner)

    def take(self, data):
        try:
            note, path, first, run = entries(data)
        except ValueError:
            return {"result": "unreadable"}
        try:
            result = {"result": self.verify(note, path, first, run)}
        except Quarantine as found:
            self.fault = found.fault
            result = {"result": "quarantined", "fault": found.fault, "index": found.index}
        return {**result, "size": len(self.leaves), "inForce": sorted(i for i, state in self.records.items() if state == "live")}

    def verify(self, note, path, first, run):
        size = len(self.leaves)
        if self.fault not in (None, "foreign-issuer", "record-invalid") or first != size:
            return "not taken"
        head = checkpoint(note, self.origin, self.network.logs[self.owner])
        if head is None:
            return "not taken"
        leaves = self.leaves + [leaf for leaf, _ in run]
        if not consistent((len(leaves), root(leaves)), head, path):
            raise Quarantine("rewritten", size)
        records, content = dict(self.records), None
        for index, (leaf, body) in enumerate(run, size):
            found = self.judge(records, index, leaf, body, content is not None)
            content = content or found
        self.leaves, self.records = leaves, records
        complete = len(leaves) == head[0]
        awaited = [i for i, state in records.items() if state == "awaited"]
        if content:
            raise content
        if complete and awaited:
            raise Quarantine("body-missing", min(awaited))
        return "complete" if complete else "taken"

    def judge(self, records, index, leaf, body, held):
        """Changes the records, or raises what stops the feed; returns a fault of content."""
        version, operation, superseded, digest = leaf[0], leaf[1], int.from_bytes(leaf[2:10], "big", signed=True), leaf[10:]
        brings = operation in (1, 2)
        if version != 1 or operation not in (1, 2, 3, 4) or (superseded != -1 if operation == 1 else not 0 <= superseded < index) or (digest != bytes(32)) != brings:
            raise Quarantine("leaf-invalid", index)
        if body is not None and (not brings or len(body) < 32 or sha256(body) != digest):
            raise Quarantine("body-altered", index)
        if superseded >= 0 and records.pop(superseded, None) is None:
            raise Quarantine("leaf-invalid", index)
        if not brings:
            return None
        if body is None:
            records[index] = "awaited"
            return None
        records[index] = "refused"
        try:
            record = parse(body[32:])
            if record["v"] != 1 or not isinstance(record["content"], dict) or not isinstance(record["expires"], int):
                raise ValueError
            issuer = record["content"]["issuer"]
            if any(not isinstance(record["content"].get(name), str) for name in ("key", "for", "value")):
                raise ValueError
        except (ValueError, KeyError):
            return Quarantine("record-invalid", index)
        if issuer not in self.issues:
            return Quarantine("foreign-issuer", index)
        records[index] = "held" if held or self.fault else "live"
        return None


def feeds():
    network, count = Network(FOLDER / "network.json"), 0
    vectors = parse((FOLDER / "feed/cases.json").read_bytes())
    for case in vectors["cases"]:
        mirror = Mirror(network, vectors["feed"])
        for step in case["steps"]:
            came = mirror.take(b64d(step["answer"]))
            assert came == step["expect"], f'feed: {case["about"]}: {came}, not {step["expect"]}'
            count += 1
    return count


# -- ledger.md ---------------------------------------------------------------------------------------------------------------

def details():
    detail = parse((FOLDER / "ledger/detail.json").read_bytes())
    assert b64d(parse(b64d(detail["leaf"]))["commitment"]) == sha256(b64d(detail["detail"])), "the leaf commits to the detail"
    return 1


print(f'envelope: {exchange("envelope/steps.json")} transmissions')
print(f'contact: {exchange("contact/steps.json")} transmissions')
print(f"feed: {feeds()} answers")
print(f"ledger: {details()} detail")
print(f'hit-notice: {exchange("hit-notice/steps.json")} transmissions')
print("every vector came out as published")
