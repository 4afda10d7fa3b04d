import { type Association, receiveAssociation } from '@dcm/association'
import { encodePDataTf } from '@dcm/pdu'
import { FakeClock, memoryPair, ScriptedPeer, settled } from '@dcm/testkit'
import { describe, expect, it } from 'vitest'
import { listen, negotiate, pdv, request } from './conversation.ts'

async function established() {
  const clock = new FakeClock()
  const [ours, theirs] = memoryPair()
  const peer = new ScriptedPeer(theirs)
  peer.send(request)
  const pending = await receiveAssociation(ours, { clock, idleTimeoutMs: 5_000, pduTimeoutMs: 1_000 })
  const association = await pending.accept(negotiate(pending.request))
  await peer.expect('A-ASSOCIATE-AC')
  const sendAfter = async (ms: number, bytes: Uint8Array): Promise<void> => {
    clock.advance(ms)
    peer.send(bytes)
    await settled()
  }
  return { clock, peer, association, sendAfter }
}

/** A P-DATA-TF with a payload of so many bytes. */
function pDataTf(payloadBytes: number): Uint8Array {
  return Buffer.concat(encodePDataTf(pdv('x'.repeat(payloadBytes))))
}

function endedBy(association: Association): Promise<unknown> {
  return association.ended.then((end) => (end.kind === 'aborted' ? end.error.cause : end.kind))
}

describe('within a PDU', () => {
  it('64 KiB are progress, and one byte less is none', async () => {
    const { clock, association, sendAfter } = await established()
    listen(association)
    const bytes = pDataTf(131_000)
    await sendAfter(0, bytes.subarray(0, 12))
    await sendAfter(900, bytes.subarray(12, 12 + 65_535))
    await sendAfter(99, bytes.subarray(65_547, 65_548))
    expect(association.over).toBe(false)
    await sendAfter(999, bytes.subarray(65_548, 65_600))
    expect(association.over).toBe(false)
    clock.advance(1)
    expect(await endedBy(association)).toMatchObject({ timer: 'pdu', timeoutMs: 1_000 })
  })

  it('the end of the one before is progress, where a chunk holds both', async () => {
    const { association, sendAfter } = await established()
    const heard = listen(association)
    const bytes = Buffer.concat(Array.from({ length: 6 }, () => pDataTf(88)))
    await sendAfter(0, bytes.subarray(0, 50))
    for (let from = 50; from < 550; from += 100) await sendAfter(900, bytes.subarray(from, from + 100))
    expect(association.over).toBe(false)
    expect(heard.data.join('')).toHaveLength(550 - 6 * 12)
  })
})

describe('the idle timer', () => {
  it('begins anew when our turn is over, and does not when it was over before', async () => {
    const { clock, association } = await established()
    listen(association)
    association.ourTurn = true
    clock.advance(60_000)
    association.ourTurn = false
    clock.advance(4_000)
    association.ourTurn = false
    clock.advance(999)
    expect(association.over).toBe(false)
    clock.advance(1)
    expect(await endedBy(association)).toMatchObject({ timer: 'idle', timeoutMs: 5_000 })
  })

  it('rests while the reading is held back, whose turn ever it is', async () => {
    const { clock, association } = await established()
    listen(association)
    association.pause()
    clock.advance(60_000)
    association.ourTurn = true
    association.ourTurn = false
    clock.advance(60_000)
    expect(association.over).toBe(false)
    association.resume()
    clock.advance(5_000)
    expect(await endedBy(association)).toMatchObject({ timer: 'idle' })
  })

  it('goes on resting when reading goes on in our turn', async () => {
    const { clock, association } = await established()
    listen(association)
    association.ourTurn = true
    association.pause()
    association.resume()
    clock.advance(60_000)
    expect(association.over).toBe(false)
  })
})

it('takes fragment after fragment from a user who pauses and resumes within each', async () => {
  const { peer, association } = await established()
  const numbers: string[] = []
  const releaseRequested = Promise.withResolvers<undefined>()
  association.receive({
    fragment: ({ data }) => {
      association.pause()
      numbers.push(Buffer.from(data).toString())
      association.resume()
    },
    releaseRequested: () => {
      releaseRequested.resolve(undefined)
    },
    ended: () => undefined,
  })
  const sent = Array.from({ length: 20_000 }, (_, number) => String(number))
  peer.send(Buffer.concat(sent.flatMap((text) => encodePDataTf(pdv(text)))))
  peer.send({ type: 'A-RELEASE-RQ' })
  await releaseRequested.promise
  expect(numbers).toEqual(sent)
})
