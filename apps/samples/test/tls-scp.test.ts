import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Scp } from '@dcm/scp'
import { certified, tlsScp } from '../src/tls-scp.ts'
import { anyPort, portOf } from './address.ts'
import { makeCertificates } from './certificates.ts'
import { run } from './program.ts'
import { sample } from './sample-files.ts'
import { TemporaryFolder } from './temporary-folder.ts'

const certificates = new TemporaryFolder()
const store = new TemporaryFolder()
let scp: Scp
let port = ''

beforeAll(async () => {
  await makeCertificates(certificates.path)
  scp = await tlsScp(certified(certificates.path), store.path)
  port = portOf(await scp.listen(anyPort))
})

afterAll(async () => {
  await scp.close()
  certificates[Symbol.dispose]()
  store[Symbol.dispose]()
})

/** DCMTK with the certificate of this name. */
function withCertificate(name: string): string[] {
  const file = (part: string) => certificates.file(part)
  return ['+tls', file(`${name}.key`), file(`${name}.pem`), '+cf', file('ca.pem')]
}

describe('the TLS SCP', () => {
  it('keeps what a device with a certificate sends (storescu +tls)', async () => {
    const to = ['-aec', 'TLS_SCP', 'localhost', port]
    const { code, output } = await run(
      'storescu',
      '-v',
      ...withCertificate('client'),
      ...to,
      sample('CT_small'),
    )
    expect(output).toContain('Received Store Response (Success)')
    expect(code).toBe(0)
    expect(await store.objects()).toHaveLength(1)
  })

  it('does not start without its certificates', async () => {
    await expect(tlsScp(certified('/nonexistent'), store.path)).rejects.toThrow(/server\.key/)
  })

  it.each([
    ['a certificate of nobody it knows', () => withCertificate('stranger')],
    ['no certificate', () => ['+tla', '+cf', certificates.file('ca.pem')]],
    ['plain DICOM', () => []],
  ])('does not serve %s', async (_, options) => {
    const { code, output } = await run('echoscu', '-v', ...options(), 'localhost', port)
    expect(code, output).not.toBe(0)
    expect(output).not.toContain('Received Echo Response')
  })
})
