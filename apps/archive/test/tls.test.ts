import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { secured, type Transport } from '@dcm/transport'
import { tcp } from '@dcm/transport-tcp'
import { tls } from '@dcm/transport-tls'
import { type ArchiveProcess, startArchive } from './archive-process.ts'
import { dcmtk, run } from './program.ts'
import { requestor } from './requestor.ts'
import { readSamples, type Sample } from './samples.ts'
import { SiteCertificates } from './site-certificates.ts'
import { readStored } from './stored-files.ts'
import { Storescp } from './storescp.ts'

const profiles = ['+py', '+px', '+pz']

let site: SiteCertificates
let archive: ArchiveProcess
let image: Sample

beforeAll(async () => {
  site = await SiteCertificates.make()
  archive = await startArchive('--no-plain', '--tls-port', '0', ...site.archiveOptions())
  const samples = await readSamples()
  const sample = samples.find(({ name }) => name === 'CT_small.dcm')
  if (!sample) throw new Error('CT_small.dcm is missing')
  image = sample
})

afterAll(async () => {
  await archive[Symbol.asyncDispose]()
  site[Symbol.dispose]()
})

function echoscu(...options: string[]) {
  return dcmtk('echoscu', '-v', ...options, '127.0.0.1', String(archive.tlsPort))
}

function sClient(...options: string[]) {
  const to = ['s_client', '-connect', `127.0.0.1:${String(archive.tlsPort)}`, '-CAfile', site.file('ca.pem')]
  return run('openssl', [...to, ...options])
}

/** Ours, with the client's certificate. */
function modality(): Transport {
  const provider = tls({ credentials: { identities: [site.identity('client')], ca: site.ca() } })
  return secured(tcp(), { providers: [provider] })
}

describe('DCMTK over TLS as the requestor', () => {
  it.each(profiles)('verifies and stores with %s', async (profile) => {
    const echo = await echoscu(...site.shown('client'), profile)
    expect(echo.output).toContain('Received Echo Response (Success)')
    // storescu does not send a file's data set as it stands, so both ways are compared
    const stores = []
    for (const [port, options] of [
      ['port', []],
      ['tlsPort', [...site.shown('client'), profile]],
    ] as const) {
      await using own = await startArchive('--tls-port', '0', ...site.archiveOptions())
      const { code, output } = await dcmtk('storescu', ...options, '127.0.0.1', String(own[port]), image.path)
      expect(code, output).toBe(0)
      stores.push(...(await readStored(own.store)).values())
    }
    const [plain, secured] = stores
    expect(secured?.dataSet.length).toBeGreaterThan(30_000)
    expect(secured?.dataSet).toEqual(plain?.dataSet)
  })

  it.each([
    ['no certificate', ['+tla', '-ic'], 'DCM_TLS_NO_CERTIFICATE'],
    ['another CA’s', 'stranger', 'DCM_TLS_CERTIFICATE_UNTRUSTED'],
    ['an expired one', 'expired', 'DCM_TLS_CERTIFICATE_EXPIRED'],
    ['a revoked one', 'revoked', 'DCM_TLS_CERTIFICATE_REVOKED'],
    ['a weak one', 'weak', 'DCM_TLS_CERTIFICATE_WEAK'],
  ] as const)('shows %s and is refused, with the reason in the log', async (_, shown, code) => {
    const before = archive.log().length
    const echo = await echoscu(...(typeof shown === 'string' ? site.shown(shown) : shown))
    expect(echo.code).not.toBe(0)
    await archive.logged(code, before)
    expect(archive.log().slice(before)).not.toContain('association accepted')
  })

  it('needs no certificate where the policy says so, which is logged', async () => {
    await using own = await startArchive(
      ...['--tls-port', '0', '--tls-client-auth', 'none'],
      ...site.archiveOptions(),
    )
    await own.logged('TLS clients are let in without a certificate')
    const options = ['+tla', '+cf', site.file('ca.pem'), '127.0.0.1', String(own.tlsPort)]
    const { code, output } = await dcmtk('echoscu', '-v', ...options)
    expect(code, output).toBe(0)
    await own.logged('TLS client without a certificate')
  })
})

describe('DCMTK over TLS as the acceptor', () => {
  it.each(profiles)('takes what our requestor sends (storescp %s)', async (profile) => {
    await using storescp = await Storescp.start(...site.shown('server'), profile)
    const sender = await requestor(
      storescp.port,
      [{ abstractSyntax: image.sopClassUid, transferSyntax: image.transferSyntaxUid }],
      { transport: modality() },
    )
    expect((await sender.echo()).status).toBe(0)
    expect((await sender.store(image.sopClassUid, image.sopInstanceUid, [image.dataSet])).status).toBe(0)
    await sender.release()
    const stored = (await readStored(storescp.folder, '')).get(image.sopInstanceUid)
    expect(Buffer.compare(stored?.dataSet ?? new Uint8Array(0), image.dataSet)).toBe(0)
  })

  it.each([
    ['stranger', 'DCM_TLS_CERTIFICATE_UNTRUSTED'],
    ['expired', 'DCM_TLS_CERTIFICATE_EXPIRED'],
    ['weak', 'DCM_TLS_CERTIFICATE_WEAK'],
  ] as const)('is refused by our requestor when it shows %s', async (name, code) => {
    await using storescp = await Storescp.start(...site.shown(name))
    await expect(requestor(storescp.port, [], { transport: modality() })).rejects.toMatchObject({ code })
  })
})

describe('a certificate that is rejected when TLS 1.3 let its bearer through already', () => {
  it('is named as the likely cause, to our requestor at storescp', async () => {
    const believesOthers = [...site.shown('server').slice(0, 3), '+cf', site.file('stranger.pem'), '+py']
    await using storescp = await Storescp.start(...believesOthers)
    const refusal = requestor(storescp.port, [], { transport: modality() })
    await expect(refusal).rejects.toMatchObject({
      code: 'DCM_CONNECTION_LOST',
      message: expect.stringContaining('rejects our certificate') as string,
    })
  })
})

describe('openssl s_client', () => {
  it.each([
    ['TLS 1.3', ['-tls1_3'], 'TLSv1.3'],
    ['TLS 1.2', ['-tls1_2'], 'TLSv1.2'],
    ['ALPN dicom', ['-alpn', 'dicom'], 'ALPN protocol: dicom'],
  ])('gets %s', async (_, options, printed) => {
    const client = ['-cert', site.file('client.pem'), '-key', site.file('client.key')]
    expect((await sClient(...client, ...options)).output).toContain(printed)
  })

  it.each([
    ['TLS 1.1', ['-tls1_1', '-cipher', 'DEFAULT:@SECLEVEL=0'], 'DCM_TLS_VERSION'],
    ['a suite with CBC', ['-tls1_2', '-cipher', 'ECDHE-ECDSA-AES256-SHA384'], 'DCM_TLS_NO_COMMON_ALGORITHM'],
    ['ALPN h2 only', ['-alpn', 'h2'], 'DCM_TLS_APPLICATION_PROTOCOL'],
  ])('does not get %s', async (_, options, code) => {
    const before = archive.log().length
    await sClient('-cert', site.file('client.pem'), '-key', site.file('client.key'), ...options)
    await archive.logged(code, before)
  })
})
