"""Whole ISC2 sessions, written from the wire format's description and not from the TypeScript.

Prints the vectors as JSON:  python3 sessions.py > ../vectors/sessions.json
"""

import json
import sys

from primitives import (
    aes256_gcm,
    chacha20_poly1305,
    hkdf,
    hmac_sha256,
    self_test,
    sha256,
    x25519,
    x25519_public,
)

SUITES = {"aes-256-gcm": (1, 16), "chacha20-poly1305": (2, 16), "hmac-sha256-integrity": (0x10, 32)}
TYPES = {
    "LINE_CHECK_RQ": 0x11,
    "LINE_CHECK_RP": 0x12,
    "PASS1": 0x13,
    "PASS2": 0x14,
    "PASS3": 0x15,
    "COMPLETE": 0x16,
    "DATA": 0x20,
    "REKEY": 0x22,
    "ALERT": 0xF0,
    "DISC_RQ": 0xFE,
    "DISC_RP": 0xFF,
}
REKEY_AFTER_PACKETS = 3


def kdf(ikm, salt, label, length):
    return hkdf(ikm, salt, b"ISC2/2 " + label, length)


def u(value, octets):
    return value.to_bytes(octets, "big")


def text(value):
    return u(len(value.encode()), 1) + value.encode()


def header(name, flags, epoch, length):
    return b"ISC2" + bytes([2, TYPES[name], flags, epoch]) + u(length, 4)


def plain(name, payload):
    return header(name, 0, 0, len(payload)) + payload


class Direction:
    """Seals what one side sends."""

    def __init__(self, suite, secret):
        self.suite, self.secret, self.epoch = suite, secret, 1
        self.sequence, self.data = 0, 0

    def seal(self, name, payload):
        key = kdf(self.secret, b"", b"key", 32)
        head = header(name, 1, self.epoch, len(payload) + SUITES[self.suite][1])
        sequence = u(self.sequence, 8)
        self.sequence += 1
        if self.suite == "hmac-sha256-integrity":
            return head + payload + hmac_sha256(key, sequence + head + payload)
        iv = kdf(self.secret, b"", b"iv", 12)
        nonce = bytes(a ^ b for a, b in zip(iv, bytes(4) + sequence))
        aead = aes256_gcm if self.suite == "aes-256-gcm" else chacha20_poly1305
        return head + aead(key, nonce, head, payload)

    def rekey(self):
        packet = self.seal("REKEY", b"")
        self.secret = kdf(self.secret, b"", b"rekey", 32)
        self.epoch, self.sequence = self.epoch + 1, 0
        return packet


def handshake(s):
    """The packets up to PASS3, and both directions."""
    suite, ephemeral = SUITES[s["suite"]][0], s["x25519"]
    h = bytes.fromhex
    auth, traffic = h(s["authenticationKey"]), h(s["trafficKey"])
    ra, rb = h(s["requestorChallenge"]), h(s["acceptorChallenge"])
    ea_secret, eb_secret = h(s["requestorX25519"]), h(s["acceptorX25519"])
    ea = x25519_public(ea_secret) if ephemeral else b""
    eb = x25519_public(eb_secret) if ephemeral else b""
    z = x25519(ea_secret, eb) if ephemeral else b""

    rq = plain(
        "LINE_CHECK_RQ",
        u(0x0200, 2) + u(0x0200, 2) + u(s["acceptorMaxPacket"], 4) + u(0, 4)
        + u(3 if ephemeral else 1, 1) + u(1, 1) + u(suite, 2),
    )
    rp = plain(
        "LINE_CHECK_RP",
        u(0x0200, 2) + u(suite, 2) + u(min(s["acceptorMaxPacket"], s["requestorMaxPacket"]), 4) + u(0, 4)
        + u(2 if ephemeral else 0, 1) + u(s["authenticationKeyIndex"], 1) + u(s["trafficKeyIndex"], 1)
        + text(s["requestorIdentity"]),
    )
    pass1 = plain("PASS1", rb + eb + text(s["acceptorIdentity"]))
    ka = kdf(auth, b"", b"auth", 32)
    head2 = header("PASS2", 0, 0, len(ra + ea) + 32)
    mac_a = hmac_sha256(ka, b"ISC2/2 pass2 initiator" + sha256(rq + rp + pass1 + head2 + ra + ea))
    pass2 = head2 + ra + ea + mac_a
    head3 = header("PASS3", 0, 0, 32)
    mac_b = hmac_sha256(ka, b"ISC2/2 pass3 acceptor" + sha256(rq + rp + pass1 + pass2 + head3))
    pass3 = head3 + mac_b
    th = sha256(rq + rp + pass1 + pass2 + pass3)
    master = kdf(auth + traffic + z, th, b"master", 32)
    directions = {
        "requestor": Direction(s["suite"], kdf(master, th, b"traffic i2r", 32)),
        "acceptor": Direction(s["suite"], kdf(master, th, b"traffic r2i", 32)),
    }
    packets = [("acceptor", rq), ("requestor", rp), ("acceptor", pass1), ("requestor", pass2), ("acceptor", pass3)]
    return packets, directions


def run(s):
    packets, directions = handshake(s)
    packets.append(("requestor", directions["requestor"].seal("COMPLETE", b"")))
    ended = False
    for step in s["steps"]:
        side = step["from"]
        direction = directions[side]
        if "data" in step:
            if direction.sequence >= REKEY_AFTER_PACKETS:
                packets.append((side, direction.rekey()))
            payload = bytes.fromhex(step["data"])
            direction.data += len(payload)
            packets.append((side, direction.seal("DATA", payload)))
        elif "alert" in step:
            packets.append((side, direction.seal("ALERT", u(step["alert"], 2))))
        else:
            packets.append((side, direction.seal("DISC_RP" if ended else "DISC_RQ", u(direction.data, 8))))
            ended = True
    return [{"from": side, "bytes": packet.hex()} for side, packet in packets]


def octets(seed, length):
    return hkdf(seed.encode(), b"", b"vector", length).hex()


STEPS = [("requestor", 6), ("acceptor", 1), ("requestor", 64), ("acceptor", 300), ("requestor", 15),
         ("requestor", 257), ("acceptor", 16), ("acceptor", 33), ("requestor", 17)]


def session(suite, ephemeral, indexes, last):
    name = f"{suite}, {'X25519' if ephemeral else 'no X25519'}, indexes {indexes[0]}/{indexes[1]}"
    steps = [{"from": side, "data": octets(f"{name} step {at}", n)} for at, (side, n) in enumerate(STEPS)]
    if last == "alert":
        steps.append({"from": "acceptor", "alert": 15})
    else:
        steps += [{"from": "requestor", "end": True},
                  {"from": "acceptor", "data": octets(f"{name} late", 40)},
                  {"from": "acceptor", "end": True}]
    s = {
        "name": name, "suite": suite, "x25519": ephemeral,
        "authenticationKeyIndex": indexes[0], "trafficKeyIndex": indexes[1],
        "authenticationKey": octets(f"{name} auth", 32), "trafficKey": octets(f"{name} traffic", 32),
        "requestorIdentity": "STORE_SCU", "acceptorIdentity": "ARCHIV-Zürich",
        "requestorMaxPacket": 65536, "acceptorMaxPacket": 16777216,
        "requestorChallenge": octets(f"{name} ra", 32), "acceptorChallenge": octets(f"{name} rb", 32),
        "requestorX25519": octets(f"{name} ea", 32), "acceptorX25519": octets(f"{name} eb", 32),
        "steps": steps,
    }
    return {**s, "packets": run(s)}


if __name__ == "__main__":
    self_test()
    vectors = {
        "rekeyAfterPackets": REKEY_AFTER_PACKETS,
        "sessions": [
            session(suite, ephemeral, indexes, "alert" if indexes == (7, 7) else "end")
            for suite in SUITES
            for ephemeral in (True, False)
            for indexes in ((1, 3), (255, 1), (7, 7))
        ],
    }
    json.dump(vectors, sys.stdout, indent=2, ensure_ascii=False)
    sys.stdout.write("\n")
