"""The primitives in plain Python, from their texts alone: slow, not constant-time, for test vectors only."""

import hashlib
import hmac


def sha256(data):
    return hashlib.sha256(data).digest()


def hmac_sha256(key, data):
    return hmac.new(key, data, hashlib.sha256).digest()


def hkdf(ikm, salt, info, length):
    """RFC 5869."""
    prk = hmac_sha256(salt or bytes(32), ikm)
    block, okm, counter = b"", b"", 1
    while len(okm) < length:
        block = hmac_sha256(prk, block + info + bytes([counter]))
        okm += block
        counter += 1
    return okm[:length]


# RFC 7748, the ladder of section 5.
P25519 = 2**255 - 19


def x25519(secret, u):
    k = int.from_bytes(secret, "little")
    k &= ~7 & (2**255 - 1)
    k |= 2**254
    x1 = int.from_bytes(u, "little") % 2**255
    x2, z2, x3, z3, swap = 1, 0, x1, 1, 0
    for t in range(254, -1, -1):
        bit = (k >> t) & 1
        if swap ^ bit:
            x2, x3, z2, z3 = x3, x2, z3, z2
        swap = bit
        a, b, c, d = x2 + z2, x2 - z2, x3 + z3, x3 - z3
        aa, bb, da, cb = a * a, b * b, d * a, c * b
        e = aa - bb
        x3, z3 = (da + cb) ** 2 % P25519, x1 * (da - cb) ** 2 % P25519
        x2, z2 = aa * bb % P25519, e * (aa + 121665 * e) % P25519
    if swap:
        x2, z2 = x3, z3
    return (x2 * pow(z2, P25519 - 2, P25519) % P25519).to_bytes(32, "little")


def x25519_public(secret):
    return x25519(secret, (9).to_bytes(32, "little"))


# RFC 8439.
def _rotl(value, count):
    return ((value << count) | (value >> (32 - count))) & 0xFFFFFFFF


def _quarter(s, a, b, c, d):
    s[a] = (s[a] + s[b]) & 0xFFFFFFFF
    s[d] = _rotl(s[d] ^ s[a], 16)
    s[c] = (s[c] + s[d]) & 0xFFFFFFFF
    s[b] = _rotl(s[b] ^ s[c], 12)
    s[a] = (s[a] + s[b]) & 0xFFFFFFFF
    s[d] = _rotl(s[d] ^ s[a], 8)
    s[c] = (s[c] + s[d]) & 0xFFFFFFFF
    s[b] = _rotl(s[b] ^ s[c], 7)


def chacha20_block(key, counter, nonce):
    words = [0x61707865, 0x3320646E, 0x79622D32, 0x6B206574]
    material = key + counter.to_bytes(4, "little") + nonce
    words += [int.from_bytes(material[i : i + 4], "little") for i in range(0, 48, 4)]
    s = list(words)
    for _ in range(10):
        _quarter(s, 0, 4, 8, 12)
        _quarter(s, 1, 5, 9, 13)
        _quarter(s, 2, 6, 10, 14)
        _quarter(s, 3, 7, 11, 15)
        _quarter(s, 0, 5, 10, 15)
        _quarter(s, 1, 6, 11, 12)
        _quarter(s, 2, 7, 8, 13)
        _quarter(s, 3, 4, 9, 14)
    return b"".join(((x + y) & 0xFFFFFFFF).to_bytes(4, "little") for x, y in zip(s, words))


def poly1305(key, message):
    r = int.from_bytes(key[:16], "little") & 0x0FFFFFFC0FFFFFFC0FFFFFFC0FFFFFFF
    total = 0
    for i in range(0, len(message), 16):
        total = (total + int.from_bytes(message[i : i + 16] + b"\x01", "little")) * r % (2**130 - 5)
    return ((total + int.from_bytes(key[16:32], "little")) % 2**128).to_bytes(16, "little")


def _xor(a, b):
    return bytes(x ^ y for x, y in zip(a, b))


def _pad16(data):
    return bytes(-len(data) % 16)


def chacha20_poly1305(key, nonce, aad, plaintext):
    """Ciphertext followed by the tag."""
    stream = b"".join(chacha20_block(key, 1 + i, nonce) for i in range((len(plaintext) + 63) // 64))
    text = _xor(plaintext, stream)
    lengths = len(aad).to_bytes(8, "little") + len(text).to_bytes(8, "little")
    mac_data = aad + _pad16(aad) + text + _pad16(text) + lengths
    return text + poly1305(chacha20_block(key, 0, nonce)[:32], mac_data)


# FIPS 197 and NIST SP 800-38D.
def _gf8(a, b):
    product = 0
    while b:
        if b & 1:
            product ^= a
        a <<= 1
        if a & 0x100:
            a ^= 0x11B
        b >>= 1
    return product


def _sbox_entry(value):
    inverse = next((i for i in range(256) if _gf8(value, i) == 1), 0)
    out = 0x63
    for turn in range(5):
        out ^= ((inverse << turn) | (inverse >> (8 - turn))) & 0xFF
    return out


SBOX = [_sbox_entry(value) for value in range(256)]
BY2 = [_gf8(value, 2) for value in range(256)]


def aes256_schedule(key):
    words = [list(key[i : i + 4]) for i in range(0, 32, 4)]
    rcon = 1
    for i in range(8, 60):
        word = list(words[i - 1])
        if i % 8 == 0:
            word = [SBOX[b] for b in word[1:] + word[:1]]
            word[0] ^= rcon
            rcon = _gf8(rcon, 2)
        elif i % 8 == 4:
            word = [SBOX[b] for b in word]
        words.append([x ^ y for x, y in zip(words[i - 8], word)])
    return [sum(words[i : i + 4], []) for i in range(0, 60, 4)]


def aes256_block(schedule, block):
    s = [x ^ y for x, y in zip(block, schedule[0])]
    for number in range(1, 15):
        s = [SBOX[s[(i + 4 * (i % 4)) % 16]] for i in range(16)]
        if number < 14:
            mixed = []
            for column in range(0, 16, 4):
                c = s[column : column + 4]
                every = c[0] ^ c[1] ^ c[2] ^ c[3]
                mixed += [c[i] ^ every ^ BY2[c[i] ^ c[(i + 1) % 4]] for i in range(4)]
            s = mixed
        s = [x ^ y for x, y in zip(s, schedule[number])]
    return bytes(s)


def _ghash(h, data):
    h, y = int.from_bytes(h, "big"), 0
    for i in range(0, len(data), 16):
        y ^= int.from_bytes(data[i : i + 16], "big")
        z, v = 0, h
        for bit in range(127, -1, -1):
            if (y >> bit) & 1:
                z ^= v
            v = (v >> 1) ^ (0xE1 << 120 if v & 1 else 0)
        y = z
    return y.to_bytes(16, "big")


def aes256_gcm(key, nonce, aad, plaintext):
    """Ciphertext followed by the tag; 96-bit nonces only."""
    schedule = aes256_schedule(key)
    blocks = (len(plaintext) + 15) // 16
    counter = [nonce + (1 + i).to_bytes(4, "big") for i in range(blocks + 1)]
    stream = b"".join(aes256_block(schedule, block) for block in counter[1:])
    text = _xor(plaintext, stream)
    lengths = (8 * len(aad)).to_bytes(8, "big") + (8 * len(text)).to_bytes(8, "big")
    digest = _ghash(aes256_block(schedule, bytes(16)), aad + _pad16(aad) + text + _pad16(text) + lengths)
    return text + _xor(digest, aes256_block(schedule, counter[0]))


def self_test():
    """Against the published vectors, so that a slip here is not taken for one there."""
    h = bytes.fromhex
    assert hkdf(b"\x0b" * 22, h("000102030405060708090a0b0c"), h("f0f1f2f3f4f5f6f7f8f9"), 42) == h(
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"
    )
    alice = h("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a")
    bob = h("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f")
    assert x25519(alice, bob) == h("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742")
    sealed = chacha20_poly1305(
        bytes(range(0x80, 0xA0)),
        h("070000004041424344454647"),
        h("50515253c0c1c2c3c4c5c6c7"),
        b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, "
        b"sunscreen would be it.",
    )
    assert sealed[-16:] == h("1ae10b594f09e26a7e902ecbd0600691")
    sealed = aes256_gcm(
        h("feffe9928665731c6d6a8f9467308308" * 2),
        h("cafebabefacedbaddecaf888"),
        h("feedfacedeadbeeffeedfacedeadbeefabaddad2"),
        h(
            "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
            "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"
        ),
    )
    assert sealed[-16:] == h("76fc6ece0f4e1768cddf8853bb2d551b")
