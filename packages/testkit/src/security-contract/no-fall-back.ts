import assert from 'node:assert/strict'
import { encodePdu } from '@dcm/pdu'
import { type ConnectionRole, secured } from '@dcm/transport'
import { memoryTransport } from '../memory-transport.ts'
import { readBytes } from '../contracts/stream-facts.ts'
import { perRole, type SecurityBench, type SecurityCases } from './security-bench.ts'
import { otherRole, roles } from './security-provider-fixture.ts'
import { Wire } from '../wire.ts'

const plainPdu = encodePdu({ type: 'A-RELEASE-RQ' })
const secret = 'words that nobody on the line may read'

/** Clause 8: a failed or skipped upgrade never falls back to plain. */
export const noFallBack: SecurityCases = {
  ...perRole((role) => ({
    [`the ${role} refuses a peer that speaks plain DICOM`]: (bench) => plainPeer(bench, role),
  })),
  'a secured listener hands out the honest connection, not the plain or the wrong one': securedListener,
  'a confidential layer shows nothing on the line': confidential,
}

async function plainPeer(bench: SecurityBench, role: ConnectionRole): Promise<void> {
  await bench.with(new Wire(), async (wire) => {
    const peer = wire[otherRole(role)].stream
    peer.end(plainPdu)
    peer.resume()
    await bench.refused(bench.upgrade(wire[role], role), wire[role])
  })
}

async function securedListener(bench: SecurityBench): Promise<void> {
  const plain = memoryTransport()
  const transport = secured(plain, { providers: [bench.fixture.provider('acceptor')] })
  await using listener = await transport.listen({ host: 'archive', port: 104 })
  const accepting = listener.accept()
  const careless = await plain.connect(listener.address)
  careless.stream.resume().end(plainPdu)
  const liar = secured(plain, { providers: [bench.fixture.wrongKey('requestor')] })
  await liar.connect(listener.address).catch(() => undefined)
  const honest = secured(plain, { providers: [bench.fixture.provider('requestor')] })
  const connecting = honest.connect(listener.address)
  const both = Promise.all([accepting, connecting])
  const [acceptor, requestor] = await bench.within('the honest connection', both)
  assert.equal(acceptor.security.length, 1)
  requestor.stream.write('honest')
  assert.equal((await bench.within('the bytes', readBytes(acceptor.stream, 6))).toString(), 'honest')
  for (const { stream } of [careless, acceptor, requestor]) stream.on('error', () => undefined).destroy()
}

async function confidential(bench: SecurityBench): Promise<void> {
  await bench.with(new Wire(), async (wire) => {
    const ends = await bench.secure(wire)
    for (const role of roles) {
      const { stream, security } = ends[role]
      stream.write(secret)
      await bench.within('the bytes', readBytes(ends[otherRole(role)].stream, secret.length))
      const shown = wire.recorded(role).includes(secret)
      assert.ok(!(shown && security.at(-1)?.confidential), `the line shows what the ${role} wrote`)
    }
  })
}
