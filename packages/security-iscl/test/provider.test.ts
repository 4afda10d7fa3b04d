import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { iscl, IsclEngine, IsclError, isclKeys, type PacketTrace } from '@dcm/security-iscl'
import { FakeClock, memoryPair, settled } from '@dcm/testkit'
import { TimeoutError } from '@dcm/transport'
import { describe, expect, test } from 'vitest'
import { ACCEPTOR, keysFor, REQUESTOR, requestorSettings, slot } from './support/engine-pair.ts'
import { joined } from './support/hex.ts'
import {
  acceptorOptions,
  bareAndRaw,
  readAll,
  refusal,
  requestorOptions,
  securedPair,
  signal,
} from './support/secured-pair.ts'

const EVENTS = ['data', 'end', 'close', 'readable', 'drain']

describe('a session', () => {
  test('reports whom it authenticated and how', async () => {
    const { acceptor, requestor } = await securedPair()
    const common = {
      profile: 'iscl',
      protocol: 'ISC2/2',
      cipherSuite: 'aes-256-gcm',
      confidential: true,
      forwardSecret: true,
      maxPacketBytes: 262_144,
      authenticationKeyIndex: 1,
      trafficKeyIndex: 3,
    }

    expect(acceptor.security).toEqual([{ ...common, peer: { kind: 'psk', name: REQUESTOR } }])
    expect(requestor.security).toEqual([{ ...common, peer: { kind: 'psk', name: ACCEPTOR } }])
  })

  test('says that an integrity-only suite leaves the data readable', async () => {
    const suites = ['hmac-sha256-integrity'] as const
    const { acceptor } = await securedPair({ acceptor: { suites }, requestor: { suites } })

    expect(acceptor.security).toMatchObject([{ confidential: false, cipherSuite: 'hmac-sha256-integrity' }])
  })

  test.each([undefined, 1])(
    'carries data both ways and ends each way alone, chunks of %s',
    async (chunkBytes) => {
      const { acceptor, requestor, below } = await securedPair(
        chunkBytes === undefined ? {} : { wire: { chunkBytes } },
      )
      requestor.stream.end('question')
      expect((await readAll(acceptor)).toString()).toBe('question')
      acceptor.stream.end('answer')
      expect((await readAll(requestor)).toString()).toBe('answer')
      await settled()

      expect(below.map(({ stream }) => stream.destroyed)).toEqual([true, true])
    },
  )

  test('what comes with the last packet of the handshake is read first', async () => {
    const [one, other] = memoryPair()
    const accepting = iscl(acceptorOptions()).upgrade(one, 'acceptor', { signal })
    const requestor = await iscl(requestorOptions()).upgrade(other, 'requestor', { signal })
    requestor.stream.write('first ')
    requestor.stream.end('second')

    expect((await readAll(await accepting)).toString()).toBe('first second')
  })

  test('stands on another one', async () => {
    const { acceptor, requestor } = await securedPair()
    const inner = await Promise.all([
      iscl(acceptorOptions()).upgrade(acceptor, 'acceptor', { signal }),
      iscl(requestorOptions()).upgrade(requestor, 'requestor', { signal }),
    ])
    inner[1].stream.end('through two layers')

    expect((await readAll(inner[0])).toString()).toBe('through two layers')
    expect(inner[0].security).toHaveLength(2)
  })

  test('carries one write of 20 MiB, and many small ones, unharmed', async () => {
    const { acceptor, requestor } = await securedPair({ requestor: { rekeyAfterBytes: 2 ** 20 } })
    const large = randomBytes(20 * 2 ** 20)
    const small = Array.from({ length: 500 }, (_, index) => randomBytes(index * 7))
    const reading = readAll(acceptor)
    requestor.stream.write(large)
    for (const bytes of small) requestor.stream.write(bytes)
    requestor.stream.end()

    expect((await reading).equals(Buffer.concat([large, ...small]))).toBe(true)
  })

  test('takes new keys every MiB when told to', async () => {
    const packets: PacketTrace[] = []
    const { acceptor, requestor } = await securedPair({
      acceptor: { onPacket: (packet) => packets.push(packet) },
      requestor: { rekeyAfterBytes: 2 ** 20 },
    })
    requestor.stream.end(Buffer.alloc(5 * 2 ** 20))
    await readAll(acceptor)

    const received = packets.filter(({ direction }) => direction === 'received')
    expect(received.filter(({ type }) => type === 'REKEY')).toHaveLength(5)
    expect(received.at(-1)).toEqual({ direction: 'received', type: 'DISC_RQ', epoch: 6, payloadBytes: 24 })
  })

  test('puts what is written together into large packets', async () => {
    const packets: PacketTrace[] = []
    const { acceptor, requestor } = await securedPair({
      requestor: { onPacket: (packet) => packets.push(packet) },
    })
    for (let count = 0; count < 1000; count++) requestor.stream.write(Buffer.alloc(1000))
    requestor.stream.end()
    await readAll(acceptor)

    const sizes = packets.filter(({ type }) => type === 'DATA').map(({ payloadBytes }) => payloadBytes)
    // The first write goes out at once; what came meanwhile follows in full packets.
    expect(sizes[0]).toBe(1016)
    expect(sizes.slice(1, -1).every((size) => size > 65_536)).toBe(true)
    expect(sizes.length).toBeLessThan(8)
  })
})

describe('back-pressure', () => {
  test('nothing is read below before somebody reads above', async () => {
    const { acceptor, requestor, below } = await securedPair()
    requestor.stream.write(Buffer.alloc(65_536))
    await settled()

    expect(acceptor.stream.readableLength).toBe(0)
    expect(below[0].stream.isPaused()).toBe(true)
  })

  test('a write is done when the stream below has let go of it all; one packet is sealed ahead, no more', async () => {
    const sealed: PacketTrace[] = []
    const { acceptor, requestor, below } = await securedPair({
      requestor: { onPacket: (packet) => packet.type === 'DATA' && sealed.push(packet) },
    })
    const reading = readAll(acceptor)
    below[1].stream.cork()
    let done = false
    requestor.stream.write(Buffer.alloc(2 ** 20), () => (done = true))
    await settled()
    expect({ sealed: sealed.length, done }).toEqual({ sealed: 2, done: false })

    below[1].stream.uncork()
    requestor.stream.end()
    expect(await reading).toHaveLength(2 ** 20)
    expect({ sealed: sealed.length, done }).toEqual({ sealed: 5, done: true })
  })

  test('a flood of packets of one octet is joined, so that it costs what it weighs', async () => {
    const [below, raw] = bareAndRaw()
    const peer = new IsclEngine(requestorSettings())
    raw.stream.on('data', (chunk: Uint8Array) => {
      peer.receive(chunk)
      raw.stream.write(joined(peer.takeOutput()))
    })
    const { stream } = await iscl(acceptorOptions()).upgrade(below, 'acceptor', { signal })
    for (let octet = 0; octet < 1000; octet++) peer.send([Uint8Array.of(octet)])
    raw.stream.write(joined(peer.takeOutput()))
    const chunks: Uint8Array[] = []
    stream.on('data', (chunk: Uint8Array) => chunks.push(chunk))
    await settled()

    expect(joined(chunks)).toEqual(Uint8Array.from({ length: 1000 }, (_, octet) => octet))
    expect(chunks.length).toBeLessThan(10)
    stream.destroy()
  })

  test('a reader that pauses makes the writer wait, too, and reads on where it was', async () => {
    const { acceptor, requestor } = await securedPair()
    let read = 0
    acceptor.stream.on('data', ({ length }: Buffer) => (read += length))
    requestor.stream.write(Buffer.alloc(1_000))
    await settled()
    acceptor.stream.pause()
    const rest = 4 * 2 ** 20
    requestor.stream.end(Buffer.alloc(rest))
    await settled()
    expect([read, requestor.stream.writableFinished]).toEqual([1_000, false])
    expect(acceptor.stream.readableLength).toBeLessThanOrEqual(262_144 + 65_536)

    acceptor.stream.resume()
    await once(acceptor.stream, 'end')
    expect(read).toBe(1_000 + rest)
  })

  test('a peer that does not read makes the writer wait, and holds a bounded number of octets', async () => {
    const { acceptor, requestor } = await securedPair()
    const chunk = Buffer.alloc(65_536)
    let written = 0
    while (requestor.stream.write(chunk)) written += chunk.length
    for (let round = 0; round < 50; round++) {
      await settled(1)
      if (!requestor.stream.writableNeedDrain && requestor.stream.write(chunk)) written += chunk.length
    }
    expect(requestor.stream.writableNeedDrain).toBe(true)
    expect(written).toBeLessThan(2 * 2 ** 20)
    expect(acceptor.stream.readableLength).toBeLessThanOrEqual(262_144 + 65_536)

    const reading = readAll(acceptor)
    await once(requestor.stream, 'drain')
    requestor.stream.end()
    expect((await reading).length).toBeGreaterThan(written)
  })
})

describe('an upgrade that fails', () => {
  test('on a wrong key: both sides reject, both streams are destroyed, no listener is left', async () => {
    const [one, other] = memoryPair()
    const keys = isclKeys({ authentication: [slot(REQUESTOR, 1, 0x98)], traffic: [slot(REQUESTOR, 3, 0x99)] })
    const errors = await Promise.all([
      refusal(iscl(acceptorOptions({ keys })).upgrade(one, 'acceptor', { signal })),
      refusal(iscl(requestorOptions()).upgrade(other, 'requestor', { signal })),
    ])
    await settled()

    expect(errors[0]).toMatchObject({ code: 'DCM_ISCL_AUTH_FAILED', profile: 'iscl', local: true })
    expect(errors[1]).toBeInstanceOf(IsclError)
    for (const { stream } of [one, other]) {
      expect(stream.destroyed).toBe(true)
      expect(EVENTS.map((event) => stream.listenerCount(event))).toEqual([0, 0, 0, 0, 0])
      // The pair's own; see observeErrors().
      expect(stream.listenerCount('error')).toBe(1)
    }
  })

  test.each(['acceptor', 'requestor'] as const)(
    'as %s, on silence: after 10 s, by its own timer',
    async (role) => {
      const clock = new FakeClock()
      const [one] = bareAndRaw()
      const options = role === 'acceptor' ? acceptorOptions({ clock }) : requestorOptions({ clock })
      const upgrading = refusal(iscl(options).upgrade(one, role, { signal }))
      clock.advance(9_999)
      await settled()
      expect(one.stream.destroyed).toBe(false)
      clock.advance(1)

      const error = await upgrading
      expect(error).toMatchObject({ code: 'DCM_ISCL_TIMEOUT', wireCode: 13 })
      expect((error as IsclError).cause).toEqual(new TimeoutError('handshake', 10_000))
      expect(clock.pending).toBe(0)
    },
  )

  test('on a peer that sends an octet a second: the timer is not restarted', async () => {
    const clock = new FakeClock()
    const [one, other] = bareAndRaw()
    other.stream.resume()
    const upgrading = refusal(iscl(acceptorOptions({ clock })).upgrade(one, 'acceptor', { signal }))
    for (const octet of Buffer.from('4953433202120000000000', 'hex').subarray(0, 10)) {
      other.stream.write(new Uint8Array([octet]))
      await settled(2)
      clock.advance(1000)
    }

    expect(await upgrading).toMatchObject({ code: 'DCM_ISCL_TIMEOUT' })
  })

  test('on an abort, before and during the handshake: the reason is the cause', async () => {
    const clock = new FakeClock()
    const provider = iscl(acceptorOptions({ clock }))
    const [one] = bareAndRaw()
    const before = await refusal(provider.upgrade(one, 'acceptor', { signal: AbortSignal.abort('shutdown') }))
    const controller = new AbortController()
    const [other] = bareAndRaw()
    const during = refusal(provider.upgrade(other, 'acceptor', { signal: controller.signal }))
    await settled()
    controller.abort('shutdown')

    expect(before).toMatchObject({ code: 'DCM_ISCL_CLOSED', cause: 'shutdown' })
    expect(await during).toMatchObject({ code: 'DCM_ISCL_CLOSED', cause: 'shutdown' })
    expect([one.stream.destroyed, other.stream.destroyed, clock.pending]).toEqual([true, true, 0])
  })

  test('on a connection that is gone already', async () => {
    const [ended, endedPeer] = bareAndRaw()
    endedPeer.stream.end()
    ended.stream.resume()
    await once(ended.stream, 'end')
    const [destroyed] = bareAndRaw()
    destroyed.stream.destroy()

    for (const connection of [ended, destroyed]) {
      const error = await refusal(iscl(acceptorOptions()).upgrade(connection, 'acceptor', { signal }))
      expect(error).toMatchObject({ code: 'DCM_ISCL_TRUNCATED' })
      expect(connection.stream.destroyed).toBe(true)
    }
  })

  test('on a lost connection: the loss is the cause', async () => {
    const [one, other] = bareAndRaw()
    const upgrading = refusal(iscl(acceptorOptions()).upgrade(one, 'acceptor', { signal }))
    await settled()
    other.stream.destroy()

    expect(await upgrading).toMatchObject({ code: 'DCM_ISCL_TRUNCATED', cause: { code: 'ECONNRESET' } })
  })

  test('on keys that cannot be had', async () => {
    const [one] = bareAndRaw()
    const keys = () => {
      throw new Error('the key file is gone')
    }
    const error = await refusal(iscl(acceptorOptions({ keys })).upgrade(one, 'acceptor', { signal }))

    expect(error).toMatchObject({ code: 'DCM_ISCL_INTERNAL', cause: { message: 'the key file is gone' } })
    expect(one.stream.destroyed).toBe(true)
  })

  test('on one stranger too many, and room is made when one has left', async () => {
    const clock = new FakeClock()
    const provider = iscl(acceptorOptions({ clock, maxConcurrentHandshakes: 2 }))
    const upgrade = () => refusal(provider.upgrade(bareAndRaw()[0], 'acceptor', { signal }))
    const waiting = [upgrade(), upgrade()]
    expect(await upgrade()).toMatchObject({ code: 'DCM_ISCL_LIMIT' })
    clock.advance(10_000)
    await Promise.all(waiting)
    const next = upgrade()
    clock.advance(10_000)

    expect(await next).toMatchObject({ code: 'DCM_ISCL_TIMEOUT' })
  })

  test('when no acceptor is named and the keys know two', async () => {
    const keys = isclKeys({
      authentication: [slot('A', 1, 0x11), slot('B', 1, 0x12)],
      traffic: [slot('A', 1, 0x21), slot('B', 1, 0x22)],
    })
    const [one] = bareAndRaw()
    const error = await refusal(iscl(requestorOptions({ keys })).upgrade(one, 'requestor', { signal }))

    expect(error).toMatchObject({ code: 'DCM_ISCL_AUTH_FAILED', local: true })
  })
})

describe('a session that breaks', () => {
  test('the connection ended without the end of the peer: TRUNCATED', async () => {
    const { acceptor, below } = await securedPair()
    acceptor.stream.resume()
    below[1].stream.end()
    const [error] = (await once(acceptor.stream, 'error')) as [unknown]

    expect(error).toMatchObject({ code: 'DCM_ISCL_TRUNCATED', phase: 'messages' })
    expect(below[0].stream.destroyed).toBe(true)
  })

  test('an octet altered below: BAD_RECORD, nothing more is delivered', async () => {
    const { acceptor, below } = await securedPair()
    const received: Buffer[] = []
    acceptor.stream.on('data', (chunk: Buffer) => received.push(chunk))
    below[1].stream.write(Buffer.from(`495343320220010100000014${'00'.repeat(20)}`, 'hex'))
    const [error] = (await once(acceptor.stream, 'error')) as [unknown]

    expect(error).toMatchObject({ code: 'DCM_ISCL_BAD_RECORD' })
    expect(received).toEqual([])
  })

  test('the connection lost before a write: the write fails', async () => {
    const { acceptor, below } = await securedPair()
    below[0].stream.removeAllListeners('close').destroy()
    const failed = once(acceptor.stream, 'error')
    acceptor.stream.write('too late')

    expect(await failed).toMatchObject([{ code: 'DCM_CONNECTION_CLOSED' }])
  })

  test('nobody listening to errors: the process lives on', async () => {
    const { acceptor, below } = await securedPair()
    acceptor.stream.resume()
    below[1].stream.write('not a packet')
    await settled()

    expect(acceptor.stream.destroyed).toBe(true)
  })

  test('destroyed on one side: both streams go, and the other side gets an error', async () => {
    const { acceptor, requestor, below } = await securedPair()
    requestor.stream.resume()
    acceptor.stream.destroy()
    const [error] = (await once(requestor.stream, 'error')) as [unknown]
    await settled()

    expect(error).toBeInstanceOf(Error)
    expect(below.map(({ stream }) => stream.destroyed)).toEqual([true, true])
    expect(below.flatMap(({ stream }) => EVENTS.map((event) => stream.listenerCount(event)))).toEqual(
      Array(10).fill(0),
    )
  })
})

describe('keys and names', () => {
  test('keys given as a function are asked for at every handshake', async () => {
    let keys = keysFor('SOMEONE')
    const provider = iscl(acceptorOptions({ keys: () => keys }))
    const attempt = async () => {
      const [one, other] = memoryPair()
      const requestor = iscl(requestorOptions()).upgrade(other, 'requestor', { signal })
      requestor.catch(() => undefined)
      const connection = await provider.upgrade(one, 'acceptor', { signal })
      await requestor
      return connection.security
    }
    await expect(attempt()).rejects.toMatchObject({ code: 'DCM_ISCL_AUTH_FAILED' })
    keys = keysFor(REQUESTOR)

    expect(await attempt()).toMatchObject([{ peer: { name: REQUESTOR } }])
  })

  test('the acceptor to call may depend on the connection', async () => {
    const keys = isclKeys({
      authentication: [slot(ACCEPTOR, 1, 0x11), slot('OTHER', 1, 0x12)],
      traffic: [slot(ACCEPTOR, 3, 0x22), slot('OTHER', 3, 0x23)],
    })
    const peer = ({ remote }: { remote: object }) => ('host' in remote ? ACCEPTOR : 'OTHER')
    const { requestor } = await securedPair({ requestor: { keys, peer } })

    expect(requestor.security).toMatchObject([{ peer: { name: ACCEPTOR } }])
  })
})
