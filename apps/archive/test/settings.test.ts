import { delimiter } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readSettings } from '../src/settings/settings.ts'

const tls = ['--tls-key', 'a.key', '--tls-cert', 'a.pem', '--tls-ca', 'ca.pem']

describe('settings', () => {
  it('have defaults', () => {
    expect(readSettings([], {})).toMatchObject({
      port: 11_112,
      aet: 'ARCHIVE',
      store: 'archive-data',
      durability: 'fsync',
      artimTimeoutMs: 30_000,
      maxAssociations: 100,
      checkCalledAet: false,
      acceptUnknownSopClasses: false,
    })
    expect(readSettings([], {})).toMatchObject({ tls: undefined, iscl: undefined })
  })

  it('come from the command line, or from the environment, in this order', () => {
    const environment = {
      DCM_HOST: '::1',
      DCM_PORT: '104',
      DCM_AET: 'ENV',
      DCM_STORE: '/data',
      DCM_DURABILITY: 'os',
      DCM_ARTIM_TIMEOUT: '0.5',
      DCM_MAX_ASSOCIATIONS: '7',
      DCM_CHECK_CALLED_AET: '1',
      DCM_ACCEPT_UNKNOWN_SOP_CLASSES: 'true',
      DCM_LOG_LEVEL: 'warn',
    }
    const fromEnvironment = {
      host: '::1',
      port: 104,
      aet: 'ENV',
      store: '/data',
      durability: 'os',
      artimTimeoutMs: 500,
      maxAssociations: 7,
      checkCalledAet: true,
      acceptUnknownSopClasses: true,
      logLevel: 'warn',
      tls: undefined,
      iscl: undefined,
    }
    expect(readSettings([], environment)).toEqual(fromEnvironment)
    expect(readSettings(['--aet', 'LINE', '--port', '0'], environment)).toEqual({
      ...fromEnvironment,
      aet: 'LINE',
      port: 0,
    })
  })

  it('take an empty variable for one that is not set', () => {
    expect(readSettings([], { DCM_HOST: '', DCM_AET: '', DCM_TLS_CA: '' })).toEqual(readSettings([], {}))
  })

  it('take flags from the environment as 1 or true, 0 or false, and leave none off that was meant to be on', () => {
    for (const off of ['', '0', 'false'])
      expect(readSettings([], { DCM_CHECK_CALLED_AET: off })).toMatchObject({ checkCalledAet: false })
    for (const unclear of ['yes', 'on', 'TRUE', ' 1'])
      expect(() => readSettings([], { DCM_CHECK_CALLED_AET: unclear })).toThrow('none of 1, true, 0, false')
  })

  it('of TLS stand on a port of their own', () => {
    expect(readSettings(tls, {})).toMatchObject({
      port: 11_112,
      tls: {
        port: 2762,
        profile: 'bcp195-rfc8996',
        identities: [{ key: 'a.key', certificate: 'a.pem' }],
        caFiles: ['ca.pem'],
        crlFiles: [],
        clientAuthentication: 'required',
      },
    })
  })

  it('of TLS can name an RSA and an ECDSA identity, from the environment too', () => {
    const environment = {
      DCM_NO_PLAIN: '1',
      DCM_TLS_PORT: '0',
      DCM_TLS_PROFILE: 'bcp195-extended',
      DCM_TLS_KEY: ['rsa.key', 'ec.key'].join(delimiter),
      DCM_TLS_CERT: ['rsa.pem', 'ec.pem'].join(delimiter),
      DCM_TLS_PASSPHRASE_FILE: 'passphrase',
      DCM_TLS_CA: 'ca.pem',
      DCM_TLS_CRL: ['one.crl', 'two.crl'].join(delimiter),
      DCM_TLS_P12: ['one.p12', 'two.p12'].join(delimiter),
      DCM_TLS_CLIENT_AUTH: 'required',
      DCM_TLS_AET_PINS: 'pins.json',
    }
    expect(readSettings([], environment)).toMatchObject({
      port: undefined,
      tls: {
        port: 0,
        profile: 'bcp195-extended',
        identities: [
          { key: 'rsa.key', certificate: 'rsa.pem' },
          { key: 'ec.key', certificate: 'ec.pem' },
          { pkcs12: 'one.p12' },
          { pkcs12: 'two.p12' },
        ],
        passphraseFile: 'passphrase',
        caFiles: ['ca.pem'],
        crlFiles: ['one.crl', 'two.crl'],
        clientAuthentication: 'required',
        aeTitlePinsFile: 'pins.json',
      },
    })
  })

  it('of TLS can be pre-shared keys alone', () => {
    const line = ['--tls-profile', 'psk', '--tls-psk', 'keys.psk', '--tls-aet-pins', 'pins.json']
    expect(readSettings(line, {})?.tls).toEqual({
      port: 2762,
      profile: 'psk',
      keyFile: 'keys.psk',
      aeTitlePinsFile: 'pins.json',
    })
  })

  it('of ISCL stand on a port of their own', () => {
    const environment = { DCM_ISCL_KEYS: 'keys.json', DCM_ISCL_IDENTITY: 'ARCHIVE' }
    expect(readSettings([], environment)).toMatchObject({
      iscl: { port: 2761, keyFile: 'keys.json', identity: 'ARCHIVE' },
    })
  })

  it('are not read when help is asked for', () => {
    expect(readSettings(['--help'], {})).toBeUndefined()
  })

  it.each([
    [['--port', 'x'], '--port x is not a whole number from 0 to 65535'],
    [['--port', '65536'], '--port 65536'],
    [['--port', '-1'], "--port' argument is ambiguous. Did you forget"],
    [['--host', ''], '--host has an empty value'],
    [['--store', ''], '--store has an empty value'],
    [[...tls, '--tls-aet-pins', ''], '--tls-aet-pins has an empty value'],
    [[...tls, '--tls-crl', 'a.crl', '--tls-crl', ''], '--tls-crl has an empty value'],
    [['--aet', 'SEVENTEEN LETTERS'], 'is not an AE title'],
    [['--durability', 'maybe'], '--durability maybe is none of fsync, os'],
    [['--artim-timeout', '0'], '--artim-timeout 0'],
    [['--max-associations', '0'], '--max-associations 0'],
    [['--no-plain'], '--no-plain leaves no port'],
    [['--tls-key', 'a.key'], '1 --tls-key and 0 --tls-cert do not make pairs'],
    [['--tls-port', '2762'], '--tls-port needs --tls-key FILE and --tls-cert FILE, or --tls-p12 FILE'],
    [['--tls-client-auth', 'none'], '--tls-client-auth needs --tls-key FILE and'],
    [['--tls-p12', 'a.p12'], '--tls-p12 needs --tls-ca FILE'],
    [[...tls, '--tls-key', 'b.key'], '2 --tls-key and 1 --tls-cert do not make pairs'],
    [[...tls, '--tls-profile', 'tls1.0'], '--tls-profile tls1.0 is none of bcp195-rfc8996'],
    [[...tls, '--tls-profile', 'psk'], '--tls-key does not go with --tls-profile psk'],
    [['--tls-profile', 'psk'], '--tls-profile psk needs --tls-psk FILE'],
    [['--tls-psk', 'keys.psk'], '--tls-psk needs --tls-profile psk'],
    [[...tls, '--tls-psk', 'keys.psk'], '--tls-psk needs --tls-profile psk'],
    [[...tls, '--tls-aet-pins', 'x', '--tls-client-auth', 'none'], '--tls-aet-pins does not go with'],
    [[...tls, '--tls-client-auth', 'maybe'], '--tls-client-auth maybe is none of required, none'],
    [[...tls, '--tls-port', '-1'], '--tls-port'],
    [['--iscl-keys', 'keys.json'], '--iscl-keys needs --iscl-identity NAME'],
    [['--iscl-identity', 'ARCHIVE'], '--iscl-identity needs --iscl-keys FILE'],
    [['--nonsense'], '--nonsense'],
    [['extra'], 'extra'],
  ])('refuse %j', (args, message) => {
    expect(() => readSettings(args, {})).toThrow(message)
  })
})
