import { Socket } from 'node:net'
import { parseUid, proposeContexts, requestAssociation } from '@dcm/association'
import { DimseChannel } from '@dcm/dimse'
import { type AdmissionOptions, createScp, type Scp, type ScpOptions, verification } from '@dcm/scp'
import { FakeClock, memoryTransport, ScriptedPeer } from '@dcm/testkit'
import type { Connection, Transport } from '@dcm/transport'
import { tcp } from '@dcm/transport-tcp'
import { describe, expect, it } from 'vitest'

const presentationContexts = proposeContexts([
  {
    abstractSyntax: parseUid('1.2.840.10008.1.1'),
    transferSyntaxes: [parseUid('1.2.840.10008.1.2')],
  },
])

const request = {
  type: 'A-ASSOCIATE-RQ',
  protocolVersion: 1,
  calledAeTitle: 'SCP',
  callingAeTitle: 'SCU',
  applicationContextName: parseUid('1.2.840.10008.3.1.1.1'),
  presentationContexts,
  userInformation: { maximumLength: 16_384, implementationClassUid: parseUid('1.2.3') },
} as const

interface Admitting extends AsyncDisposable {
  readonly scp: Scp
  readonly clock: FakeClock
  readonly log: string[]
  connect(): Promise<Connection>
  associate(callingAeTitle?: string, calledAeTitle?: string): Promise<DimseChannel>
}

async function admitting(
  admission: AdmissionOptions,
  options: Partial<ScpOptions> = {},
  network: Transport = memoryTransport(),
): Promise<Admitting> {
  const log: string[] = []
  const clock = new FakeClock()
  const say = (level: string) => (_: object, message: string) => log.push(`${level}: ${message}`)
  const scp = createScp({
    aeTitle: 'SCP',
    transport: network,
    services: [verification()],
    admission,
    clock,
    logger: { debug: say('debug'), info: say('info'), warn: say('warn'), error: say('error') },
    ...options,
  })
  const address = await scp.listen({ host: '127.0.0.1', port: 0 })
  const connect = () => network.connect(address)
  return {
    scp,
    clock,
    log,
    connect,
    associate: async (callingAeTitle = 'SCU', calledAeTitle = 'SCP') =>
      new DimseChannel(
        await requestAssociation(await connect(), { callingAeTitle, calledAeTitle, presentationContexts }),
      ),
    [Symbol.asyncDispose]: async () => {
      await scp.close({ drainMs: 0 })
    },
  }
}

/** Lets what is under way come to rest. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve))
}

const congested = { result: 2, source: 3, reason: 1 }
const limitExceeded = { result: 2, source: 3, reason: 2 }

describe('AE titles', () => {
  it('are taken by a list', async () => {
    await using scp = await admitting({ callingAeTitles: ['CT1', 'CT2'], calledAeTitles: ['SCP', 'ALIAS'] })
    const one = await scp.associate('CT1')
    const other = await scp.associate('CT2', 'ALIAS')
    await expect(scp.associate('CT3')).rejects.toMatchObject({ result: 1, source: 1, reason: 3 })
    await expect(scp.associate('CT1', 'SCP2')).rejects.toMatchObject({ result: 1, source: 1, reason: 7 })
    expect(scp.scp.admission).toMatchObject({
      associations: 2,
      associationsByCallingAeTitle: { CT1: 1, CT2: 1 },
      requestsAdmitted: 2,
      requestsRejected: { aeTitle: 2, rate: 0, room: 0 },
    })
    await Promise.all([one.release(), other.release()])
  })

  it('are taken by a look-up, and its failure refuses as transient', async () => {
    await using scp = await admitting({
      callingAeTitles: async (aeTitle, { calledAeTitle }) => {
        await Promise.resolve()
        if (aeTitle === 'BROKEN') throw new Error('the directory is down')
        return calledAeTitle === 'SCP' && aeTitle.startsWith('CT')
      },
    })
    await (await scp.associate('CT9')).release()
    await expect(scp.associate('MR1')).rejects.toMatchObject({ result: 1, source: 1, reason: 3 })
    await expect(scp.associate('BROKEN')).rejects.toMatchObject({ result: 2, source: 1, reason: 1 })
    expect(scp.log).toContain('error: an association could not be decided on')
    await until(() => scp.scp.admission.associations === 0)
  })

  it.each([
    ['an AE title that cannot be', { callingAeTitles: ['seventeen letters'] }, 'DCM_AE_TITLE_INVALID'],
    ['a negative limit', { maxConnections: -1 }, 'DCM_LIMIT_RANGE'],
    ['a wait without an end', { queueTimeoutMs: Infinity }, 'DCM_LIMIT_RANGE'],
    ['an IPv6 prefix that is too long', { ipv6PrefixBits: 129 }, 'DCM_LIMIT_RANGE'],
    ['half a bit of a prefix', { ipv6PrefixBits: 63.5 }, 'DCM_LIMIT_RANGE'],
    ['a bucket without room', { associationRate: { perSecond: 1, burst: 0.5 } }, 'DCM_LIMIT_RANGE'],
  ])('and limits are looked at early: %s', async (_, admission, code) => {
    await expect(admitting(admission)).rejects.toMatchObject({ code })
  })

  it.each(['maxAssociations', 'maxAwaitingRequest'])('and who is wrong is named: %s', (name) => {
    const options = { aeTitle: 'SCP', transport: memoryTransport(), services: [], [name]: NaN }
    expect(() => createScp(options)).toThrow(`${name} is NaN; allowed is a number from 0 on`)
  })

  it('and who is wrong is named: maxQueuedRequests', async () => {
    await expect(admitting({ maxQueuedRequests: NaN })).rejects.toThrow('maxQueuedRequests is NaN')
  })
})

describe('room for associations', () => {
  it('is bounded for a calling AE title and for an address', async () => {
    await using scp = await admitting({ maxAssociationsPerCallingAeTitle: 1, maxAssociationsPerAddress: 2 })
    const one = await scp.associate('CT1')
    await expect(scp.associate('CT1')).rejects.toMatchObject(limitExceeded)
    const other = await scp.associate('CT2')
    await expect(scp.associate('CT3')).rejects.toMatchObject(limitExceeded)
    expect(scp.scp.admission).toMatchObject({
      associationsByAddress: { memory: 2 },
      requestsRejected: { room: 2 },
    })
    await one.release()
    await until(() => scp.scp.admission.associations === 1)
    await (await scp.associate('CT1')).release()
    await other.release()
  })

  it('is waited for in order', async () => {
    await using scp = await admitting({ maxQueuedRequests: 2 }, { maxAssociations: 1 })
    const first = await scp.associate('CT1')
    const order: string[] = []
    const waiting = ['CT2', 'CT3'].map(async (name, index) => {
      await until(() => scp.scp.admission.queuedRequests === index)
      const association = await scp.associate(name)
      order.push(name)
      return association
    })
    await until(() => scp.scp.admission.queuedRequests === 2)
    await expect(scp.associate('CT4')).rejects.toMatchObject(limitExceeded)
    await first.release()
    await (await waiting[0])?.release()
    await (await waiting[1])?.release()
    expect(order).toEqual(['CT2', 'CT3'])
    await until(() => scp.scp.admission.associations === 0)
  })

  it('is waited for past one whose own bound is reached', async () => {
    await using scp = await admitting(
      { maxQueuedRequests: 2, maxAssociationsPerCallingAeTitle: 1 },
      { maxAssociations: 2 },
    )
    const [one, other] = [await scp.associate('CT1'), await scp.associate('CT2')]
    const again = scp.associate('CT1')
    await until(() => scp.scp.admission.queuedRequests === 1)
    const third = scp.associate('CT3')
    await until(() => scp.scp.admission.queuedRequests === 2)
    await other.release()
    await (await third).release()
    await one.release()
    await (await again).release()
  })

  it('that does not come in time is temporary congestion', async () => {
    await using scp = await admitting(
      { maxQueuedRequests: 1, queueTimeoutMs: 5_000 },
      { maxAssociations: 1, association: { decisionTimeoutMs: 30_000 } },
    )
    const first = await scp.associate()
    const second = scp.associate()
    await until(() => scp.scp.admission.queuedRequests === 1)
    scp.clock.advance(5_000)
    await expect(second).rejects.toMatchObject(congested)
    expect(scp.scp.admission).toMatchObject({
      queuedRequests: 0,
      associations: 1,
      requestsRejected: { room: 1 },
    })
    await first.release()
  })

  it('is not kept for who left, nor for who came too late', async () => {
    await using scp = await admitting({ maxQueuedRequests: 1 }, { maxAssociations: 1 })
    const first = await scp.associate()
    const connection = await scp.connect()
    const left = requestAssociation(connection, {
      callingAeTitle: 'A',
      calledAeTitle: 'B',
      presentationContexts,
    })
    await until(() => scp.scp.admission.queuedRequests === 1)
    connection.stream.destroy()
    await expect(left).rejects.toThrow()
    await until(() => scp.scp.admission.queuedRequests === 0)
    const late = scp.associate()
    await until(() => scp.scp.admission.queuedRequests === 1)
    const closed = scp.scp.close({ drainMs: 0 })
    await expect(late).rejects.toMatchObject(limitExceeded)
    expect(scp.scp.admission.requestsRejected).toMatchObject({ room: 0, closing: 1 })
    await closed
    await first.association.ended
    expect(scp.clock.remainingMs).not.toContain(10_000)
  })
})

describe('rates', () => {
  it('of association requests have a burst, and come back with time', async () => {
    await using scp = await admitting({ associationRatePerCallingAeTitle: { perSecond: 0.5, burst: 2 } })
    const associate = async () => (await scp.associate('CT1')).release()
    await associate()
    await associate()
    await expect(scp.associate('CT1')).rejects.toMatchObject(congested)
    await (await scp.associate('CT2')).release()
    scp.clock.advance(1_999)
    await expect(scp.associate('CT1')).rejects.toMatchObject(congested)
    scp.clock.advance(1)
    await associate()
    expect(scp.scp.admission.requestsRejected).toMatchObject({ aeTitle: 0, rate: 2, room: 0 })
    // One that is too fast does not fill the log.
    expect(scp.log.filter((line) => line === 'debug: association rejected')).toHaveLength(2)
    expect(scp.log).not.toContain('warn: association rejected')
  })

  it.each(['associationRate', 'associationRatePerAddress'] as const)(
    '%s counts all of them',
    async (rate) => {
      await using scp = await admitting({ [rate]: { perSecond: 1, burst: 1 } })
      await (await scp.associate('CT1')).release()
      await expect(scp.associate('CT2')).rejects.toMatchObject(congested)
    },
  )

  it('of connections close what is too fast, unread', async () => {
    await using scp = await admitting({ connectionRatePerAddress: { perSecond: 1, burst: 1 } })
    await (await scp.associate()).release()
    await expect(scp.associate()).rejects.toMatchObject({ code: 'DCM_CONNECTION_LOST' })
    scp.clock.advance(1_000)
    await (await scp.associate()).release()
    expect(scp.scp.admission.connectionsRefused).toBe(1)
  })
})

describe('connections', () => {
  it('are bounded in all and for an address, and leave no log', async () => {
    for (const limit of [{ maxConnections: 1 }, { maxConnectionsPerAddress: 1 }]) {
      await using scp = await admitting(limit)
      const association = await scp.associate()
      await expect(scp.associate()).rejects.toMatchObject({ code: 'DCM_CONNECTION_LOST' })
      expect(scp.scp.admission).toMatchObject({ connections: 1, connectionsByAddress: { memory: 1 } })
      await association.release()
      await until(() => scp.scp.admission.connections === 0)
      await (await scp.associate()).release()
      expect(scp.log).toContain('debug: connection refused')
    }
  })

  it.each(['maxConnections', 'maxConnectionsPerAddress'] as const)(
    'that have had their answer and are not closed give way, the longest first: %s',
    async (limit) => {
      await using scp = await admitting({ [limit]: 3, callingAeTitles: ['SCU'] })
      const talkative = await scp.associate()
      const refused = new ScriptedPeer(await scp.connect())
      refused.send({ ...request, callingAeTitle: 'OTHER' })
      expect(await refused.next()).toMatchObject({ type: 'A-ASSOCIATE-RJ' })
      const released = new ScriptedPeer(await scp.connect())
      released.send(request)
      expect(await released.next()).toMatchObject({ type: 'A-ASSOCIATE-AC' })
      released.send({ type: 'A-RELEASE-RQ' })
      expect(await released.next()).toEqual({ type: 'A-RELEASE-RP' })

      const mistaken = new ScriptedPeer(await scp.connect())
      mistaken.send(Buffer.alloc(80, 9))
      expect(await mistaken.next()).toMatchObject({ type: 'A-ABORT' })
      await refused.expectClosed()
      const next = await scp.associate()
      await released.expectClosed()
      const last = await scp.associate()
      await mistaken.expectClosed()

      await expect(scp.associate()).rejects.toMatchObject({ code: 'DCM_CONNECTION_LOST' })
      expect(scp.scp.admission).toMatchObject({
        connections: 3,
        connectionsByAddress: { memory: 3 },
        connectionsRefused: 1,
      })
      for (const each of [talkative, next, last]) await each.release()
    },
  )

  it('of a load balancer that only knocks take no place and no line above debug', async () => {
    await using scp = await admitting({}, { maxAssociations: 1 }, tcp())
    for (let probe = 0; probe < 20; probe++) {
      const { stream } = await scp.connect()
      // Half of them close, half reset.
      if (probe % 2 === 0) stream.end()
      else if (stream instanceof Socket) stream.resetAndDestroy()
      else throw new Error('no socket')
    }
    await until(() => scp.scp.admission.connections === 0)
    expect(scp.scp.admission).toMatchObject({ associations: 0, awaitingRequest: 0, requestsAdmitted: 0 })
    expect(scp.log.filter((line) => !line.startsWith('debug'))).toEqual([])
    await (await scp.associate()).release()
  })
})

describe('a snapshot', () => {
  it('says the limits, and is plain data', async () => {
    await using scp = await admitting({ maxQueuedRequests: 3 })
    const idle = await scp.connect()
    await until(() => scp.scp.admission.awaitingRequest === 1)
    const { limits } = scp.scp.admission
    expect(limits).toEqual({
      maxConnections: 1_230,
      maxConnectionsPerAddress: Infinity,
      ipv6PrefixBits: 64,
      maxAwaitingRequest: 512,
      maxAssociations: 100,
      maxAssociationsPerAddress: Infinity,
      maxAssociationsPerCallingAeTitle: Infinity,
      maxQueuedRequests: 3,
      queueTimeoutMs: 10_000,
    })
    expect(JSON.parse(JSON.stringify(scp.scp.admission))).toMatchObject({ connections: 1, queuedRequests: 0 })
    idle.stream.destroy()
  })

  it('says the rates, and who may call', async () => {
    const rates = {
      connectionRatePerAddress: { perSecond: 1, burst: 2 },
      associationRate: { perSecond: 3, burst: 4 },
      associationRatePerAddress: { perSecond: 5, burst: 6 },
      associationRatePerCallingAeTitle: { perSecond: 7, burst: 8 },
    }
    await using strict = await admitting(
      { ...rates, callingAeTitles: ['CT1', ' MR1 '] },
      { checkCalledAeTitle: true },
    )
    const said = { rates, callingAeTitles: ['CT1', 'MR1'], calledAeTitles: ['SCP'] }
    expect(JSON.parse(JSON.stringify(strict.scp.admission))).toMatchObject(said)
    await using open = await admitting({ callingAeTitles: () => true })
    expect(open.scp.admission).toMatchObject({ callingAeTitles: 'look-up', calledAeTitles: 'any' })
    expect(open.scp.admission.rates).toEqual({})
  })
})
