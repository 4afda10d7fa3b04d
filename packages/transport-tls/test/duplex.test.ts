import { once } from 'node:events'
import { duplexPair } from 'node:stream'
import { expect, test } from 'vitest'
import type { Connection } from '@dcm/transport'
import { closed } from './closed.ts'
import { readAll } from './read-all.ts'
import { archive, modality, outcome, signal } from './upgrade-both.ts'

/** Streams that are no sockets: a layer of someone else's, or memory. */
function memoryPair(): { readonly requestor: Connection; readonly acceptor: Connection } {
  const [left, right] = duplexPair()
  const address = { path: 'memory' }
  const rest = { local: address, remote: address, security: [] }
  return { requestor: { stream: left, ...rest }, acceptor: { stream: right, ...rest } }
}

async function secureMemory() {
  const raw = memoryPair()
  const [acceptor, requestor] = await Promise.all([
    archive().upgrade(raw.acceptor, 'acceptor', { signal }),
    modality({ serverName: 'localhost' }).upgrade(raw.requestor, 'requestor', { signal }),
  ])
  return { raw, acceptor, requestor }
}

test('TLS runs over memory, and megabytes arrive whole', async () => {
  const { acceptor, requestor } = await secureMemory()
  expect(acceptor.security[0]?.peer?.name).toBe('CN=modality')
  expect(requestor.security[0]?.peer?.name).toBe('CN=archive')
  const sent = Buffer.alloc(4 << 20, 'dicom')
  requestor.stream.end(sent)
  const received = await readAll(acceptor.stream)
  expect(Buffer.compare(Buffer.from(received, 'latin1'), sent)).toBe(0)
  acceptor.stream.end('thanks')
  expect(await readAll(requestor.stream)).toBe('thanks')
})

test('the host that is called has no name here, so a requestor must give one', async () => {
  const raw = memoryPair()
  expect(await outcome(modality().upgrade(raw.requestor, 'requestor', { signal }))).toBe(
    'DCM_TLS_SERVER_NAME',
  )
  expect(raw.requestor.stream.destroyed).toBe(true)
})

test('a peer that ends in the middle of the handshake', async () => {
  const raw = memoryPair()
  const upgrade = outcome(archive().upgrade(raw.acceptor, 'acceptor', { signal }))
  raw.requestor.stream.end(Buffer.from('1603010200010001fc0303', 'hex'))
  expect(await upgrade).toBe('DCM_TLS_PEER_CLOSED')
  await closed(raw.acceptor.stream)
})

test('destroying the secured stream destroys the one below, and an error below comes up', async () => {
  const first = await secureMemory()
  first.acceptor.stream.destroy()
  await closed(first.raw.acceptor.stream)
  first.requestor.stream.destroy()

  const second = await secureMemory()
  const failed = once(second.acceptor.stream, 'error')
  second.raw.acceptor.stream.destroy(new Error('lost'))
  expect((await failed)[0]).toMatchObject({ message: 'lost' })
  await closed(second.acceptor.stream)
  second.requestor.stream.destroy()
})

test('a writer is held back while the reader does not read', async () => {
  const { acceptor, requestor } = await secureMemory()
  const chunk = Buffer.alloc(64 << 10)
  let written = 0
  while (written < 1000 && requestor.stream.write(chunk)) written++
  expect(written).toBeLessThan(1000)
  requestor.stream.end()
  expect((await readAll(acceptor.stream)).length).toBe((written + 1) * chunk.length)
  acceptor.stream.end()
})
