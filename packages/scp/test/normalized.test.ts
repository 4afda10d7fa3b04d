import { parseUid } from '@dcm/association'
import { DimseChannel, encodeCommandSet, type RequestToSend, statuses, statusOf, uidOf } from '@dcm/dimse'
import { type DataSetCodec, normalized, type Service, StatusError } from '@dcm/scp'
import { withElement } from '@dcm/testkit'
import { describe, expect, it } from 'vitest'
import { ask, conversation, rawPeer } from './conversation.ts'

const mpps = uidOf('ModalityPerformedProcedureStep')
const create = { type: 'N-CREATE-RQ', affectedSopClassUid: mpps } as const
const instance = { requestedSopClassUid: mpps, requestedSopInstanceUid: '2.25.7' } as const
const attributes = [Buffer.from('IN PROGRESS')]

const text: DataSetCodec<string> = {
  decode: (bytes) => Buffer.from(bytes).toString(),
  encode: (value) => Buffer.from(value),
}

async function talking(services: readonly Service[], ...wanted: Parameters<typeof uidOf>[0][]) {
  const running = await conversation({ services })
  const channel = new DimseChannel(await running.associate(wanted))
  return { ...running, channel, [Symbol.asyncDispose]: () => running[Symbol.asyncDispose]() }
}

describe('normalized', () => {
  it('creates and sets instances', async () => {
    const steps = new Map<string, string>()
    await using scp = await talking(
      [
        normalized({
          sopClasses: ['ModalityPerformedProcedureStep'],
          codec: text,
          handlers: {
            'N-CREATE-RQ': ({ request, dataSet = '' }) => {
              const affectedSopInstanceUid = request.affectedSopInstanceUid ?? '2.25.7'
              steps.set(affectedSopInstanceUid, dataSet)
              return Promise.resolve({ affectedSopInstanceUid, dataSet: `${dataSet}, created` })
            },
            'N-SET-RQ': ({ request, dataSet = '' }) => {
              if (!steps.has(request.requestedSopInstanceUid))
                throw new StatusError(statuses.NoSuchSopInstance)
              steps.set(request.requestedSopInstanceUid, dataSet)
              return Promise.resolve(undefined)
            },
          },
        }),
      ],
      'ModalityPerformedProcedureStep',
    )
    const answer = async (request: RequestToSend, dataSet = attributes) =>
      (await ask(scp.channel, request, { dataSet }))[0]
    expect(await answer(create)).toMatchObject({
      type: 'N-CREATE-RSP',
      status: 0x0000,
      affectedSopClassUid: mpps,
      affectedSopInstanceUid: '2.25.7',
      text: 'IN PROGRESS, created',
    })
    const set = { type: 'N-SET-RQ', ...instance } as const
    expect(await answer(set, [Buffer.from('COMPLETED')])).toMatchObject({
      type: 'N-SET-RSP',
      status: 0x0000,
      affectedSopInstanceUid: '2.25.7',
      hasDataSet: false,
    })
    expect(steps.get('2.25.7')).toBe('COMPLETED')
    expect(await answer({ ...set, requestedSopInstanceUid: '2.25.8' })).toMatchObject({ status: 0x0112 })
    // PS3.4 F.7: no N-GET on this SOP class.
    expect((await ask(scp.channel, { type: 'N-GET-RQ', ...instance }))[0]).toMatchObject({ status: 0x0211 })
  })

  it('answers warnings, replies and deletions', async () => {
    const film = uidOf('BasicFilmBox')
    const box = { requestedSopClassUid: film, requestedSopInstanceUid: '2.25.9' } as const
    await using scp = await talking(
      [
        normalized({
          sopClasses: ['BasicFilmBox'],
          codec: text,
          handlers: {
            'N-ACTION-RQ': ({ dataSet }) =>
              Promise.resolve({ status: 0xb604, dataSet: `${String(dataSet)}!` }),
            'N-DELETE-RQ': () => Promise.resolve(undefined),
          },
        }),
      ],
      'BasicFilmBox',
    )
    expect(
      (await ask(scp.channel, { type: 'N-ACTION-RQ', ...box, actionTypeId: 1 }, { dataSet: attributes }))[0],
    ).toMatchObject({ type: 'N-ACTION-RSP', status: 0xb604, actionTypeId: 1, text: 'IN PROGRESS!' })
    expect((await ask(scp.channel, { type: 'N-ACTION-RQ', ...box, actionTypeId: 1 }))[0]).toMatchObject({
      text: 'undefined!',
    })
    expect((await ask(scp.channel, { type: 'N-DELETE-RQ', ...box }))[0]).toMatchObject({
      type: 'N-DELETE-RSP',
      status: 0x0000,
    })
  })

  it('works on bytes without a codec, and on private SOP classes by UID', async () => {
    const [sopClass] = [uidOf('DisplaySystem')]
    await using scp = await talking(
      [
        normalized({
          sopClasses: [sopClass],
          handlers: {
            'N-GET-RQ': ({ request }) =>
              Promise.resolve({ dataSet: Buffer.from(String(request.attributeIdentifierList)) }),
          },
        }),
      ],
      'DisplaySystem',
    )
    const get = {
      type: 'N-GET-RQ',
      requestedSopClassUid: sopClass,
      requestedSopInstanceUid: '1.2.840.10008.5.1.1.40.1',
      attributeIdentifierList: [0x00080070],
    } as const
    expect(await ask(scp.channel, get)).toMatchObject([
      { type: 'N-GET-RSP', status: 0x0000, text: String(0x00080070) },
    ])
  })

  it('names the attributes that it does not know', async () => {
    let asked = 0
    await using scp = await talking(
      [
        normalized({
          sopClasses: ['ModalityPerformedProcedureStep'],
          handlers: {
            'N-SET-RQ': () => {
              const attributeIdentifierList = [0x00100020]
              if (asked++ > 0) throw new StatusError(statuses.NoSuchAttribute, { attributeIdentifierList })
              return Promise.resolve({ status: statuses.AttributeListError, attributeIdentifierList })
            },
          },
        }),
      ],
      'ModalityPerformedProcedureStep',
    )
    const set = { type: 'N-SET-RQ', ...instance } as const
    for (const status of [0x0107, 0x0105]) {
      expect(await ask(scp.channel, set, { dataSet: attributes })).toMatchObject([
        { status, attributeIdentifierList: [0x00100020] },
      ])
    }
  })

  it('refuses what a handler may not answer, and goes on', async () => {
    let times = 0
    await using scp = await talking(
      [
        normalized({
          sopClasses: ['ModalityPerformedProcedureStep'],
          handlers: {
            // The request leaves the instance open, and so does the first answer.
            'N-CREATE-RQ': () =>
              Promise.resolve(times++ === 0 ? {} : { affectedSopInstanceUid: '2.25.1', status: 0x0107 }),
          },
        }),
      ],
      'ModalityPerformedProcedureStep',
    )
    expect(await ask(scp.channel, create)).toMatchObject([{ status: 0x0110 }])
    expect(scp.logged).toContainEqual(
      expect.objectContaining({ err: expect.objectContaining({ code: 'DCM_COMMAND_CONDITION' }) as unknown }),
    )
    expect(await ask(scp.channel, create)).toMatchObject([{ status: 0x0107 }])
  })

  it('refuses action information that is unreadable with 0115H', async () => {
    await using scp = await conversation({
      services: [
        normalized({
          sopClasses: ['StorageCommitmentPushModel'],
          codec: {
            ...text,
            decode: () => {
              throw new Error('no data set')
            },
          },
          handlers: { 'N-ACTION-RQ': () => Promise.resolve(undefined) },
        }),
      ],
    })
    const channel = new DimseChannel(await scp.associate(['StorageCommitmentPushModel']))
    const action = {
      type: 'N-ACTION-RQ',
      requestedSopClassUid: uidOf('StorageCommitmentPushModel'),
      requestedSopInstanceUid: '1.2.840.10008.1.20.1.1',
      actionTypeId: 1,
    } as const
    expect(await ask(channel, action, { dataSet: [new Uint8Array(20)] })).toMatchObject([{ status: 0x0115 }])
    channel.abort()
  })

  it('refuses data sets that are too long or unreadable, and an N-SET without one', async () => {
    await using scp = await conversation({
      services: [
        normalized({
          sopClasses: ['ModalityPerformedProcedureStep'],
          codec: {
            ...text,
            decode: () => {
              throw new Error('no data set')
            },
          },
          maximumDataSetBytes: 20,
          handlers: { 'N-SET-RQ': () => Promise.resolve(undefined) },
        }),
      ],
    })
    const set = { type: 'N-SET-RQ', ...instance } as const
    const channel = new DimseChannel(await scp.associate(['ModalityPerformedProcedureStep']))
    expect(await ask(channel, set, { dataSet: [new Uint8Array(21)] })).toMatchObject([{ status: 0x0213 }])
    expect(await ask(channel, set, { dataSet: [new Uint8Array(20)] })).toMatchObject([{ status: 0x0106 }])
    channel.abort()
    const raw = rawPeer(await scp.associate(['ModalityPerformedProcedureStep']))
    raw.command(
      1,
      withElement(encodeCommandSet({ ...set, messageId: 1, hasDataSet: true }), 0x0800, [0x01, 0x01]),
    )
    expect(await raw.next()).toMatchObject({ type: 'N-SET-RSP', status: 0x0120 })
    raw.association.abort()
  })
})

it('a handler for a service that the SOP class does not have does not compile', () => {
  const nothing = () => Promise.resolve(undefined)
  normalized({ sopClasses: ['ModalityPerformedProcedureStep'], handlers: { 'N-CREATE-RQ': nothing } })
  // @ts-expect-error: PS3.4 F.7 has no N-DELETE
  normalized({ sopClasses: ['ModalityPerformedProcedureStep'], handlers: { 'N-DELETE-RQ': nothing } })
  // @ts-expect-error: its N-EVENT-REPORT is performed by the SCU
  normalized({ sopClasses: ['StorageCommitmentPushModel'], handlers: { 'N-EVENT-REPORT-RQ': nothing } })
  // @ts-expect-error: no normalized service at all
  expect(() => normalized({ sopClasses: ['CTImageStorage'], handlers: {} })).not.toThrow()
})

it('a status that the SOP class does not have does not compile', () => {
  const [film, step] = ['BasicFilmSession', 'UnifiedProcedureStepPull'] as const
  const ended = () => Promise.resolve({ status: 0xc300 } as const)
  normalized({ sopClasses: [film], handlers: { 'N-SET-RQ': () => Promise.resolve({ status: 0xb600 }) } })
  normalized({ sopClasses: [step], handlers: { 'N-SET-RQ': ended } })
  normalized({ sopClasses: [step, film], handlers: { 'N-SET-RQ': ended } })
  // @ts-expect-error: PS3.4 CC.2.6.4, of a unified procedure step
  normalized({ sopClasses: [film], handlers: { 'N-SET-RQ': ended } })
  // @ts-expect-error: PS3.7 10.1.3.1.9 has no such action type
  normalized({ sopClasses: [step], handlers: { 'N-SET-RQ': () => Promise.resolve({ status: 0x0123 }) } })
  // A private one has statuses of its own.
  const privateStatus = () => Promise.resolve({ status: statusOf('N-SET', 0xc001) })
  const service = normalized({ sopClasses: [parseUid('1.2.3')], handlers: { 'N-SET-RQ': privateStatus } })
  expect(service.handlers['N-SET-RQ']).toBeDefined()
})

// PS3.7 C.5.12
it('an instance UID that is none is refused before any handler: 0117H', async () => {
  const ran: string[] = []
  const handler = ({ request }: { request: { type: string } }) => {
    ran.push(request.type)
    return Promise.resolve({ affectedSopInstanceUid: '2.25.3', dataSet: Buffer.from('done') })
  }
  await using scp = await talking(
    [
      normalized({
        sopClasses: ['RTConventionalMachineVerification'],
        handlers: {
          'N-GET-RQ': handler,
          'N-SET-RQ': handler,
          'N-ACTION-RQ': handler,
          'N-CREATE-RQ': handler,
          'N-DELETE-RQ': handler,
        },
      }),
    ],
    'RTConventionalMachineVerification',
  )
  const sopClass = uidOf('RTConventionalMachineVerification')
  const requests = [
    { type: 'N-GET-RQ', requestedSopClassUid: sopClass, requestedSopInstanceUid: '2.25.3' },
    { type: 'N-SET-RQ', requestedSopClassUid: sopClass, requestedSopInstanceUid: '2.25.3' },
    {
      type: 'N-ACTION-RQ',
      requestedSopClassUid: sopClass,
      requestedSopInstanceUid: '2.25.3',
      actionTypeId: 1,
    },
    { type: 'N-CREATE-RQ', affectedSopClassUid: sopClass, affectedSopInstanceUid: '2.25.3' },
    { type: 'N-DELETE-RQ', requestedSopClassUid: sopClass, requestedSopInstanceUid: '2.25.3' },
  ] as const satisfies readonly RequestToSend[]
  const [context] = scp.channel.association.facts.contexts.keys()
  const raw = rawPeer(await scp.associate(['RTConventionalMachineVerification']))
  for (const request of requests) {
    const hasDataSet = request.type === 'N-SET-RQ'
    const tag = request.type === 'N-CREATE-RQ' ? 0x1000 : 0x1001
    const command = encodeCommandSet({ ...request, messageId: 1, hasDataSet })
    raw.command(context ?? 0, withElement(command, tag, [...Buffer.from('2.25.x')]))
    if (hasDataSet) raw.dataSet(context ?? 0, Buffer.from('some'))
    const response = await raw.next()
    expect(response).toMatchObject({ type: request.type.replace('RQ', 'RSP'), status: 0x0117 })
    // What is no UID does not go out as one.
    expect(response).not.toHaveProperty('affectedSopInstanceUid')
  }
  expect(ran).toEqual([])
  raw.association.abort()
})

describe('the SOP class of a command', () => {
  const image = uidOf('BasicGrayscaleImageBox')
  const meta = uidOf('BasicGrayscalePrintManagementMeta')
  const print = normalized({
    sopClasses: ['BasicGrayscalePrintManagementMeta'],
    handlers: {
      'N-SET-RQ': ({ request }) =>
        Promise.resolve({
          dataSet: Buffer.from(request.requestedSopClassUid === image ? 'image box' : 'other'),
        }),
    },
  })
  const set = { type: 'N-SET-RQ', requestedSopInstanceUid: '2.25.3' } as const

  it('may be a member of the Meta SOP class of its context, and no other', async () => {
    await using scp = await talking([print], 'BasicGrayscalePrintManagementMeta')
    const asked = async (requestedSopClassUid: string) =>
      (await ask(scp.channel, { ...set, requestedSopClassUid }, { on: meta, dataSet: attributes }))[0]
    expect(await asked(image)).toMatchObject({
      status: 0x0000,
      affectedSopClassUid: image,
      text: 'image box',
    })
    expect(await asked(uidOf('BasicFilmSession'))).toMatchObject({ status: 0x0000 })
    expect(await asked(uidOf('BasicColorImageBox'))).toMatchObject({ status: 0x0118 })
    expect(await asked('1.2.3')).toMatchObject({ status: 0x0118 })
  })

  it('has to have the service, whoever else its handler is for: 0211H', async () => {
    const ran: string[] = []
    const handler = (operation: { request: { type: string } }) => {
      ran.push(operation.request.type)
      return Promise.resolve({ affectedSopInstanceUid: '2.25.3', dataSet: Buffer.from('done') })
    }
    const steps = normalized({
      sopClasses: ['ModalityPerformedProcedureStep', 'ModalityPerformedProcedureStepRetrieve'],
      handlers: { 'N-CREATE-RQ': handler, 'N-GET-RQ': handler },
    })
    const printing = normalized({
      sopClasses: ['BasicGrayscalePrintManagementMeta'],
      handlers: { 'N-CREATE-RQ': handler },
    })
    const retrieve = uidOf('ModalityPerformedProcedureStepRetrieve')
    await using scp = await talking(
      [steps, printing],
      'ModalityPerformedProcedureStep',
      'ModalityPerformedProcedureStepRetrieve',
      'BasicGrayscalePrintManagementMeta',
    )
    const statusOf = async (request: RequestToSend, on?: string) =>
      (await ask(scp.channel, request, on === undefined ? {} : { on }))[0]?.status
    // PS3.4 F.7.2, F.8.2: created here, read there.
    expect(await statusOf({ type: 'N-GET-RQ', ...instance })).toBe(0x0211)
    expect(await statusOf({ ...create, affectedSopClassUid: retrieve })).toBe(0x0211)
    // PS3.4 H.4.3: image boxes come with their film box.
    expect(await statusOf({ ...create, affectedSopClassUid: image }, meta)).toBe(0x0211)
    expect(ran).toEqual([])
    expect(await statusOf({ type: 'N-GET-RQ', ...instance, requestedSopClassUid: retrieve })).toBe(0x0000)
    expect(await statusOf({ ...create, affectedSopClassUid: uidOf('BasicFilmBox') }, meta)).toBe(0x0000)
    expect(ran).toEqual(['N-GET-RQ', 'N-CREATE-RQ'])
  })

  it('is compared for every normalized request', async () => {
    const ran: string[] = []
    const handler = (operation: { request: { type: string } }) => {
      ran.push(operation.request.type)
      return Promise.resolve(undefined)
    }
    const verification = normalized({
      sopClasses: ['RTConventionalMachineVerification'],
      handlers: {
        'N-GET-RQ': handler,
        'N-SET-RQ': handler,
        'N-ACTION-RQ': handler,
        'N-CREATE-RQ': handler,
        'N-DELETE-RQ': handler,
      },
    })
    await using scp = await talking([verification], 'RTConventionalMachineVerification')
    const on = uidOf('RTConventionalMachineVerification')
    const other = { requestedSopClassUid: mpps, requestedSopInstanceUid: '2.25.3' }
    const requests: readonly RequestToSend[] = [
      { type: 'N-GET-RQ', ...other },
      { type: 'N-SET-RQ', ...other },
      { type: 'N-ACTION-RQ', ...other, actionTypeId: 1 },
      create,
      { type: 'N-DELETE-RQ', ...other },
    ]
    for (const request of requests) {
      const dataSet = request.type === 'N-SET-RQ' ? attributes : undefined
      expect(await ask(scp.channel, request, { on, ...(dataSet && { dataSet }) })).toMatchObject([
        { status: 0x0118 },
      ])
    }
    expect(ran).toEqual([])
  })

  it('is Push on every context of the Unified Procedure Step', async () => {
    const push = uidOf('UnifiedProcedureStepPush')
    await using scp = await talking(
      [
        normalized({
          sopClasses: ['UnifiedProcedureStepWatch', 'UnifiedProcedureStepPull'],
          handlers: {
            'N-GET-RQ': () => Promise.resolve({ dataSet: Buffer.from('a step') }),
          },
        }),
      ],
      'UnifiedProcedureStepWatch',
      'UnifiedProcedureStepPull',
    )
    for (const context of ['UnifiedProcedureStepWatch', 'UnifiedProcedureStepPull'] as const) {
      const get = { type: 'N-GET-RQ', requestedSopClassUid: push, requestedSopInstanceUid: '2.25.4' } as const
      expect(await ask(scp.channel, get, { on: uidOf(context) })).toMatchObject([
        { status: 0x0000, affectedSopClassUid: push, text: 'a step' },
      ])
    }
  })
})
