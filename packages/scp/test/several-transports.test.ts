import { parseUid, proposeContexts, requestAssociation } from '@dcm/association'
import { createScp, verification } from '@dcm/scp'
import { memoryTransport } from '@dcm/testkit'
import type { Transport } from '@dcm/transport'
import { expect, it } from 'vitest'

it('serves the addresses of several transports, under the same limits', async () => {
  const [inner, outer] = [memoryTransport(), memoryTransport()]
  const listening = (transport: Transport): Pick<Transport, 'listen'> => ({
    listen: (at, options) => transport.listen(at, options),
  })
  await using scp = createScp({
    aeTitle: 'SCP',
    transport: listening(inner),
    services: [verification()],
    maxAssociations: 1,
  })
  const first = await scp.listen({ path: 'inner' })
  const second = await scp.listen({ path: 'outer' }, { transport: listening(outer) })
  const request = {
    callingAeTitle: 'SCU',
    calledAeTitle: 'SCP',
    presentationContexts: proposeContexts([
      {
        abstractSyntax: parseUid('1.2.840.10008.1.1'),
        transferSyntaxes: [parseUid('1.2.840.10008.1.2')],
      },
    ]),
  }
  const association = await requestAssociation(await outer.connect(second), request)
  await expect(requestAssociation(await inner.connect(first), request)).rejects.toMatchObject({
    code: 'DCM_REJECTED',
  })
  association.abort()
})
