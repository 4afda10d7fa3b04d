import type { Duplex } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { loopbackPair } from './loopback.ts'
import { archive, modality, outcome, signal } from './upgrade-both.ts'

type Cut = 'end' | 'destroy'

/** Both outcomes when `side` is gone after `bytes` of what it sends; all is forwarded in pieces of `piece` bytes. */
async function cutAfter(side: 'requestor' | 'acceptor', bytes: number, how: Cut, piece = Infinity) {
  const [left, right] = await Promise.all([loopbackPair(), loopbackPair()])
  const [requestorEnd, acceptorEnd] = [left.acceptor.stream, right.requestor.stream]
  const [from, to] = side === 'requestor' ? [requestorEnd, acceptorEnd] : [acceptorEnd, requestorEnd]
  to.on('data', (chunk: Buffer) => {
    forward(from, chunk, piece)
  })
  to.on('end', () => from.end()).on('close', () => from.destroy())
  to.on('error', () => undefined).resume()
  let remaining = bytes
  from.on('error', () => undefined)
  from.on('data', (chunk: Buffer) => {
    forward(to, chunk.subarray(0, remaining), piece)
    remaining -= chunk.length
    if (remaining > 0) return
    from.removeAllListeners('data').resume()
    if (how === 'end') to.end()
    else to.destroy()
  })
  from
    .on('end', () => to.end())
    .on('close', () => to.destroy())
    .resume()
  const results = await Promise.all([
    outcome(archive().upgrade(right.acceptor, 'acceptor', { signal })),
    outcome(modality().upgrade(left.requestor, 'requestor', { signal })),
  ])
  for (const { stream } of [left.requestor, right.acceptor, left.acceptor, right.requestor]) stream.destroy()
  return { acceptor: results[0], requestor: results[1] }
}

function forward(to: Duplex, chunk: Buffer, piece: number): void {
  for (let at = 0; at < chunk.length; at += piece) to.write(chunk.subarray(at, at + piece))
}

describe.each<Cut>(['end', 'destroy'])(
  'a peer that is gone (%s) after some bytes of the handshake',
  (how) => {
    test('is refused by the acceptor, wherever it stops', async () => {
      for (let bytes = 1; bytes < 2200; bytes += 61) {
        expect(await cutAfter('requestor', bytes, how), String(bytes)).toMatchObject({
          acceptor: 'DCM_TLS_PEER_CLOSED',
        })
      }
    })

    test('is refused by the requestor, wherever it stops', async () => {
      for (let bytes = 1; bytes < 1300; bytes += 61) {
        expect(await cutAfter('acceptor', bytes, how), String(bytes)).toMatchObject({
          requestor: 'DCM_TLS_PEER_CLOSED',
        })
      }
    })
  },
)

test('a handshake in pieces of one byte comes to its end', async () => {
  expect(await cutAfter('requestor', Infinity, 'end', 1)).toEqual({
    acceptor: 'secured',
    requestor: 'secured',
  })
})
