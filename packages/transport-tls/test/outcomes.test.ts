import { existsSync } from 'node:fs'
import { afterAll, expect, test } from 'vitest'
import { type TlsCertificateOptions, tls, type TlsProvider } from '@dcm/transport-tls'
import { CertificateFolder } from './certificate-folder.ts'
import { outcomeOf } from './outcome.ts'
import { cellsOf, type OutcomeRow, OutcomeTable } from './outcome-table.ts'
import { run } from './program.ts'
import { ProgramServer } from './program-server.ts'
import { site } from './site.ts'
import { TlsListener } from './tls-listener.ts'
import { modality } from './upgrade-both.ts'

/*
 * What DCMTK and OpenSSL meet at our two roles. docs/security.md prints what is observed here; after a change,
 * DCM_WRITE_OUTCOMES=1 writes it anew.
 */

const folder = new CertificateFolder()
afterAll(() => {
  folder[Symbol.dispose]()
})

const timeout = { timeout: 120_000 }
const { ca, crl, outdatedCrl, server, ellipticServer, client } = site

function acceptor(changes: Partial<TlsCertificateOptions> = {}): TlsProvider {
  return tls({ credentials: { identities: [server, ellipticServer], ca, crl }, ...changes })
}

// left out of the printed commands, where they are the same everywhere
const mutual = 'client.key client.pem +cf ca.pem'
const below = '-cert departmentClient.pem -key departmentClient.key -CAfile ca.pem'
const shown = '-cert client.pem -key client.key -CAfile ca.pem'

interface Client {
  readonly ours: string
  readonly provider: TlsProvider
  readonly program: string
  readonly options: string
  /** Options besides, one run each; their outcomes stand in one row. */
  readonly each?: readonly string[]
}

const dcmtkProfiles = ['+py', '+px', '+pz']

function echoscu(options: string, provider = acceptor(), ours = 'default'): Client {
  return { ours, provider, program: 'echoscu', options }
}

/** What it meets in each profile that DCMTK shares with us. */
function everyEchoscu(options: string, provider?: TlsProvider, ours?: string): Client {
  return { ...echoscu(options, provider, ours), each: dcmtkProfiles }
}

function sClient(options: string, provider = acceptor(), ours = 'default'): Client {
  return { ours, provider, program: 'openssl s_client', options }
}

const key = new Uint8Array(32).fill(0xab)
const keyHex = Buffer.from(key).toString('hex')
const keyed = tls({ profile: 'psk', credentials: { keys: new Map([['CT', key]]) } })
const anonymous = acceptor({ clientAuthentication: 'none' })
const listless = acceptor({ credentials: { identities: [server, ellipticServer], ca } })
const outdated = acceptor({ credentials: { identities: [server, ellipticServer], ca, crl: outdatedCrl } })
const others = ['bcp195-rfc8996-modified', 'bcp195-non-downgrading', 'bcp195-extended'] as const

const clients: readonly Client[] = [
  ...[...dcmtkProfiles, '+pa', '+pn'].map((profile) => echoscu(`+tls ${mutual} ${profile}`)),
  ...others.flatMap((name) =>
    dcmtkProfiles.map((profile) => echoscu(`+tls ${mutual} ${profile}`, acceptor({ profile: name }), name)),
  ),
  everyEchoscu('+tls ellipticClient.key ellipticClient.pem +cf ca.pem'),
  everyEchoscu('+tla -ic'),
  everyEchoscu('+tla +cf ca.pem', anonymous, 'clientAuthentication none'),
  ...['stranger', 'expired', 'notYetValid', 'revoked', 'weak', 'sha1', 'serverOnly'].map((name) =>
    everyEchoscu(`+tls ${name}.key ${name}.pem +cf ca.pem`),
  ),
  ...['weak', 'sha1'].map((name) =>
    everyEchoscu(`+tls ${name}.key ${name}.pem +cf ca.pem`, acceptor({ profile: others[0] }), others[0]),
  ),
  everyEchoscu(`+tls ${mutual}`, outdated, 'an outdated CRL'),
  everyEchoscu('+tls client.key client.pem +cf strangersCa.pem'),
  echoscu('-tls'),
  sClient(`${shown} -tls1_3`),
  sClient(`${shown} -tls1_2`),
  sClient(`${shown} -tls1_1 -cipher DEFAULT:@SECLEVEL=0`),
  sClient(`${shown} -tls1 -cipher DEFAULT:@SECLEVEL=0`),
  sClient(`${shown} -tls1_3 -ciphersuites TLS_CHACHA20_POLY1305_SHA256`),
  sClient(`${shown} -tls1_3 -ciphersuites TLS_AES_128_CCM_SHA256`),
  sClient(`${shown} -tls1_2 -cipher ECDHE-ECDSA-AES256-GCM-SHA384`),
  sClient(`${shown} -tls1_2 -cipher ECDHE-RSA-AES256-SHA384`),
  sClient(`${shown} -tls1_2 -cipher AES256-GCM-SHA384`),
  sClient(`${shown} -tls1_2 -cipher DHE-RSA-AES256-GCM-SHA384`),
  sClient(`${shown} -tls1_2 -cipher DHE-RSA-AES256-GCM-SHA384`, acceptor({ profile: others[1] }), others[1]),
  sClient(
    `${shown} -tls1_3 -ciphersuites TLS_AES_128_CCM_SHA256`,
    acceptor({ profile: others[0] }),
    others[0],
  ),
  sClient(`${shown} -tls1_3`, acceptor({ profile: others[2] }), others[2]),
  sClient(`${shown} -groups X25519`),
  sClient(`${shown} -groups P-521`),
  sClient(`${shown} -groups ffdhe2048`),
  sClient(`${shown} -tls1_2 -groups P-224`),
  sClient(`${shown} -sigalgs RSA+SHA1:ECDSA+SHA1 -cipher DEFAULT:@SECLEVEL=0`),
  sClient(`${shown} -servername elsewhere.example`),
  sClient(`${shown} -alpn dicom`),
  sClient(`${shown} -alpn h2`),
  sClient(`${below} -cert_chain departmentCa.pem`, listless, 'no CRL'),
  sClient(`${below} -cert_chain departmentCa.pem`),
  sClient(below, listless, 'no CRL'),
  sClient('-CAfile ca.pem -tls1_3'),
  sClient('-CAfile ca.pem -tls1_2'),
  sClient(`-tls1_3 -psk ${keyHex} -psk_identity CT`, keyed, 'psk'),
  sClient('-tls1_3 -psk 00112233445566778899aabbccddeeff -psk_identity CT', keyed, 'psk'),
  sClient(`-tls1_3 -psk ${keyHex} -psk_identity MR`, keyed, 'psk'),
  sClient(`${shown} -tls1_3`, keyed, 'psk'),
  sClient(`-tls1_2 -psk ${keyHex} -psk_identity CT`, keyed, 'psk'),
  sClient(`-tls1_3 -psk ${keyHex} -psk_identity CT`),
]

test('clients of DCMTK and OpenSSL meet what docs/security.md says', timeout, async () => {
  const rows: OutcomeRow[] = []
  for (const { ours, provider, program, options, each } of clients) {
    const outcome = await merged(each, async (besides) => {
      await using listener = await TlsListener.open(provider)
      const printed =
        program === 'echoscu'
          ? await run('echoscu', [...words(options), ...besides, '127.0.0.1', listener.port])
          : await sClientPrints(listener.port, options)
      const [first = `never connected: ${printed}`] = await listener.outcomes()
      return first
    })
    rows.push({ ours, peer: asPrinted(program, options, each), outcome })
  }
  expectTable('clients', rows)
})

/** With each of the options besides, or with none. */
async function merged(
  each: readonly string[] | undefined,
  outcomeWith: (besides: readonly string[]) => Promise<string>,
): Promise<string> {
  const outcomes = new Set<string>()
  for (const besides of each?.map((option) => [option]) ?? [[]]) outcomes.add(await outcomeWith(besides))
  return [...outcomes].join('; ')
}

const servers: readonly { readonly options: string; readonly each?: readonly string[] }[] = [
  ...dcmtkProfiles.map((profile) => ({ options: `+tls server.key server.pem +cf ca.pem ${profile}` })),
  ...[
    'ellipticServer',
    'stranger',
    'expired',
    'notYetValid',
    'revoked',
    'weak',
    'sha1',
    'clientOnly',
    'otherHost',
  ].map((name) => ({ options: `+tls ${name}.key ${name}.pem +cf ca.pem`, each: dcmtkProfiles })),
  { options: '+tls server.key server.pem +cf strangersCa.pem +pz' },
  { options: '-tls' },
]

test('storescp as the server gets from our requestor what docs/security.md says', timeout, async () => {
  const provider = modality({ credentials: { identities: [client], ca, crl } })
  const rows: OutcomeRow[] = []
  for (const { options, each } of servers) {
    const outcome = await merged(each, async (besides) => {
      await using storescp = await ProgramServer.start('storescp', (port) => [
        '--ignore',
        ...words(options),
        ...besides,
        port,
      ])
      const stream = await storescp.connect()
      const called = { host: '127.0.0.1', port: 11112 }
      const connection = { stream, local: called, remote: called, security: [] }
      const signal = AbortSignal.timeout(10_000)
      return await outcomeOf(provider.upgrade(connection, 'requestor', { signal }))
    })
    rows.push({ ours: 'default', peer: asPrinted('storescp', options, each), outcome })
  }
  expectTable('servers', rows)
})

test('renegotiation is refused and no session is resumed, as docs/security.md says', timeout, async () => {
  const rows: OutcomeRow[] = []
  const note = (peer: string, outcome: string) => rows.push({ ours: 'default', peer, outcome })
  {
    await using listener = await TlsListener.open(acceptor(), { closes: false })
    const printed = await sClientPrints(listener.port, `${shown} -tls1_2`, 'R\n')
    note('`openssl s_client -tls1_2`, which renegotiates', /no renegotiation/.exec(printed)?.[0] ?? printed)
  }
  for (const version of ['-tls1_2', '-tls1_3']) {
    const session = folder.file(`session${version}`)
    await using listener = await TlsListener.open(acceptor())
    await sClientPrints(listener.port, `${shown} ${version} -sess_out ${session}`)
    const given = existsSync(session)
    const again = given ? await sClientPrints(listener.port, `${shown} ${version} -sess_in ${session}`) : ''
    note(
      `\`openssl s_client ${version}\`, which comes back with its session`,
      given
        ? (/(New|Reused), TLS/.exec(again)?.[1] ?? again).toLowerCase() + ' session'
        : 'was given no session',
    )
  }
  expectTable('sessions', rows)
})

function sClientPrints(port: string, options: string, input = ''): Promise<string> {
  return run('openssl', ['s_client', '-connect', `127.0.0.1:${port}`, ...words(options)], input)
}

/** `client.pem` in a command line is a file of the folder. */
function words(options: string): readonly string[] {
  return options.split(' ').map((word) => (/^\w+\.(pem|key)$/.test(word) ? folder.file(word) : word))
}

function asPrinted(program: string, options: string, each: readonly string[] = []): string {
  const short = options.replace(` ${mutual}`, '').replace(`${shown} `, '').replace(keyHex, 'KEY')
  const besides = each.length === 0 ? '' : `, with each of ${each.map((option) => `\`${option}\``).join(' ')}`
  return `\`${program} ${short}\`${besides}`
}

function expectTable(name: string, rows: readonly OutcomeRow[]): void {
  const table = new OutcomeTable(name)
  if (process.env.DCM_WRITE_OUTCOMES) table.write(rows)
  expect(table.read()).toEqual(rows.map(cellsOf))
}
