import { receiveAssociation } from '@dcm/association'
import { encodePDataTf, encodePdu } from '@dcm/pdu'
import { memoryPair, ScriptedPeer, settled } from '@dcm/testkit'
import { expect, it } from 'vitest'
import { listen, negotiate, pdv, request } from './conversation.ts'

/** An acceptor on a connection that counts what comes back to it, and its scripted requestor. */
async function established() {
  const [ours, theirs] = memoryPair()
  const peer = new ScriptedPeer(theirs)
  let recycled = 0
  const recycle = (_memory: ArrayBufferLike, bytes: number): void => {
    recycled += bytes
  }
  const indicated = receiveAssociation({ ...ours, recycle })
  peer.send(request)
  const indication = await indicated
  const association = await indication.accept(negotiate(indication.request))
  await peer.expect('A-ASSOCIATE-AC')
  return { peer, association, recycled: () => recycled }
}

const encodedBytes = encodePDataTf(pdv('hello')).reduce((sum, run) => sum + run.length, 0)

it('gives back what was decoded, and payload when the user gives it back', async () => {
  const { peer, association, recycled } = await established()
  const before = encodePdu(request).length
  expect(recycled()).toBe(before)

  const arrived: Uint8Array[] = []
  const over = Promise.withResolvers<undefined>()
  association.receive({
    fragment: ({ data }) => void arrived.push(data),
    releaseRequested: () => {
      association.respondRelease()
    },
    ended: () => {
      over.resolve(undefined)
    },
  })
  peer.send(pdv('hello'))
  peer.send(pdv('world'), 1)
  peer.send({ type: 'A-RELEASE-RQ' })
  await over.promise
  const payloadBytes = 'helloworld'.length
  const release = encodePdu({ type: 'A-RELEASE-RQ' }).length
  expect(recycled()).toBe(before + 2 * encodedBytes - payloadBytes + release)

  association.recycle(arrived)
  expect(recycled()).toBe(before + 2 * encodedBytes + release)
  peer.end()
})

it('keeps a chunk while its user has paused in the middle of it', async () => {
  const { peer, association, recycled } = await established()
  const before = recycled()
  const arrived = Promise.withResolvers<undefined>()
  const all = Promise.withResolvers<undefined>()
  let fragments = 0
  association.receive({
    fragment: () => {
      fragments++
      if (fragments === 1) {
        association.pause()
        arrived.resolve(undefined)
      } else all.resolve(undefined)
    },
    releaseRequested: () => undefined,
    ended: () => undefined,
  })
  peer.send(Buffer.concat([...encodePDataTf(pdv('hello')), ...encodePDataTf(pdv('world'))]))
  await arrived.promise
  expect(recycled()).toBe(before)
  association.resume()
  await all.promise
  expect(recycled()).toBe(before + 2 * encodedBytes - 'helloworld'.length)
  association.abort()
  peer.end()
})

it('gives back what comes after an abort, and has no meaning any more', async () => {
  const { peer, association, recycled } = await established()
  const before = recycled()
  association.receive({
    fragment: () => undefined,
    releaseRequested: () => undefined,
    ended: () => undefined,
  })
  association.abort()
  await peer.expect('A-ABORT')
  peer.send(pdv('hello'))
  await settled()
  expect(recycled()).toBe(before + encodedBytes)
  // No PDU, and then no stream of PDUs any more.
  peer.send(Buffer.from('ff0000000000', 'hex'))
  await settled()
  expect(recycled()).toBe(before + encodedBytes + 6)
  peer.send(pdv('world'))
  await settled()
  expect(recycled()).toBe(before + 2 * encodedBytes + 6)
  peer.end()
})

it('leaves it to garbage where the connection takes nothing back', async () => {
  const [ours, theirs] = memoryPair()
  const peer = new ScriptedPeer(theirs)
  peer.send(request)
  const indication = await receiveAssociation(ours)
  const association = await indication.accept(negotiate(indication.request))
  expect(() => {
    association.recycle([new Uint8Array(1)])
  }).not.toThrow()
  association.abort()
  peer.end()
})

it('costs the association only, when the connection takes nothing back and throws', async () => {
  const [ours, theirs] = memoryPair()
  const peer = new ScriptedPeer(theirs)
  const error = new Error('not mine')
  let established = false
  const recycle = (): void => {
    if (established) throw error
  }
  peer.send(request)
  const indication = await receiveAssociation({ ...ours, recycle })
  const association = await indication.accept(negotiate(indication.request))
  await peer.expect('A-ASSOCIATE-AC')
  established = true
  listen(association)
  peer.send(pdv('hello'))
  await peer.expect('A-ABORT')
  expect(await association.ended).toMatchObject({ kind: 'aborted', error: { cause: error } })
  peer.end()
})
