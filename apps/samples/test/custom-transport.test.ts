import { createScp, verification } from '@dcm/scp'
import { associate } from '@dcm/scu'
import { describeListener, describeTransport, type TransportFixture } from '@dcm/testkit'
import { secured } from '@dcm/transport'
import { describe, expect, it } from 'vitest'
import { watchword } from '../src/custom-security-provider.ts'
import { unixSockets } from '../src/custom-transport.ts'
import { TemporaryFolder } from './temporary-folder.ts'

function fixture(): TransportFixture {
  const folder = new TemporaryFolder()
  const dispose = (): Promise<void> => {
    folder[Symbol.dispose]()
    return Promise.resolve()
  }
  return { transport: unixSockets(), at: { path: folder.file('socket') }, dispose }
}

describeTransport({ describe, it }, fixture)
describeListener({ describe, it }, fixture)

describe.each([
  ['alone', () => ({ acceptor: unixSockets(), requestor: unixSockets() })],
  [
    'under a security layer',
    () => ({
      acceptor: secured(unixSockets(), { providers: [watchword('LOCAL', new Map([['SCU', 'sesame']]))] }),
      requestor: secured(unixSockets(), { providers: [watchword('SCU', new Map([['LOCAL', 'sesame']]))] }),
    }),
  ],
])('a Unix domain socket %s', (_, transports) => {
  it('carries an association', async () => {
    using folder = new TemporaryFolder()
    const { acceptor, requestor } = transports()
    await using scp = createScp({ aeTitle: 'LOCAL', transport: acceptor, services: [verification()] })
    const to = await scp.listen({ path: folder.file('socket') })
    await using association = await associate({
      to,
      transport: requestor,
      callingAeTitle: 'SCU',
      calledAeTitle: 'LOCAL',
      contexts: [{ abstractSyntax: '1.2.840.10008.1.1' }],
    })
    expect((await association.echo()).status).toBe(0)
  })
})

it('refuses an address that is no path', async () => {
  await expect(unixSockets().connect({ host: '127.0.0.1', port: 1 })).rejects.toMatchObject({
    code: 'DCM_ADDRESS_KIND',
  })
})
