import { DicomApplicationContext, ImplicitVRLittleEndian, Verification } from '@dcm/pdu'
import { memoryPair, ScriptedPeer, settled } from '@dcm/testkit'
import { describe, expect, it, vi } from 'vitest'

const pdvs = [{ presentationContextId: 1, isCommand: true, isLast: true, data: [Buffer.from('hello')] }]

describe('a scripted peer', () => {
  it('sends and expects PDUs and PDVs, whole or in pieces', async () => {
    const [one, other] = memoryPair()
    const left = new ScriptedPeer(one)
    const right = new ScriptedPeer(other)
    left.send({ type: 'A-RELEASE-RQ' }, 1)
    left.send(pdvs, 2)
    expect(await right.expect('A-RELEASE-RQ')).toEqual({ type: 'A-RELEASE-RQ' })
    expect(await right.expect('PDV')).toMatchObject({ presentationContextId: 1, isLast: true })
    left.end()
    expect(await right.next()).toBeUndefined()
  })

  it('says what came instead', async () => {
    const [one, other] = memoryPair()
    const left = new ScriptedPeer(one)
    const right = new ScriptedPeer(other)
    left.send({ type: 'A-ABORT', source: 0, reason: 0 })
    await expect(right.expect('A-ASSOCIATE-AC')).rejects.toThrow(
      'expected A-ASSOCIATE-AC, got {"type":"A-ABORT"',
    )
    left.cut()
    await expect(right.expect('A-ASSOCIATE-AC')).rejects.toThrow('the close')
    await right.closed()
  })

  it.each([Infinity, 2 ** 31])('waits for %d ms, which is more than a timer takes', async (waitMs) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    try {
      const [one, other] = memoryPair()
      const waiting = new ScriptedPeer(other, { waitMs }).next()
      vi.advanceTimersByTime(60_000)
      new ScriptedPeer(one).send({ type: 'A-RELEASE-RP' })
      expect(await waiting).toEqual({ type: 'A-RELEASE-RP' })
    } finally {
      vi.useRealTimers()
    }
  })

  it('stalls: what is sent to it waits', async () => {
    const [one, other] = memoryPair()
    const left = new ScriptedPeer(one)
    const right = new ScriptedPeer(other)
    right.stall()
    left.send({ type: 'A-RELEASE-RP' })
    right.unstall()
    expect(await right.next()).toEqual({ type: 'A-RELEASE-RP' })
  })

  it('expects the close, and says what came instead', async () => {
    const [one, other] = memoryPair()
    const left = new ScriptedPeer(one)
    const right = new ScriptedPeer(other)
    left.send(pdvs)
    await expect(right.expectClosed()).rejects.toThrow('expected the close, got {"type":"PDV"')
    left.end()
    await right.expectClosed()
  })

  it('says that what came is no PDU, after the PDUs before it', async () => {
    const [one, other] = memoryPair()
    const left = new ScriptedPeer(one)
    const right = new ScriptedPeer(other)
    left.send({ type: 'A-RELEASE-RQ' })
    left.send(Buffer.from('GET / HTTP/1.1'))
    await right.expect('A-RELEASE-RQ')
    await expect(right.next()).rejects.toMatchObject({ code: 'DCM_PDU_TYPE' })
  })

  it('sends all in pieces once it is told to', async () => {
    const [one, other] = memoryPair()
    const peer = new ScriptedPeer(one)
    const pieces: number[] = []
    other.stream.on('data', (chunk: Buffer) => pieces.push(chunk.length))
    peer.chunked(4)
    peer.send({ type: 'A-RELEASE-RQ' })
    await settled()
    expect(pieces).toEqual([4, 4, 2])
    peer.cut()
  })

  it('expects nothing, and says what came', async () => {
    const [one, other] = memoryPair()
    const left = new ScriptedPeer(one)
    const right = new ScriptedPeer(other)
    await right.expectNothing()
    left.send({ type: 'A-RELEASE-RQ' })
    await expect(right.expectNothing()).rejects.toThrow('expected nothing, got {"type":"A-RELEASE-RQ"}')
    await right.expect('A-RELEASE-RQ')
    left.cut()
    await expect(right.expectNothing()).rejects.toThrow('expected nothing, got the close')
  })

  it('gives up on what does not come, and says what it was', async () => {
    const peer = new ScriptedPeer(memoryPair()[0], { waitMs: 5 })
    await expect(peer.expect('A-ASSOCIATE-AC')).rejects.toThrow('expected A-ASSOCIATE-AC: not within 5 ms')
    await expect(peer.expectClosed()).rejects.toThrow('expected the close: not within 5 ms')
  })

  it('makes who writes to it wait while it is stalled', async () => {
    const [one, other] = memoryPair()
    const peer = new ScriptedPeer(one)
    peer.stall()
    while (other.stream.write(Buffer.alloc(16_384)));
    await settled()
    expect(other.stream.writableNeedDrain).toBe(true)
    peer.cut()
  })

  it('shows no field of a user identity when it fails', async () => {
    const [left, right] = memoryPair()
    const peer = new ScriptedPeer(right)
    new ScriptedPeer(left).send({
      type: 'A-ASSOCIATE-RQ',
      protocolVersion: 1,
      calledAeTitle: 'SCP',
      callingAeTitle: 'SCU',
      applicationContextName: DicomApplicationContext,
      presentationContexts: [
        {
          presentationContextId: 1,
          abstractSyntax: Verification,
          transferSyntaxes: [ImplicitVRLittleEndian],
        },
      ],
      userInformation: {
        userIdentity: {
          userIdentityType: 2,
          positiveResponseRequested: false,
          primaryField: Buffer.from('alice'),
          secondaryField: Buffer.from('sesame'),
        },
      },
    })
    await expect(peer.expect('A-ABORT')).rejects.toThrow(
      '"primaryField":"5 bytes","secondaryField":"6 bytes"',
    )
  })
})
