import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type CommandSet, decodeCommandSet, encodeCommandSet } from '@dcm/dimse'
import { encodePdu, Verification } from '@dcm/pdu'
import type { ScriptedPeer } from '@dcm/testkit'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type ArchiveProcess, startArchive } from './archive-process.ts'
import { associateRq, ctImageStorage, rawPeer } from './raw-peer.ts'
import { requestor } from './requestor.ts'
import { everything, readStored } from './stored-files.ts'

let archive: ArchiveProcess

beforeAll(async () => {
  archive = await startArchive('--artim-timeout', '1')
})

afterAll(async () => {
  expect(await archive.stop()).toBe(0)
  // Whatever was sent, nothing but what was acknowledged is there.
  expect((await everything(archive.store)).filter((name) => name.endsWith('.dcm'))).toEqual([])
  await archive[Symbol.asyncDispose]()
})

afterEach(async () => {
  const honest = await requestor(archive.port)
  expect((await honest.echo()).status).toBe(0)
  await honest.release()
})

const open = () => rawPeer(archive.port)
const abort = (source: number, reason: number) => ({ type: 'A-ABORT', source, reason })
const echo: CommandSet = {
  type: 'C-ECHO-RQ',
  affectedSopClassUid: Verification,
  messageId: 1,
  hasDataSet: false,
}
const store: CommandSet = {
  type: 'C-STORE-RQ',
  affectedSopClassUid: ctImageStorage,
  affectedSopInstanceUid: '2.25.1',
  messageId: 1,
  priority: 'medium',
  hasDataSet: true,
}
const command = (presentationContextId: number, set: CommandSet) => [
  { presentationContextId, isCommand: true, isLast: true, data: [encodeCommandSet(set)] },
]
const data = (presentationContextId: number, bytes: Uint8Array, isLast = true) => [
  { presentationContextId, isCommand: false, isLast, data: [bytes] },
]

describe('before an association', () => {
  const clientHello = Buffer.from('1603010200010001fc0303', 'hex')
  it.each([
    ['random bytes', Buffer.concat([Buffer.from([0x99]), randomBytes(5000)])],
    ['an HTTP request', Buffer.from('GET / HTTP/1.1\r\nHost: archive\r\n\r\n')],
    ['a TLS ClientHello', Buffer.concat([clientHello, randomBytes(506)])],
    ['a request of FFFFFFFFH bytes', Buffer.from('0100ffffffff', 'hex')],
    ['a P-DATA-TF', Buffer.from('040000000006000000020103', 'hex')],
    ['an A-RELEASE-RQ', Buffer.from('05000000000400000000', 'hex')],
    ['an A-ASSOCIATE-RJ', Buffer.from('03000000000400010101', 'hex')],
    ['a request with an even context id', malformedRequest(2)],
    ['a request with a context id twice', malformedRequest(3)],
  ])('%s: an A-ABORT as service user (AA-1), then a close', async (_, bytes) => {
    const peer = await open()
    peer.send(bytes)
    expect(await peer.next()).toEqual(abort(0, 0))
    await peer.closed()
  })

  it('silence: a close after ARTIM', async () => {
    const peer = await open()
    expect(await peer.next()).toBeUndefined()
    await peer.closed()
  })

  it('a byte now and then: a close after ARTIM all the same', async () => {
    const peer = await open()
    const bytes = encodePdu(associateRq())
    let sent = 0
    const dripping = setInterval(() => {
      peer.send(bytes.subarray(sent, ++sent))
    }, 300)
    expect(await peer.next()).toBeUndefined()
    await peer.closed()
    clearInterval(dripping)
    expect(sent).toBeLessThan(bytes.length)
  })

  it('garbage, then FIN: the answer comes, and the close at once', async () => {
    const peer = await open()
    peer.send(Buffer.from('GET / HTTP/1.0\r\n\r\n'))
    peer.end()
    expect(await peer.next()).toEqual(abort(0, 0))
    await peer.closed()
  })

  it.each([
    ['no version 1', { protocolVersion: 2 }, { result: 1, source: 2, reason: 2 }],
    [
      'another application context',
      { applicationContextName: Verification },
      { result: 1, source: 1, reason: 2 },
    ],
  ])('%s: an A-ASSOCIATE-RJ', async (_, request, rejection) => {
    const peer = await open()
    peer.send(associateRq(request))
    expect(await peer.next()).toEqual({ type: 'A-ASSOCIATE-RJ', ...rejection })
    await peer.closed()
  })

  it.each([
    ['called', 10, { result: 1, source: 1, reason: 7 }],
    ['calling', 26, { result: 1, source: 1, reason: 3 }],
  ])('a %s AE title of spaces: an A-ASSOCIATE-RJ', async (_, offset, rejection) => {
    const peer = await open()
    const bytes = encodePdu(associateRq())
    bytes.fill(0x20, offset, offset + 16)
    peer.send(bytes)
    expect(await peer.next()).toEqual({ type: 'A-ASSOCIATE-RJ', ...rejection })
  })
})

describe('on an association', () => {
  const associated = async (): Promise<ScriptedPeer> => {
    const peer = await open()
    peer.send(associateRq())
    await peer.expect('A-ASSOCIATE-AC')
    return peer
  }

  it('a second A-ASSOCIATE-RQ: A-ABORT, unexpected PDU', async () => {
    const peer = await associated()
    peer.send(associateRq())
    expect(await peer.next()).toEqual(abort(2, 2))
    await peer.closed()
  })

  it('an unknown PDU: A-ABORT, unrecognized PDU', async () => {
    const peer = await associated()
    peer.send(Buffer.from('0800000000040000000', 'hex'))
    expect(await peer.next()).toEqual(abort(2, 1))
  })

  it.each([
    ['a PDV on a refused context', () => command(5, echo)],
    ['a PDV on a context never proposed', () => command(7, echo)],
  ])('%s: A-ABORT, invalid parameter', async (_, pdvs) => {
    const peer = await associated()
    peer.send(pdvs())
    expect(await peer.next()).toEqual(abort(2, 6))
  })

  it.each([
    ['a data set without a command', () => data(1, new Uint8Array(10))],
    [
      'a data set on another context than its command',
      () => [...command(3, store), ...data(1, new Uint8Array(10))],
    ],
    ['a command inside a data set', () => [...command(3, store), ...command(3, echo)]],
    [
      'a command set that is none',
      () => [{ presentationContextId: 1, isCommand: true, isLast: true, data: [randomBytes(64)] }],
    ],
    [
      'a command set of a megabyte',
      () =>
        Array.from({ length: 80 }, () => ({
          presentationContextId: 1,
          isCommand: true,
          isLast: false,
          data: [new Uint8Array(16_000)],
        })),
    ],
  ])('%s: A-ABORT as service user', async (_, pdvs) => {
    const peer = await associated()
    peer.send(pdvs())
    expect(await peer.next()).toEqual(abort(0, 0))
  })

  it('half a PDU, then silence: A-ABORT in bounded time', async () => {
    const peer = await associated()
    peer.send(Buffer.from('04000000100000000100', 'hex'))
    expect(await peer.next()).toEqual(abort(0, 0))
    await peer.closed()
  })

  it('what follows a release request is ignored until the close', async () => {
    const peer = await associated()
    peer.send(Buffer.concat([encodePdu({ type: 'A-RELEASE-RQ' }), encodePdu({ type: 'A-RELEASE-RQ' })]))
    // The first is answered at once, and what follows is ignored (Sta13, AA-6).
    expect(await peer.next()).toEqual({ type: 'A-RELEASE-RP' })
    await peer.closed()
  })

  it('a C-STORE that breaks off leaves nothing behind', async () => {
    const peer = await associated()
    peer.send([...command(3, store), ...data(3, randomBytes(16_000), false)])
    peer.cut()
    await peer.closed()
  })

  it.each(['../../x', '', '.', '..', '/etc/passwd', '1..2', '1'.repeat(64) + '.1', 'a.b', '\0\0'])(
    'the SOP Instance UID "%s" is refused with 0117H, and the association goes on',
    async (uid) => {
      const peer = await associated()
      peer.send([
        { presentationContextId: 3, isCommand: true, isLast: true, data: [storeOf(uid)] },
        ...data(3, new Uint8Array(100)),
      ])
      expect(decodeCommandSet((await peer.expect('PDV')).data)).toMatchObject({
        type: 'C-STORE-RSP',
        status: 0x0117,
      })
      peer.send(command(1, echo))
      expect(decodeCommandSet((await peer.expect('PDV')).data)).toMatchObject({
        type: 'C-ECHO-RSP',
        status: 0,
      })
      peer.send({ type: 'A-RELEASE-RQ' })
      expect(await peer.next()).toEqual({ type: 'A-RELEASE-RP' })
    },
  )
})

describe('what is kept', () => {
  it('of one SOP Instance UID sent eight times at once, one whole file', async () => {
    await using own = await startArchive()
    const bodies = Array.from({ length: 8 }, (_, index) => new Uint8Array(500_000).fill(index))
    await Promise.all(
      bodies.map(async (body) => {
        const sender = await requestor(own.port, [
          { abstractSyntax: ctImageStorage, transferSyntax: '1.2.840.10008.1.2' },
        ])
        expect((await sender.store(ctImageStorage, '2.25.5', [body])).status).toBe(0)
        await sender.release()
      }),
    )
    const kept = [...(await readStored(own.store)).values()]
    expect(kept).toHaveLength(1)
    expect(bodies.some((body) => Buffer.compare(body, kept[0]?.dataSet ?? new Uint8Array(0)) === 0)).toBe(
      true,
    )
  })

  it('not, is logged with the reason of the store and of the system, and without a name', async () => {
    await using own = await startArchive()
    writeFileSync(join(own.store, 'no-study'), 'in the way')
    const sender = await requestor(own.port, [
      { abstractSyntax: ctImageStorage, transferSyntax: '1.2.840.10008.1.2' },
    ])
    expect((await sender.store(ctImageStorage, '2.25.987654321', [new Uint8Array(8)])).status).toBe(0xa700)
    await sender.release()
    await own.logged('"causes":["DCM_STORAGE_FAILED","ENOTDIR"]')
    expect(own.log()).not.toContain('987654321')
  })
})

/** A C-STORE-RQ with any text for a SOP Instance UID. */
function storeOf(uid: string): Uint8Array {
  const bytes = encodeCommandSet({ ...store, affectedSopInstanceUid: '2.25.1' } as CommandSet)
  const element = Buffer.from(bytes).lastIndexOf(Buffer.from([0x00, 0x00, 0x00, 0x10]))
  const value = Buffer.from(uid.length % 2 === 0 ? uid : `${uid}\0`, 'latin1')
  const header = Buffer.from([0x00, 0x00, 0x00, 0x10, value.length, 0, 0, 0])
  return Buffer.concat([bytes.subarray(0, element), header, value, bytes.subarray(element + 8 + 6)])
}

/** A request whose second context has the given id; the first has 3. */
function malformedRequest(secondId: number): Uint8Array {
  const bytes = Buffer.from(encodePdu(associateRq()))
  // The second presentation context item follows the first (20H), whose length stands at its offset 2.
  const first = bytes.indexOf(Buffer.from([0x20, 0x00]), 74)
  const second = first + 4 + bytes.readUInt16BE(first + 2)
  bytes[first + 4] = 3
  bytes[second + 4] = secondId
  return bytes
}
