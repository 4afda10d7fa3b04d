import { createHmac, createSecretKey } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { hkdfSha256 } from '../src/engine/hkdf-sha256.ts'
import { recordNonce } from '../src/engine/nonce.ts'
import type { Suite } from '../src/engine/packet-protection.ts'
import { aes256Gcm } from '../src/engine/suites/aes-256-gcm.ts'
import { chacha20Poly1305 } from '../src/engine/suites/chacha20-poly1305.ts'
import { hmacSha256Integrity } from '../src/engine/suites/hmac-sha256-integrity.ts'
import { x25519KeyPair, x25519SharedSecret } from '../src/engine/x25519.ts'
import { fromHex, hex } from './support/hex.ts'

describe('HKDF-SHA-256', () => {
  test('RFC 5869 A.1', () => {
    const okm = hkdfSha256(
      fromHex('0b'.repeat(22)),
      fromHex('000102030405060708090a0b0c'),
      fromHex('f0f1f2f3f4f5f6f7f8f9'),
      42,
    )
    expect(hex(okm)).toBe(
      '3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865',
    )
  })

  test('RFC 5869 A.3: no salt, no info', () => {
    const nothing = new Uint8Array(0)
    const okm = hkdfSha256(fromHex('0b'.repeat(22)), nothing, nothing, 42)
    expect(hex(okm)).toBe(
      '8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8',
    )
  })
})

describe('HMAC-SHA-256', () => {
  test.each([
    ['4.2', '0b'.repeat(20), 'Hi There', 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7'],
    [
      '4.3',
      '4a656665',
      'what do ya want for nothing?',
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    ],
    [
      '4.7',
      'aa'.repeat(131),
      'Test Using Larger Than Block-Size Key - Hash Key First',
      '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
    ],
  ])('RFC 4231 %s', (_clause, key, data, expected) => {
    expect(createHmac('sha256', fromHex(key)).update(data).digest('hex')).toBe(expected)
  })

  test('the integrity-only suite covers sequence number, header and payload', () => {
    const keys = { key: createSecretKey(fromHex('0b'.repeat(20))), iv: new Uint8Array(12) }
    const header = fromHex('495343320220010100000021')
    const payload = fromHex('01')
    const sealer = hmacSha256Integrity.seal(keys, 2 ** 32 + 5, header)

    expect(sealer.update(payload)).toBe(payload)
    expect(hex(sealer.tag())).toBe(
      createHmac('sha256', keys.key)
        .update(fromHex('0000000100000005'))
        .update(header)
        .update(payload)
        .digest('hex'),
    )
  })
})

describe('X25519', () => {
  const alice = x25519KeyPair(fromHex('77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a'))
  const bob = x25519KeyPair(fromHex('5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb'))

  test('RFC 7748 6.1', () => {
    expect(hex(alice.publicKey)).toBe('8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a')
    expect(hex(bob.publicKey)).toBe('de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f')
    const shared = '4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742'
    expect(hex(x25519SharedSecret(alice.privateKey, bob.publicKey))).toBe(shared)
    expect(hex(x25519SharedSecret(bob.privateKey, alice.publicKey))).toBe(shared)
  })

  test.each([
    ['0', '00'.repeat(32)],
    ['1', `01${'00'.repeat(31)}`],
    ['p - 1', `ec${'ff'.repeat(30)}7f`],
    ['p', `ed${'ff'.repeat(30)}7f`],
    ['order 8', 'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800'],
    ['order 8', '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157'],
  ])('a key of low order is refused: %s', (_name, key) => {
    expect(() => x25519SharedSecret(alice.privateKey, fromHex(key))).toThrow(
      expect.objectContaining({ reason: 'AUTH_FAILED' }),
    )
  })
})

/** Each once in one piece and once cut, and refused with one bit changed. */
function aeadVector(
  suite: Suite,
  name: string,
  v: Record<'key' | 'nonce' | 'aad' | 'text' | 'sealed', string>,
) {
  const keys = { key: createSecretKey(fromHex(v.key)), iv: fromHex(v.nonce) }
  const [text, sealed, aad] = [fromHex(v.text), fromHex(v.sealed), fromHex(v.aad)]
  const tagAt = sealed.length - suite.tagBytes

  test.each([text.length, 1, 7])(`${name}, in pieces of %i octets`, (size) => {
    const sealer = suite.seal(keys, 0, aad)
    const unsealer = suite.unseal(keys, 0, aad)
    let [shown, opened] = ['', '']
    for (let at = 0; at < text.length; at += size) {
      shown += hex(sealer.update(text.subarray(at, at + size)))
      opened += hex(unsealer.update(sealed.subarray(at, Math.min(at + size, tagAt))))
    }
    expect(shown + hex(sealer.tag())).toBe(v.sealed)
    expect(opened).toBe(v.text)
    expect(unsealer.verify(sealed.subarray(tagAt))).toBe(true)
  })

  test(`${name}, with a changed tag`, () => {
    const unsealer = suite.unseal(keys, 0, aad)
    const tag = sealed.slice(tagAt)
    tag.set([(tag[0] ?? 0) ^ 1])
    unsealer.update(sealed.subarray(0, tagAt))
    expect(unsealer.verify(tag)).toBe(false)
  })
}

describe('AES-256-GCM', () => {
  aeadVector(aes256Gcm, 'SP 800-38D test case 16', {
    key: 'feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308',
    nonce: 'cafebabefacedbaddecaf888',
    aad: 'feedfacedeadbeeffeedfacedeadbeefabaddad2',
    text: 'd9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39',
    sealed:
      '522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f66276fc6ece0f4e1768cddf8853bb2d551b',
  })
})

describe('ChaCha20-Poly1305', () => {
  aeadVector(chacha20Poly1305, 'RFC 8439 2.8.2', {
    key: '808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f',
    nonce: '070000004041424344454647',
    aad: '50515253c0c1c2c3c4c5c6c7',
    text: hex(
      Buffer.from(
        "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.",
      ),
    ),
    sealed:
      'd31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d63dbea45e8ca9671282fafb69da92728b1a71de0a9e060b2905d6a5b67ecd3b3692ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc3ff4def08e4b7a9de576d26586cec64b61161ae10b594f09e26a7e902ecbd0600691',
  })
})

describe('the nonce', () => {
  test.each([
    [0, 'ffffffffffffffffffffffff'],
    [1, 'fffffffffffffffffffffffe'],
    [2 ** 32 + 2, 'fffffffffffffffefffffffd'],
    [2 ** 53 - 1, 'ffffffffffe0000000000000'],
  ])('of packet %i', (sequence, expected) => {
    expect(hex(recordNonce(new Uint8Array(12).fill(0xff), sequence))).toBe(expected)
  })
})
