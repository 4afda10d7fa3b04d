import { once } from 'node:events'
import {
  type Association,
  type AssociationIndication,
  parseAeTitle,
  parseUid,
  proposeContexts,
  type Rejection,
  requestAssociation,
} from '@dcm/association'
import {
  type CommandSet,
  decodeCommandSet,
  DimseChannel,
  encodeCommandSet,
  type RequestToSend,
} from '@dcm/dimse'
import {
  createScp,
  type ReceivedInstance,
  type Scp,
  ScpClosingError,
  type ScpOptions,
  StatusError,
  storage,
  verification,
} from '@dcm/scp'
import { FakeClock, ScriptedPeer, settled, withElement } from '@dcm/testkit'
import type { Listener, Transport } from '@dcm/transport'
import { tcp } from '@dcm/transport-tcp'
import { describe, expect, it } from 'vitest'
import { rawPeer } from './conversation.ts'
import { echo, store, storeOf } from './requests.ts'

const verificationSopClass = parseUid('1.2.840.10008.1.1')
const ctImageStorage = parseUid('1.2.840.10008.5.1.4.1.1.2')
const implicitVrLittleEndian = parseUid('1.2.840.10008.1.2')

/** A store that keeps everything in memory, or fails as told. */
function memoryStore(failure?: Error & { code?: string }) {
  const kept: { instance: ReceivedInstance; bytes: Buffer }[] = []
  return {
    kept,
    put: async (instance: ReceivedInstance) => {
      const chunks: Uint8Array[] = []
      for (let runs = await instance.dataSet.read(); runs; runs = await instance.dataSet.read()) {
        chunks.push(...runs)
      }
      if (failure) throw failure
      kept.push({ instance, bytes: Buffer.concat(chunks) })
    },
  }
}

interface Running extends AsyncDisposable {
  readonly scp: Scp
  readonly log: string[]
  connect(): ReturnType<ReturnType<typeof tcp>['connect']>
  associate(userWindow?: number): Promise<Association>
}

async function start(options: Partial<ScpOptions> = {}): Promise<Running> {
  const log: string[] = []
  const say = (level: string) => (_: object, message: string) => log.push(`${level}: ${message}`)
  const scp = createScp({
    aeTitle: 'SCP',
    transport: tcp(),
    services: [verification(), storage({ store: memoryStore() })],
    logger: { debug: say('debug'), info: say('info'), warn: say('warn'), error: say('error') },
    ...options,
  })
  const address = await scp.listen({ host: '127.0.0.1', port: 0 })
  const connect = () => tcp().connect(address)
  return {
    scp,
    log,
    connect,
    associate: async (window) =>
      requestAssociation(await connect(), {
        callingAeTitle: 'SCU',
        calledAeTitle: 'SCP',
        presentationContexts: proposeContexts(
          [verificationSopClass, ctImageStorage].map((abstractSyntax) => ({
            abstractSyntax,
            transferSyntaxes: [implicitVrLittleEndian],
          })),
        ),
        ...(window !== undefined && {
          userInformation: {
            asynchronousOperationsWindow: {
              maximumNumberOperationsInvoked: window,
              maximumNumberOperationsPerformed: 1,
            },
          },
        }),
      }),
    [Symbol.asyncDispose]: async () => {
      await scp.close({ drainMs: 0 })
    },
  }
}

/** Sends one request on the context of its SOP class, or another, and takes the status. */
async function statusOf(association: Association, request: RequestToSend, on?: string, dataSet?: Uint8Array) {
  const channel = new DimseChannel(association)
  return statusOn(channel, request, on, dataSet)
}

async function statusOn(channel: DimseChannel, request: RequestToSend, on?: string, dataSet?: Uint8Array) {
  const sopClass =
    on ?? ('affectedSopClassUid' in request ? request.affectedSopClassUid : verificationSopClass)
  const context = [...channel.association.facts.contexts.values()].find(
    (each) => each.abstractSyntax === sopClass,
  )
  if (!context) throw new Error(`${sopClass} was not accepted`)
  const invocation = await channel.invoke(context, request, dataSet && [dataSet])
  return (await invocation.next())?.command.status
}

describe('services', () => {
  it('verify and store', async () => {
    const target = memoryStore()
    await using running = await start({ services: [verification(), storage({ store: target })] })
    const channel = new DimseChannel(await running.associate())
    expect(await statusOn(channel, echo)).toBe(0x0000)
    expect(await statusOn(channel, store, undefined, Buffer.from('the data set'))).toBe(0x0000)
    const moved = {
      ...store,
      moveOriginatorApplicationEntityTitle: 'WORKSTATION',
      moveOriginatorMessageId: 7,
    }
    expect(await statusOn(channel, moved, undefined, Buffer.from('moved'))).toBe(0x0000)
    await channel.release()
    expect(target.kept).toHaveLength(2)
    expect(target.kept[0]?.instance).not.toHaveProperty('moveOriginator')
    expect(target.kept[1]?.instance.moveOriginator).toEqual({ aeTitle: 'WORKSTATION', messageId: 7 })
    expect(target.kept[0]?.bytes.toString()).toBe('the data set')
    expect(target.kept[0]?.instance).toMatchObject({
      sopClassUid: ctImageStorage,
      sopInstanceUid: '2.25.1',
      transferSyntaxUid: implicitVrLittleEndian,
      callingAeTitle: 'SCU',
      calledAeTitle: 'SCP',
      peer: { callingAeTitle: 'SCU', associationId: expect.any(Number) as number },
    })
  })

  it.each([
    ['DCM_STORAGE_FULL', 0xa700],
    ['DCM_STORAGE_EXHAUSTED', 0xa700],
    ['DCM_STORAGE_DENIED', 0xa700],
    ['DCM_STORAGE_INVALID', 0xc000],
  ])('answer a store’s %s with its status, and go on', async (code, status) => {
    const failing = memoryStore(Object.assign(new Error('no'), { code }))
    await using running = await start({ services: [verification(), storage({ store: failing })] })
    const channel = new DimseChannel(await running.associate())
    expect(await statusOn(channel, store, undefined, new Uint8Array(10))).toBe(status)
    expect(await statusOn(channel, echo)).toBe(0x0000)
    await channel.release()
  })

  // PS3.4 B.2.3: a store, or whom it hands an instance on to, knows better than we do.
  it.each([
    [0x0124, 1],
    [0xa900, 1],
    [0xb000, 0],
    [0xb007, 0],
  ])('answer with the status %i that a store chose', async (status, failures) => {
    const choosing = memoryStore(new StatusError(status, { errorComment: 'its own words' }))
    await using running = await start({ services: [storage({ store: choosing })] })
    const channel = new DimseChannel(await running.associate())
    const [context] = channel.association.facts.contexts.values()
    if (!context) throw new Error('no context')
    const response = await (await channel.invoke(context, store, [new Uint8Array(10)])).next()
    expect(response?.command).toMatchObject({ status, errorComment: 'its own words' })
    await channel.release()
    expect(running.log.filter((line) => /refused|failed/.test(line))).toHaveLength(failures)
  })

  it('answer the extended negotiation of storage, when they have an answer', async () => {
    const services = [
      storage({
        store: memoryStore(),
        extendedNegotiation: (proposed) => Uint8Array.of(2, 0, proposed[2] ?? 0, 0, 1, 0),
      }),
    ]
    await using running = await start({ services })
    const association = await requestAssociation(await running.connect(), {
      callingAeTitle: 'SCU',
      calledAeTitle: 'SCP',
      presentationContexts: proposeContexts([
        { abstractSyntax: ctImageStorage, transferSyntaxes: [implicitVrLittleEndian] },
      ]),
      userInformation: {
        // PS3.4 B.3.1: an SCU has no level of support, nor of coercion.
        extendedNegotiations: [
          {
            sopClassUid: ctImageStorage,
            serviceClassApplicationInformation: Uint8Array.of(3, 0, 1, 0, 2, 0),
          },
        ],
      },
    })
    const { extendedNegotiations } = association.facts.answer.userInformation
    await new DimseChannel(association).release()
    expect(extendedNegotiations).toEqual([
      {
        sopClassUid: ctImageStorage,
        serviceClassApplicationInformation: Uint8Array.of(2, 0, 1, 0, 1, 0),
      },
    ])
  })

  it('that throw, or forget to answer, are answered with 0110H', async () => {
    const handlers = [
      () => Promise.reject(new Error('a bug')),
      () => Promise.resolve(undefined),
      () => {
        throw new Error('a bug')
      },
    ]
    for (const handler of handlers) {
      await using running = await start({
        services: [
          {
            abstractSyntaxes: [
              { abstractSyntax: verificationSopClass, transferSyntaxes: [implicitVrLittleEndian] },
            ],
            handlers: { 'C-ECHO-RQ': handler },
          },
        ],
      })
      const channel = new DimseChannel(await running.associate())
      expect(await statusOn(channel, echo)).toBe(0x0110)
      expect(await statusOn(channel, echo)).toBe(0x0110)
      expect(running.log).toContain('error: an operation failed')
      await channel.release()
    }
  })
})

describe('operations that were not agreed on', () => {
  it('another SOP class than the context’s: 0122H', async () => {
    await using running = await start()
    const association = await running.associate()
    expect(
      await statusOf(
        association,
        { ...store, affectedSopClassUid: '1.2.840.10008.5.1.4.1.1.4' },
        ctImageStorage,
        new Uint8Array(8),
      ),
    ).toBe(0x0122)
  })

  it.each([true, false])(
    'a storage SOP class that PS3.6 does not know, accepted or not: %s',
    async (accepted) => {
      const kept = memoryStore()
      await using running = await start({
        services: [
          storage({ store: kept, sopClasses: [], ...(accepted && { acceptUnknownSopClasses: true }) }),
        ],
      })
      const sopClasses = ['1.2.3.4', ctImageStorage].map(parseUid)
      const association = await requestAssociation(await running.connect(), {
        callingAeTitle: 'SCU',
        calledAeTitle: 'SCP',
        presentationContexts: proposeContexts(
          sopClasses.map((abstractSyntax) => ({
            abstractSyntax,
            transferSyntaxes: [implicitVrLittleEndian],
          })),
        ),
      })
      const taken = [...association.facts.contexts.values()].map(({ abstractSyntax }) => abstractSyntax)
      expect(taken).toEqual(accepted ? ['1.2.3.4'] : [])
      if (accepted) {
        const request = storeOf(parseUid('1.2.3.4'))
        expect(await statusOf(association, request, undefined, new Uint8Array(2))).toBe(0)
        expect(kept.kept).toHaveLength(1)
      }
      association.abort()
    },
  )

  it('a service the SOP class does not have: 0211H', async () => {
    await using running = await start()
    const association = await running.associate()
    const find = { type: 'C-FIND-RQ', affectedSopClassUid: verificationSopClass, priority: 'medium' } as const
    expect(await statusOf(association, find, verificationSopClass, new Uint8Array(8))).toBe(0x0211)
  })

  it('a C-STORE without a data set: C000H', async () => {
    await using running = await start()
    const raw = rawPeer(await running.associate())
    raw.command(
      3,
      withElement(encodeCommandSet({ ...store, messageId: 1, hasDataSet: true }), 0x0800, [0x01, 0x01]),
    )
    expect(await raw.next()).toMatchObject({
      type: 'C-STORE-RSP',
      status: 0xc000,
      errorComment: 'a C-STORE-RQ without a data set',
    })
  })

  it('a command that PS3.7 does not have: 0211H; a message ID twice: 0210H', async () => {
    const gate = Promise.withResolvers<undefined>()
    const slow = {
      put: async (instance: ReceivedInstance) => {
        await instance.dataSet.read()
        await gate.promise
      },
    }
    await using running = await start({
      services: [verification(), storage({ store: slow })],
      maxOperationsPerformed: 4,
    })
    const association = await running.associate(4)
    const answers: CommandSet[] = []
    const answered = Promise.withResolvers<undefined>()
    association.receive({
      fragment: (fragment) => {
        answers.push(decodeCommandSet(fragment.data))
        if (answers.length === 3) answered.resolve(undefined)
      },
      releaseRequested: () => undefined,
      ended: () => undefined,
    })
    const send = (presentationContextId: number, command: CommandSet) =>
      association.send([
        { presentationContextId, isCommand: true, isLast: true, data: [encodeCommandSet(command)] },
      ])
    send(3, { ...store, messageId: 7, hasDataSet: true })
    association.send([
      { presentationContextId: 3, isCommand: false, isLast: true, data: [new Uint8Array(4)] },
    ])
    const unknown = Buffer.from(encodeCommandSet({ ...echo, messageId: 8, hasDataSet: false }))
    unknown.writeUInt16LE(0x0777, unknown.indexOf(Buffer.from('00000001' + '02000000', 'hex')) + 8)
    association.send([{ presentationContextId: 1, isCommand: true, isLast: true, data: [unknown] }])
    send(1, { ...echo, messageId: 7, hasDataSet: false })
    while (answers.length < 2) await settled(1)
    gate.resolve(undefined)
    await answered.promise
    expect(answers).toMatchObject([
      { type: 'unrecognized', commandField: 0x8777, messageIdBeingRespondedTo: 8, status: 0x0211 },
      { type: 'C-ECHO-RSP', messageIdBeingRespondedTo: 7, status: 0x0210 },
      { type: 'C-STORE-RSP', messageIdBeingRespondedTo: 7, status: 0 },
    ])
  })
})

describe('admission', () => {
  it('refuses what the SCP’s own rule refuses', async () => {
    await using running = await start({ admit: () => Promise.resolve({ result: 1, source: 1, reason: 3 }) })
    await expect(running.associate()).rejects.toMatchObject({ result: 1, source: 1, reason: 3 })
  })

  it('refuses as transient when its own rule breaks', async () => {
    await using running = await start({ admit: () => Promise.reject(new Error('the directory is down')) })
    await expect(running.associate()).rejects.toMatchObject({ result: 2, source: 1, reason: 1 })
    expect(running.log).toContain('error: an association could not be decided on')
  })

  it('counts no rejection of who has left when its rule has it', async () => {
    const rule = Promise.withResolvers<Rejection>()
    const asked = Promise.withResolvers<AssociationIndication>()
    await using running = await start({
      admit: (indication) => {
        asked.resolve(indication)
        return rule.promise
      },
    })
    const connection = await running.connect()
    const peer = new ScriptedPeer(connection)
    peer.send({
      type: 'A-ASSOCIATE-RQ',
      protocolVersion: 1,
      calledAeTitle: parseAeTitle('SCP'),
      callingAeTitle: parseAeTitle('SCU'),
      applicationContextName: parseUid('1.2.840.10008.3.1.1.1'),
      presentationContexts: [
        {
          presentationContextId: 1,
          abstractSyntax: verificationSopClass,
          transferSyntaxes: [implicitVrLittleEndian],
        },
      ],
      userInformation: { maximumLength: 16_384, implementationClassUid: parseUid('1.2.3') },
    })
    const { signal } = await asked.promise
    peer.cut()
    while (!signal.aborted) await settled(1)
    rule.resolve({ result: 1, source: 1, reason: 1 })
    await settled()
    expect(running.scp.admission.requestsRejected).toMatchObject({ rule: 0 })
    expect(running.log.filter((line) => line.includes('rejected'))).toEqual([])
  })

  it('counts associations, not connections, and gives places back', async () => {
    await using running = await start({ maxAssociations: 1 })
    const probes = await Promise.all([running.connect(), running.connect()])
    const first = await running.associate()
    await expect(running.associate()).rejects.toMatchObject({ result: 2, source: 3, reason: 2 })
    first.receive({ fragment: () => undefined, releaseRequested: () => undefined, ended: () => undefined })
    await first.release()
    await first.closed
    while (running.scp.associations.length > 0) await settled(1)
    const second = await running.associate()
    second.abort()
    for (const probe of probes) probe.stream.destroy()
  })

  it('closes the longest silent connection for a new one', async () => {
    await using running = await start({ maxAwaitingRequest: 2 })
    const silent = await Promise.all([running.connect(), running.connect()])
    for (const each of silent) each.stream.resume()
    const closed = Promise.race(silent.map((each) => once(each.stream, 'close')))
    for (const each of silent) each.stream.once('end', () => each.stream.end())
    expect(await statusOf(await running.associate(), echo)).toBe(0)
    await closed
    for (const each of silent) each.stream.destroy()
  })

  it('does not log a probe that connects and leaves', async () => {
    await using running = await start()
    const probe = await running.connect()
    probe.stream.resume()
    probe.stream.end()
    await once(probe.stream, 'close')
    while (running.log.length === 0) await settled(1)
    expect(running.log).toEqual(['debug: connection closed without a request'])
  })

  it('is over where a listener breaks, which the log says, and goes on elsewhere', async () => {
    const broken: Transport = {
      connect: (to) => tcp().connect(to),
      listen: async (...line) => {
        const listener = await tcp().listen(...line)
        const accept = () => Promise.reject(new Error('the listener broke'))
        return { address: listener.address, accept, close: () => listener.close() } as unknown as Listener
      },
    }
    await using running = await start()
    await running.scp.listen({ host: '127.0.0.1', port: 0 }, { transport: broken })
    await settled()
    expect(running.log).toContain('error: the listener ended')
    expect(await statusOf(await running.associate(), echo)).toBe(0)
  })

  it('wants an AE title that can be one, and each SOP class once', () => {
    const options = { transport: tcp(), services: [] }
    expect(() => createScp({ ...options, aeTitle: 'SEVENTEEN LETTERS' })).toThrow()
    expect(() =>
      createScp({ ...options, aeTitle: 'SCP', services: [verification(), verification()] }),
    ).toThrow(expect.objectContaining({ code: 'DCM_SERVICE_TWICE' }))
  })
})

describe('closing', () => {
  it('lets an operation finish, and reports nothing', async () => {
    const gate = Promise.withResolvers<undefined>()
    const slow = {
      put: async (instance: ReceivedInstance) => {
        await instance.dataSet.read()
        await gate.promise
      },
    }
    await using running = await start({ services: [storage({ store: slow })] })
    const channel = new DimseChannel(await running.associate())
    const status = statusOn(channel, store, undefined, new Uint8Array(10))
    while (running.scp.associations.length === 0) await settled(1)
    await settled()
    const closing = running.scp.close()
    await expect(running.associate()).rejects.toMatchObject({ code: 'DCM_CONNECTION_REFUSED' })
    gate.resolve(undefined)
    expect(await status).toBe(0)
    await channel.release()
    expect(await closing).toEqual({ aborted: [] })
  })

  it('aborts what does not finish in time, and says what it was', async () => {
    const stuck = { put: () => new Promise(() => undefined) }
    await using running = await start({ services: [storage({ store: stuck })] })
    const channel = new DimseChannel(await running.associate())
    const status = statusOn(channel, store, undefined, new Uint8Array(10))
    status.catch(() => undefined)
    while (running.scp.associations.length === 0) await settled(1)
    await settled()
    expect(await running.scp.close({ drainMs: 100 })).toMatchObject({
      aborted: [{ callingAeTitle: 'SCU', outstandingOperations: 1 }],
    })
    await expect(status).rejects.toMatchObject({ code: 'DCM_ABORTED_BY_PEER' })
  })

  it('calls on handlers to stop while there is time to answer', async () => {
    const clock = new FakeClock()
    const told: unknown[] = []
    const stopping = {
      put: async (instance: ReceivedInstance) => {
        await once(instance.signal, 'abort')
        told.push(instance.signal.reason)
        throw instance.signal.reason
      },
    }
    await using running = await start({ services: [storage({ store: stopping })], clock })
    const channel = new DimseChannel(await running.associate())
    const status = statusOn(channel, store, undefined, new Uint8Array(10))
    while (running.scp.associations.length === 0) await settled(1)
    await settled()
    const closing = running.scp.close({ drainMs: 10_000 })
    for (let passedMs = 0; told.length === 0; passedMs += 50) {
      expect(passedMs).toBeLessThan(10_000)
      await settled(1)
      clock.advance(50)
    }
    expect(told).toEqual([expect.any(ScpClosingError)])
    expect(await status).toBe(0xa700)
    await channel.release()
    expect(await closing).toEqual({ aborted: [] })
  })

  it('lets an association go on that has operations again and again, however short each of them is', async () => {
    const clock = new FakeClock()
    await using running = await start({ clock })
    const channel = new DimseChannel(await running.associate())
    while (running.scp.associations.length === 0) await settled(1)
    const closing = running.scp.close({ drainMs: 10_000 })
    for (let passedMs = 0; passedMs < 3_000; passedMs += 50) {
      expect(await statusOn(channel, echo)).toBe(0x0000)
      await settled()
      clock.advance(50)
    }
    await channel.release()
    expect(await closing).toEqual({ aborted: [] })
  })

  it.each([NaN, -1])('is refused with %d ms to drain, and can be asked for again', async (drainMs) => {
    await using scp = await start()
    const association = await scp.associate()
    await expect(scp.scp.close({ drainMs })).rejects.toMatchObject({ code: 'DCM_LIMIT_RANGE' })
    expect(await scp.scp.close({ drainMs: 0 })).toMatchObject({ aborted: [{ callingAeTitle: 'SCU' }] })
    association.abort()
  })

  it('leaves no listener behind that was about to open', async () => {
    const scp = createScp({ aeTitle: 'SCP', transport: tcp(), services: [verification()] })
    const opening = Promise.withResolvers<undefined>()
    let listener: Listener | undefined
    const slow: Transport = {
      ...tcp(),
      listen: async (...at) => {
        await opening.promise
        return (listener = await tcp().listen(...at))
      },
    }
    const listening = scp.listen({ host: '127.0.0.1', port: 0 }, { transport: slow })
    const closed = scp.close()
    opening.resolve(undefined)
    await expect(listening).rejects.toMatchObject({ code: 'DCM_SCP_CLOSED' })
    await closed
    if (!listener) throw new Error('nothing was opened')
    await expect(tcp().connect(listener.address)).rejects.toMatchObject({ name: 'TransportError' })
  })

  it('rejects who is being decided on, and lets nobody in afterwards', async () => {
    const admit = Promise.withResolvers<undefined>()
    const asked = Promise.withResolvers<undefined>()
    await using scp = await start({
      admit: () => {
        asked.resolve(undefined)
        return admit.promise
      },
    })
    const late = scp.associate()
    late.catch(() => undefined)
    await asked.promise
    await scp.scp.close()
    await expect(late).rejects.toMatchObject({ result: 2, source: 3, reason: 2 })
    admit.resolve(undefined)
    await settled()
    expect(scp.scp.associations).toEqual([])
    expect(scp.scp.admission).toMatchObject({ associations: 0, requestsRejected: { closing: 1 } })
    expect(scp.log).not.toContain('info: association accepted')
  })

  it('rejects a request that comes while a listener still closes', async () => {
    const gate = Promise.withResolvers<undefined>()
    const slow: Transport = {
      connect: (to) => tcp().connect(to),
      listen: async (...line) => {
        const listener = await tcp().listen(...line)
        const close = async (): Promise<void> => {
          await gate.promise
          await listener.close()
        }
        return { address: listener.address, accept: () => listener.accept(), close } as Listener
      },
    }
    await using running = await start({ transport: slow })
    const closing = running.scp.close({ drainMs: 0 })
    await expect(running.associate()).rejects.toMatchObject({ result: 2, source: 3, reason: 2 })
    gate.resolve(undefined)
    expect(await closing).toEqual({ aborted: [] })
    expect(running.scp.admission.requestsRejected).toMatchObject({ closing: 1 })
  })

  it('leaves no connection behind whose peer does not close it', async () => {
    const clock = new FakeClock()
    await using running = await start({ clock })
    const { stream } = await running.connect()
    stream.resume()
    stream.write(Buffer.from('080000000000', 'hex'))
    while (!running.log.includes('warn: no association')) await settled(1)
    const closing = running.scp.close({ drainMs: 0 })
    await settled()
    expect(running.scp.admission.connections).toBe(1)
    clock.advance(1_000)
    await closing
    while (running.scp.admission.connections > 0) await settled(1)
    stream.destroy()
    expect(clock.pending).toBe(0)
  })

  it('ends an association that does nothing', async () => {
    await using running = await start()
    const association = await running.associate()
    association.receive({
      fragment: () => undefined,
      releaseRequested: () => undefined,
      ended: () => undefined,
    })
    while (running.scp.associations.length === 0) await settled(1)
    const { aborted } = await running.scp.close({ drainMs: 50 })
    expect(aborted).toHaveLength(1)
    expect(await association.ended).toMatchObject({ kind: 'aborted' })
  })
})
