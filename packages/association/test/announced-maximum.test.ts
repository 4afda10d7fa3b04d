import { type AssociationOptions, receiveAssociation } from '@dcm/association'
import { encodePDataTf } from '@dcm/pdu'
import { FakeClock, memoryPair, ScriptedPeer } from '@dcm/testkit'
import { describe, expect, it } from 'vitest'
import { listen, negotiate, request } from './conversation.ts'

/** A P-DATA-TF whose PDU length is this. */
function pDataTf(length: number): Uint8Array {
  const data = [new Uint8Array(length - 6)]
  return Buffer.concat(encodePDataTf([{ presentationContextId: 1, isCommand: true, isLast: true, data }]))
}

async function associated(options: AssociationOptions) {
  const [ours, theirs] = memoryPair()
  const peer = new ScriptedPeer(theirs)
  peer.send(request)
  const pending = await receiveAssociation(ours, { clock: new FakeClock(), ...options })
  const association = await pending.accept(negotiate(pending.request))
  return { peer, association, heard: listen(association), answer: await peer.expect('A-ASSOCIATE-AC') }
}

describe('a P-DATA-TF', () => {
  it.each<[number, AssociationOptions]>([
    [128, { maximumLengthBytes: 128 }],
    [131_072, {}],
    [200_000, { maximumLengthBytes: 0 }],
    [200_000, { maximumPDataLengthBytes: 200_000 }],
    [6, { maximumLengthBytes: 1 }],
  ])('of %i bytes is taken with %o', async (length, options) => {
    const { peer, association, heard, answer } = await associated(options)
    expect(answer.userInformation.maximumLength).toBe(options.maximumLengthBytes ?? 131_072)
    peer.send(pDataTf(length))
    peer.send({ type: 'A-RELEASE-RQ' })
    await peer.expect('A-RELEASE-RP')
    expect(await association.ended).toEqual({ kind: 'released' })
    expect(heard.data.join('')).toHaveLength(length - 6)
  })

  it.each<[number, AssociationOptions]>([
    [129, { maximumLengthBytes: 128 }],
    [131_073, {}],
    [134, { maximumLengthBytes: 128, maximumPDataLengthBytes: 133 }],
  ])('of %i bytes is a protocol error with %o (PS3.8 D.1)', async (length, options) => {
    const { peer, association, heard } = await associated(options)
    // Its first bytes say it; nothing of what follows is needed.
    peer.send(pDataTf(length).subarray(0, 12))
    expect(await peer.next()).toEqual({ type: 'A-ABORT', source: 2, reason: 6 })
    expect(await association.ended).toMatchObject({
      kind: 'aborted',
      error: { cause: { name: 'PduDecodeError', code: 'DCM_PDU_TOO_LONG' } },
    })
    expect(heard.data).toEqual([])
  })
})
