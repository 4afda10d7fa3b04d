import { describe, expect, it } from 'vitest'
import { parseConfiguration } from '../src/peers/parse-configuration.ts'

describe('the configuration', () => {
  it('names peers and security profiles, with paths from where it stands', () => {
    const text = JSON.stringify({
      aeTitle: 'WS1',
      peers: { archive: 'ARCHIVE@h:104', ct: { address: 'CT@h:105+site', aeTitle: 'WS2' } },
      security: {
        site: { kind: 'tls', ca: 'ca.pem', key: '/keys/ws.pem' },
        iscl: { keys: 'k.json', identity: 'WS' },
        bundle: { kind: 'tls', pkcs12: 'ws.p12', passphraseFile: 'ws.password', ca: 'ca.pem' },
        ward: { kind: 'tls', preSharedKeys: 'ward.psk', preSharedKeyIdentity: 'WS' },
      },
    })
    expect(parseConfiguration(text, '/etc/dcm/config.json')).toEqual({
      aeTitle: 'WS1',
      peers: new Map([
        ['archive', { address: 'ARCHIVE@h:104' }],
        ['ct', { address: 'CT@h:105+site', aeTitle: 'WS2' }],
      ]),
      security: new Map([
        ['site', { kind: 'tls', ca: '/etc/dcm/ca.pem', key: '/keys/ws.pem' }],
        ['iscl', { kind: 'iscl', keys: '/etc/dcm/k.json', identity: 'WS' }],
        [
          'bundle',
          {
            kind: 'tls',
            pkcs12: '/etc/dcm/ws.p12',
            passphraseFile: '/etc/dcm/ws.password',
            ca: '/etc/dcm/ca.pem',
          },
        ],
        ['ward', { kind: 'tls', preSharedKeys: '/etc/dcm/ward.psk', preSharedKeyIdentity: 'WS' }],
      ]),
    })
  })

  it('may begin with a byte order mark', () => {
    expect(parseConfiguration('\ufeff{"aeTitle":"WS1"}', 'c.json')).toMatchObject({ aeTitle: 'WS1' })
  })

  it.each([
    ['{', 'is not JSON'],
    ['[]', 'the whole is not an object'],
    ['{"peer":{}}', 'has the unknown member "peer"; known are aeTitle, peers, security'],
    ['{"aeTitle":7}', 'aeTitle is not a text'],
    ['{"peers":{"a":{}}}', 'peers.a has no address'],
    ['{"peers":{"a":7}}', 'peers.a is not an object'],
    ['{"security":{"x":{}}}', 'security.x needs "kind"'],
    ['{"security":{"tls":{"keys":"k"}}}', 'security.tls has the unknown member "keys"'],
  ])('%s is refused', (text, why) => {
    expect(() => parseConfiguration(text, 'c.json')).toThrow(why)
  })
})
