import { iscl, IsclConfigurationError } from '@dcm/security-iscl'
import { describe, expect, test } from 'vitest'
import { ACCEPTOR, keysFor } from './support/engine-pair.ts'
import { acceptorOptions, type Overrides } from './support/secured-pair.ts'

describe('options', () => {
  const refused: [string, Overrides, string][] = [
    ['no identity', { identity: '' }, 'identity has 0 octets'],
    ['a long identity', { identity: 'ü'.repeat(65) }, 'identity has 130 octets'],
    ['a line break in the identity', { identity: 'A\nB' }, 'control characters'],
    ['our own identity as a peer', { keys: keysFor(ACCEPTOR) }, 'our own identity'],
    ['no suite', { suites: [] }, 'suites is []'],
    ['a suite twice', { suites: ['aes-256-gcm', 'aes-256-gcm'] }, 'each once'],
    ['tiny packets', { maxPacketBytes: 4095 }, '4096–16777216'],
    ['huge packets', { maxPacketBytes: 2 ** 24 + 1 }, '4096–16777216'],
    ['half an octet', { maxPacketBytes: 8192.5 }, 'maxPacketBytes is 8192.5'],
    ['no time', { handshakeTimeoutMs: 0 }, 'handshakeTimeoutMs is 0'],
    ['more time than a timer has', { handshakeTimeoutMs: 2 ** 31 }, '2147483647'],
    ['no handshakes', { maxConcurrentHandshakes: 0 }, 'maxConcurrentHandshakes is 0'],
    ['keys sooner than a peer takes them', { rekeyAfterBytes: 2 ** 20 - 1 }, 'rekeyAfterBytes'],
    ['keys later than is safe', { rekeyAfterBytes: 2 ** 36 + 1 }, 'rekeyAfterBytes'],
    ['keys after too few packets', { rekeyAfterPackets: 2 ** 16 - 1 }, 'rekeyAfterPackets'],
    ['keys after too many packets', { rekeyAfterPackets: 2 ** 24 + 1 }, 'rekeyAfterPackets'],
  ]
  test.each(refused)('%s: refused', (_what, more, words) => {
    const make = () => iscl(acceptorOptions(more))

    expect(make).toThrow(IsclConfigurationError)
    expect(make).toThrow(words)
  })

  test.each(['suites', 'x25519'] as const)('a misspelt value of %s: refused', (name) => {
    const misspelt = JSON.parse(`{ "suites": ["aes-128"], "x25519": "maybe" }`) as Required<Overrides>
    expect(() => iscl(acceptorOptions({ [name]: misspelt[name] }))).toThrow(IsclConfigurationError)
  })

  // What a compiler would say, where there is one.
  test.each<[string, unknown, string]>([
    ['nothing', undefined, 'the options of iscl() are undefined'],
    ['no keys', { identity: 'A' }, 'iscl() needs keys'],
    ['no identity', { keys: keysFor('B') }, 'iscl() needs identity'],
    ['an option that there is not', { identity: 'A', keys: keysFor('B'), peers: 'B' }, 'no option peers'],
    ['one suite alone', { identity: 'A', keys: keysFor('B'), suites: 'aes-256-gcm' }, 'suites'],
    ['slots in place of rings', { identity: 'A', keys: { authentication: [], traffic: [] } }, 'isclKeys()'],
    ['a promise of rings', { identity: 'A', keys: Promise.resolve(keysFor('B')) }, 'isclKeys()'],
  ])('%s, from JavaScript: refused', (_what, options, words) => {
    const make = () => iscl(options as never)

    expect(make).toThrow(IsclConfigurationError)
    expect(make).toThrow(words)
  })
})
