import { DimseChannel, encodeCommandSet, statuses, statusOf, uidOf } from '@dcm/dimse'
import {
  eventReports,
  find,
  type Handlers,
  normalized,
  type Service,
  StatusError,
  storage,
  verification,
} from '@dcm/scp'
import { withElement } from '@dcm/testkit'
import { describe, expect, it } from 'vitest'
import { ask, conversation, rawPeer } from './conversation.ts'
import { echo, store } from './requests.ts'
import { getService, moveService } from './retrieving.ts'

const ctImageStorage = uidOf('CTImageStorage')
const nowhere = storage({
  store: {
    put: ({ dataSet }) => {
      dataSet.discard()
      return Promise.resolve()
    },
  },
})

describe('services that share an abstract syntax', () => {
  /** As a C-GET service does: it stores at the requestor, and takes no C-STORE. */
  const retrieving: Service = {
    abstractSyntaxes: [
      {
        abstractSyntax: ctImageStorage,
        transferSyntaxes: ['1.2.840.10008.1.2'],
        requestorRoles: { scu: false, scp: true },
      },
    ],
    handlers: {},
  }
  const both = { scu: true, scp: true }
  const roleOf = async (services: readonly Service[], roles?: typeof both) => {
    await using scp = await conversation({ services })
    const wanted = roles ? { sopClass: 'CTImageStorage' as const, roles } : 'CTImageStorage'
    const channel = new DimseChannel(await scp.associate([wanted]))
    const [context] = channel.association.facts.contexts.values()
    const [response] = context ? await ask(channel, store, { dataSet: [new Uint8Array(4)] }) : []
    channel.abort()
    return [context?.roles.requestor, response?.status]
  }

  it('add up what they let requestors be', async () => {
    for (const services of [
      [nowhere, retrieving],
      [retrieving, nowhere],
    ]) {
      expect(await roleOf(services)).toEqual([{ scu: true, scp: false }, 0x0000])
      expect(await roleOf(services, both)).toEqual([both, 0x0000])
      // getscu proposes itself as SCP only: then a C-STORE of its own was not agreed on.
      expect(await roleOf(services, { scu: false, scp: true })).toEqual([{ scu: false, scp: true }, 0x0211])
    }
  })

  it('grant no more than they have', async () => {
    expect(await roleOf([nowhere], both)).toEqual([{ scu: true, scp: false }, 0x0000])
    expect(await roleOf([retrieving], both)).toEqual([{ scu: false, scp: true }, 0x0211])
    expect(await roleOf([retrieving])).toEqual([undefined, undefined])
  })

  it('must not both perform the same request', async () => {
    await expect(conversation({ services: [nowhere, nowhere] })).rejects.toMatchObject({
      code: 'DCM_SERVICE_TWICE',
    })
  })
})

it('storage is for storage SOP classes, by keyword or UID', async () => {
  const store = { put: () => Promise.resolve() }
  await using scp = await conversation({
    services: [storage({ store, sopClasses: ['CTImageStorage', uidOf('MRImageStorage')] })],
  })
  const association = await scp.associate([
    'CTImageStorage',
    'MRImageStorage',
    'SecondaryCaptureImageStorage',
  ])
  expect([...association.facts.contexts.values()].map(({ abstractSyntax }) => abstractSyntax)).toEqual([
    ctImageStorage,
    uidOf('MRImageStorage'),
  ])
  association.abort()
  // @ts-expect-error: Verification has no C-STORE
  expect(() => storage({ store, sopClasses: ['Verification'] })).not.toThrow()
  // @ts-expect-error: a keyword with a mistake in it
  expect(() => storage({ store, sopClasses: ['CTImageStore'] })).toThrow()
})

it.each([NaN, -1])('limits of a service are looked at early: %d', (limit) => {
  const [maximumIdentifierBytes, maximumDataSetBytes] = [limit, limit]
  const refused = expect.objectContaining({ code: 'DCM_LIMIT_RANGE' }) as Error
  for (const service of [
    () => getService(() => [], { maximumIdentifierBytes }),
    () => getService(() => [], { pendingIntervalMs: limit }),
    () =>
      moveService(
        () => [],
        () => undefined,
        { pendingIntervalMs: limit },
      ),
    () => find({ sopClasses: [], handler: () => [], maximumIdentifierBytes }),
    () => normalized({ sopClasses: [], handlers: {}, maximumDataSetBytes }),
    () => eventReports({ sopClasses: [], handler: () => Promise.resolve({}), maximumDataSetBytes }),
  ]) {
    expect(service).toThrow(refused)
  }
})

describe('the authorize option', () => {
  it('answers 0124H to who may not, and lets others', async () => {
    const asked: unknown[] = []
    await using scp = await conversation({
      services: [verification(), nowhere],
      authorize: ({ request, context, peer }) => {
        asked.push([request.type, context.abstractSyntax, peer.callingAeTitle])
        return Promise.resolve(request.type !== 'C-STORE-RQ')
      },
    })
    const channel = new DimseChannel(await scp.associate(['Verification', 'CTImageStorage']))
    expect(await ask(channel, store, { dataSet: [new Uint8Array(4)] })).toMatchObject([{ status: 0x0124 }])
    expect(await ask(channel, echo)).toMatchObject([{ status: 0x0000 }])
    expect(asked).toEqual([
      ['C-STORE-RQ', ctImageStorage, 'SCU'],
      ['C-ECHO-RQ', uidOf('Verification'), 'SCU'],
    ])
    expect(scp.log).toContain('warn: an operation was refused')
    await channel.release()
  })

  it('that breaks answers 0110H', async () => {
    await using scp = await conversation({
      services: [verification()],
      authorize: () => {
        throw new Error('no directory')
      },
    })
    const channel = new DimseChannel(await scp.associate(['Verification']))
    expect(await ask(channel, echo)).toMatchObject([{ status: 0x0110 }])
    await channel.release()
  })
})

describe('a malformed request', () => {
  it('is refused and reported, and the next is served', async () => {
    await using scp = await conversation({ services: [verification()] })
    const raw = rawPeer(await scp.associate(['Verification']))
    const command = encodeCommandSet({ ...echo, messageId: 3, hasDataSet: false })
    // Its SOP class loses its tag: the element is (0000,0001), which is none.
    command[12 + 2] = 0x01
    raw.command(1, command)
    expect(await raw.next()).toMatchObject({
      type: 'C-ECHO-RSP',
      messageIdBeingRespondedTo: 3,
      status: 0x0212,
      offendingElement: [0x0002],
    })
    expect(scp.log).toContain('warn: a malformed request was refused')
    raw.command(
      1,
      withElement(encodeCommandSet({ ...echo, messageId: 3, hasDataSet: false }), 0x0110, [4, 0]),
    )
    expect(await raw.next()).toMatchObject({ messageIdBeingRespondedTo: 4, status: 0x0000 })
    raw.association.abort()
  })
})

it('a StatusError is a failure, a warning or a cancellation', () => {
  expect(new StatusError(statuses.NotAuthorized).message).toBe('failure 0124H: refused, not authorized')
  const received: readonly number[] = [statuses.Success, statuses.Pending]
  for (const status of received) {
    expect(() => new StatusError(status)).toThrow(
      expect.objectContaining({ code: 'DCM_STATUS_NOT_A_FAILURE' }),
    )
  }
  // @ts-expect-error: pending is none
  expect(() => new StatusError(statuses.Pending)).toThrow('is no error')
  // @ts-expect-error: no service has it
  expect(new StatusError(0x1234).status).toBe(0x1234)
  expect(new StatusError(statusOf('C-STORE', 0xa7ab)).message).toBe('failure A7ABH')
})

it('a status that the service does not have does not compile', () => {
  const good: Handlers = {
    'C-STORE-RQ': () => Promise.resolve({ status: statusOf('C-STORE', 0xa7ab) }),
    'C-FIND-RQ': async function* () {
      yield await Promise.resolve({ status: statuses.PendingWithWarning })
      return { status: 0xa900 }
    },
  }
  const answered = (status: number) => Promise.resolve({ status })
  const bad: Handlers = {
    // @ts-expect-error: pending is for C-FIND, C-GET and C-MOVE
    'N-GET-RQ': () => Promise.resolve({ status: statuses.Pending }),
    // @ts-expect-error: a status of C-FIND
    'C-ECHO-RQ': () => Promise.resolve({ status: statuses.IdentifierDoesNotMatchSopClass }),
    // @ts-expect-error: checked for another service
    'C-STORE-RQ': () => Promise.resolve({ status: statusOf('C-FIND', 0xc123) }),
    // @ts-expect-error: any number
    'C-FIND-RQ': () => answered(0xa700),
    // @ts-expect-error: nor by saying it
    'N-SET-RQ': async ({ respond }) => {
      // @ts-expect-error: a status of C-MOVE
      await respond({ status: statuses.MoveDestinationUnknown })
      return answered(0)
    },
  }
  expect(Object.keys({ ...good, ...bad })).toHaveLength(5)
})

describe('a service of one’s own', () => {
  const own = (handler: NonNullable<Service['handlers']['C-ECHO-RQ']>): Service => ({
    abstractSyntaxes: [{ abstractSyntax: uidOf('Verification'), transferSyntaxes: ['1.2.840.10008.1.2'] }],
    handlers: { 'C-ECHO-RQ': handler },
  })

  it('answers by what it returns, yields or says itself', async () => {
    const handlers: readonly NonNullable<Service['handlers']['C-ECHO-RQ']>[] = [
      () => Promise.resolve({ status: 0x0000, errorComment: 'here' }),
      async function* () {
        await Promise.resolve()
        yield* []
        return { status: 0x0000, errorComment: 'here' }
      },
      async ({ respond }) => {
        await respond({ status: 0x0000, errorComment: 'here' })
        return undefined
      },
    ]
    for (const handler of handlers) {
      await using scp = await conversation({ services: [own(handler)] })
      const channel = new DimseChannel(await scp.associate(['Verification']))
      expect(await ask(channel, echo)).toMatchObject([{ status: 0x0000, errorComment: 'here' }])
      await channel.release()
    }
  })

  it('cannot answer pending, twice, or with what cannot be encoded', async () => {
    const handlers: readonly [NonNullable<Service['handlers']['C-ECHO-RQ']>, number, string][] = [
      [
        // @ts-expect-error: C-ECHO has no pending status
        async function* () {
          await Promise.resolve()
          yield { status: 0xff00 }
          return { status: 0x0000 }
        },
        0x0110,
        'DCM_COMMAND_CONDITION',
      ],
      [
        async ({ respond }) => {
          await respond({ status: 0x0000 })
          return { status: 0x0000 }
        },
        0x0000,
        'DCM_ANSWERED_TWICE',
      ],
      [() => Promise.resolve({ status: 0x0000, affectedSopClassUid: 'none' }), 0x0110, 'DCM_COMMAND_VALUE'],
    ]
    for (const [handler, status, code] of handlers) {
      await using scp = await conversation({ services: [own(handler)] })
      const channel = new DimseChannel(await scp.associate(['Verification']))
      expect(await ask(channel, echo)).toMatchObject([{ status }])
      expect(scp.logged).toContainEqual(
        expect.objectContaining({ command: 'C-ECHO-RQ', err: expect.objectContaining({ code }) as unknown }),
      )
      expect(await ask(channel, echo)).toMatchObject([{ status }])
      await channel.release()
    }
  })

  it('that fails with what cannot be encoded is answered all the same', async () => {
    const failing = own(() => {
      throw new StatusError(0x0122, { errorId: 70_000 })
    })
    await using scp = await conversation({ services: [failing] })
    const channel = new DimseChannel(await scp.associate(['Verification']))
    expect(await ask(channel, echo)).toMatchObject([{ status: 0x0110 }])
    expect(await ask(channel, echo)).toMatchObject([{ status: 0x0110 }])
    await channel.release()
  })
})

it('an answer whose data set cannot be read is a failure, not silence', async () => {
  const printer = uidOf('Printer')
  await using scp = await conversation({
    services: [
      {
        abstractSyntaxes: [{ abstractSyntax: printer, transferSyntaxes: ['1.2.840.10008.1.2'] }],
        handlers: {
          'N-GET-RQ': () =>
            Promise.resolve({ status: 0, dataSet: { read: () => Promise.reject(new Error('broken')) } }),
        },
      },
    ],
  })
  const channel = new DimseChannel(await scp.associate(['Printer']))
  const request = {
    type: 'N-GET-RQ',
    requestedSopClassUid: printer,
    requestedSopInstanceUid: '1.2.840.10008.5.1.1.17',
  } as const
  expect(await ask(channel, request)).toMatchObject([{ status: 0x0110, hasDataSet: false }])
  expect(await ask(channel, request)).toMatchObject([{ status: 0x0110 }])
  channel.abort()
})
