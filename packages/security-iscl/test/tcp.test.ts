import { randomBytes } from 'node:crypto'
import { iscl } from '@dcm/security-iscl'
import type { Connection, Listener } from '@dcm/transport'
import { tcp } from '@dcm/transport-tcp'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { keysFor } from './support/engine-pair.ts'
import { acceptorOptions, readAll, refusal, requestorOptions, signal } from './support/secured-pair.ts'

let listener: Listener
beforeEach(async () => {
  listener = await tcp().listen({ host: '127.0.0.1', port: 0 })
})
afterEach(() => listener.close())

async function sockets(): Promise<[Connection, Connection]> {
  return Promise.all([listener.accept(), tcp().connect(listener.address)])
}

test('8 MiB each way at once over TCP, and an authenticated end of both', async () => {
  const below = await sockets()
  const [acceptor, requestor] = await Promise.all([
    iscl(acceptorOptions()).upgrade(below[0], 'acceptor', { signal }),
    iscl(requestorOptions()).upgrade(below[1], 'requestor', { signal }),
  ])
  const [up, down] = [randomBytes(8 * 2 ** 20), randomBytes(8 * 2 ** 20)]
  requestor.stream.end(up)
  acceptor.stream.end(down)
  const [atAcceptor, atRequestor] = await Promise.all([readAll(acceptor), readAll(requestor)])

  expect(atAcceptor.equals(up)).toBe(true)
  expect(atRequestor.equals(down)).toBe(true)
})

test('a stranger is told that it failed, over TCP', async () => {
  const below = await sockets()
  const keys = keysFor('SOMEONE')
  const [, atRequestor] = await Promise.all([
    refusal(iscl(acceptorOptions({ keys })).upgrade(below[0], 'acceptor', { signal })),
    refusal(iscl(requestorOptions()).upgrade(below[1], 'requestor', { signal })),
  ])

  expect(atRequestor).toMatchObject({ code: 'DCM_ISCL_AUTH_FAILED', local: false })
})

test('a session that is given up tells the peer: CLOSED', async () => {
  const below = await sockets()
  const [acceptor, requestor] = await Promise.all([
    iscl(acceptorOptions()).upgrade(below[0], 'acceptor', { signal }),
    iscl(requestorOptions()).upgrade(below[1], 'requestor', { signal }),
  ])
  requestor.stream.resume()
  const failed = new Promise((resolve) => requestor.stream.once('error', resolve))
  acceptor.stream.destroy()

  expect(await failed).toMatchObject({ code: 'DCM_ISCL_CLOSED', local: false })
})
