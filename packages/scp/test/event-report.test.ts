import { AssociationAbortedError } from '@dcm/association'
import { DimseChannel, type Operation, performerOf, responseTo, uidOf } from '@dcm/dimse'
import { eventReports, normalized } from '@dcm/scp'
import { settled } from '@dcm/testkit'
import { describe, expect, it } from 'vitest'
import { ask, contextFor, conversation } from './conversation.ts'

const commitment = uidOf('StorageCommitmentPushModel')
/** PS3.4 J.3.5: the well-known instance. */
const commitmentInstance = '1.2.840.10008.1.20.1.1'
const request = {
  type: 'N-ACTION-RQ',
  requestedSopClassUid: commitment,
  requestedSopInstanceUid: commitmentInstance,
  actionTypeId: 1,
} as const
const report = {
  type: 'N-EVENT-REPORT-RQ',
  affectedSopClassUid: commitment,
  affectedSopInstanceUid: commitmentInstance,
  eventTypeId: 1,
} as const
const transaction = [Buffer.from('transaction 1')]

/** Answers the peer's next operation with success. */
async function acknowledge(channel: DimseChannel): Promise<Operation> {
  const operation = await channel.next()
  if (operation?.command.type !== 'N-EVENT-REPORT-RQ') throw new Error('no N-EVENT-REPORT')
  await operation.respond(responseTo(operation.command, { status: 0x0000 }))
  return operation
}

describe('a storage commitment SCP', () => {
  it('reports on the association it was asked on, after its answer', async () => {
    const outcome = Promise.withResolvers<number | undefined>()
    await using scp = await conversation({
      services: [
        normalized({
          sopClasses: ['StorageCommitmentPushModel'],
          handlers: {
            'N-ACTION-RQ': async ({ dataSet, respond, invoke }) => {
              await respond({})
              const reported = await invoke(report, { dataSet: [dataSet ?? new Uint8Array(0)] })
              outcome.resolve((await reported.next())?.command.status)
              return undefined
            },
          },
        }),
      ],
    })
    const channel = new DimseChannel(await scp.associate(['StorageCommitmentPushModel']))
    expect(await ask(channel, request, { dataSet: transaction })).toMatchObject([
      { type: 'N-ACTION-RSP', status: 0x0000, actionTypeId: 1 },
    ])
    const operation = await acknowledge(channel)
    expect(operation.command).toMatchObject({ ...report, hasDataSet: true })
    expect(await outcome.promise).toBe(0x0000)
    await channel.release()
  })

  it('that reports for long does not keep the next operation waiting', async () => {
    await using scp = await conversation({
      services: [
        normalized({
          sopClasses: ['StorageCommitmentPushModel'],
          handlers: {
            'N-ACTION-RQ': async ({ respond, invoke }) => {
              await respond({})
              await (await invoke(report)).next()
              return undefined
            },
          },
        }),
      ],
    })
    const channel = new DimseChannel(await scp.associate(['StorageCommitmentPushModel']))
    await ask(channel, request)
    await ask(channel, request)
    await acknowledge(channel)
    await acknowledge(channel)
    await channel.release()
  })

  it.each([
    ['a failure of its own', () => new Error('no route'), true],
    [
      'the end of an association of its own',
      () => new AssociationAbortedError('', { code: 'DCM_ABORTED_BY_PEER', origin: 'peer' }),
      true,
    ],
    ['what its signal says', (signal: AbortSignal) => signal.reason as Error, false],
    [
      'what was stopped by its signal',
      ({ reason }: AbortSignal) => new DOMException('', { name: 'AbortError', cause: reason }),
      false,
    ],
    ['the end of the association', undefined, false],
  ])('that goes on when its requestor has left logs %s', async (_what, failure, isLogged) => {
    await using scp = await conversation({
      services: [
        normalized({
          sopClasses: ['StorageCommitmentPushModel'],
          handlers: {
            'N-ACTION-RQ': async ({ respond, invoke, signal }) => {
              await respond({})
              await new Promise((resolve) => {
                signal.addEventListener('abort', resolve)
              })
              if (failure) throw failure(signal)
              await invoke(report)
              return undefined
            },
          },
        }),
      ],
    })
    const channel = new DimseChannel(await scp.associate(['StorageCommitmentPushModel']))
    expect(await ask(channel, request)).toMatchObject([{ status: 0x0000 }])
    await channel.release()
    await settled()
    expect(scp.log.includes('error: an operation failed')).toBe(isLogged)
  })

  it('that has a question when its requestor asks for the release, and waits for another answer, logs nothing of it', async () => {
    const gates = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()]
    const told = Promise.withResolvers<unknown>()
    let begun = 0
    await using scp = await conversation({
      maxOperationsPerformed: 2,
      services: [
        normalized({
          sopClasses: ['StorageCommitmentPushModel'],
          handlers: {
            'N-ACTION-RQ': async ({ respond, invoke }) => {
              await gates[begun++]?.promise
              await respond({})
              try {
                await invoke(report)
              } catch (error) {
                told.resolve(error)
                throw error
              }
              return undefined
            },
          },
        }),
      ],
    })
    const channel = new DimseChannel(await scp.associate(['StorageCommitmentPushModel'], 2))
    const asked = [ask(channel, request), ask(channel, request)]
    while (begun < 2) await settled(1)
    const released = channel.association.release()
    await settled()
    gates[0]?.resolve(undefined)
    expect(await told.promise).toMatchObject({ code: 'DCM_ABORTED', origin: 'peer' })
    await settled()
    gates[1]?.resolve(undefined)
    await Promise.allSettled([...asked, released])
    await settled()
    expect(scp.log.filter((line) => line.includes('failed'))).toEqual([])
  })

  it('holds back a requestor whose earlier requests all still run on', async () => {
    const gate = Promise.withResolvers<undefined>()
    let begun = 0
    await using scp = await conversation({
      services: [
        normalized({
          sopClasses: ['StorageCommitmentPushModel'],
          handlers: {
            'N-ACTION-RQ': async ({ respond }) => {
              begun++
              await respond({})
              await gate.promise
              return undefined
            },
          },
        }),
      ],
    })
    const channel = new DimseChannel(await scp.associate(['StorageCommitmentPushModel']))
    for (let index = 0; index < 16; index++) await ask(channel, request)
    const next = ask(channel, request)
    await settled()
    expect(begun).toBe(16)
    gate.resolve(undefined)
    expect(await next).toMatchObject([{ status: 0x0000 }])
    await channel.release()
  })

  it('whose requestor has left is told so', async () => {
    const outcome = Promise.withResolvers<unknown>()
    await using scp = await conversation({
      services: [
        normalized({
          sopClasses: ['StorageCommitmentPushModel'],
          handlers: {
            'N-ACTION-RQ': async ({ respond, invoke, signal }) => {
              await respond({})
              while (!signal.aborted) await settled(1)
              outcome.resolve(await invoke(report).catch((error: unknown) => error))
              return undefined
            },
          },
        }),
      ],
    })
    const channel = new DimseChannel(await scp.associate(['StorageCommitmentPushModel']))
    await ask(channel, request)
    await channel.release()
    expect(await outcome.promise).toMatchObject({ code: 'DCM_ABORTED', origin: 'peer' })
  })

  it('may not ask what the requestor does not perform', async () => {
    const outcome = Promise.withResolvers<unknown>()
    await using scp = await conversation({
      services: [
        normalized({
          sopClasses: ['StorageCommitmentPushModel'],
          handlers: {
            'N-ACTION-RQ': async ({ invoke }) => {
              outcome.resolve(await invoke(request).catch((error: unknown) => error))
              return undefined
            },
          },
        }),
      ],
    })
    const channel = new DimseChannel(await scp.associate(['StorageCommitmentPushModel']))
    await ask(channel, request)
    expect(await outcome.promise).toMatchObject({ name: 'UsageError', code: 'DCM_ROLE_NOT_NEGOTIATED' })
    await channel.release()
  })
})

describe('eventReports', () => {
  const received: unknown[] = []
  const service = eventReports({
    sopClasses: ['StorageCommitmentPushModel'],
    handler: ({ request: { eventTypeId }, dataSet, context }) => {
      received.push([eventTypeId, Buffer.from(dataSet ?? []).toString(), context.roles.requestor])
      return Promise.resolve(undefined)
    },
  })
  const asScp = { sopClass: 'StorageCommitmentPushModel', roles: { scu: false, scp: true } } as const

  it('takes the report of an SCP that brings it on a new association', async () => {
    await using scu = await conversation({ services: [service] })
    const channel = new DimseChannel(await scu.associate([asScp]))
    expect(performerOf('N-EVENT-REPORT')).toBe('SCU')
    expect(await ask(channel, report, { dataSet: transaction })).toMatchObject([
      { type: 'N-EVENT-REPORT-RSP', status: 0x0000, eventTypeId: 1 },
    ])
    expect(received).toEqual([[1, 'transaction 1', { scu: false, scp: true }]])
    // Here we are the SCU only.
    expect(await ask(channel, request)).toMatchObject([{ status: 0x0211 }])
    await channel.release()
  })

  it('refuses the context of a requestor that does not propose itself as SCP', async () => {
    await using scu = await conversation({ services: [service] })
    const association = await scu.associate(['StorageCommitmentPushModel'])
    expect(association.facts.contexts.size).toBe(0)
    association.abort()
  })

  it('and the SCP itself share the SOP class, each in its role', async () => {
    const both = [
      service,
      normalized({
        sopClasses: ['StorageCommitmentPushModel'],
        handlers: { 'N-ACTION-RQ': () => Promise.resolve(undefined) },
      }),
    ]
    await using scp = await conversation({ services: both })
    const one = new DimseChannel(await scp.associate(['StorageCommitmentPushModel']))
    expect(await ask(one, request)).toMatchObject([{ status: 0x0000 }])
    expect(await ask(one, report)).toMatchObject([{ status: 0x0211 }])
    await one.release()
    const other = new DimseChannel(await scp.associate([asScp]))
    expect(contextFor(other, commitment).roles.requestor).toEqual({ scu: false, scp: true })
    expect(await ask(other, report)).toMatchObject([{ status: 0x0000 }])
    await other.release()
  })
})
