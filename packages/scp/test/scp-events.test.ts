import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { DimseChannel, statuses, uidOf } from '@dcm/dimse'
import {
  type AssociationAcceptedMessage,
  type AssociationEndedMessage,
  type AssociationRejectedMessage,
  eventReports,
  find,
  normalized,
  type OperationEndedMessage,
  type RefusalReason,
  type ScpOptions,
  StatusError,
  verification,
} from '@dcm/scp'
import { FakeClock, settled } from '@dcm/testkit'
import { afterEach, describe, expect, it } from 'vitest'
import { ask, contextFor, conversation } from './conversation.ts'
import { echo } from './requests.ts'

interface Messages {
  readonly 'association-accepted': AssociationAcceptedMessage[]
  readonly 'association-rejected': AssociationRejectedMessage[]
  readonly 'association-ended': AssociationEndedMessage[]
  readonly 'operation-ended': OperationEndedMessage[]
}

const listeners: (() => void)[] = []
afterEach(() => {
  for (const stop of listeners.splice(0)) stop()
})

/** Keeps what is published from now on. */
function told(): Messages {
  const messages: Messages = {
    'association-accepted': [],
    'association-rejected': [],
    'association-ended': [],
    'operation-ended': [],
  }
  for (const [name, kept] of Object.entries(messages)) {
    const keep = (message: unknown): void => void (kept as unknown[]).push(message)
    subscribe(`dcm:scp:${name}`, keep)
    listeners.push(() => unsubscribe(`dcm:scp:${name}`, keep))
  }
  return messages
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await settled(1)
}

const mpps = uidOf('ModalityPerformedProcedureStep')
const worklist = uidOf('ModalityWorklistInformationModelFind')
const set = { type: 'N-SET-RQ', requestedSopClassUid: mpps, requestedSopInstanceUid: '2.25.7' } as const

/** What a log says of a requestor. */
const who = {
  remote: expect.stringMatching(/^127\.0\.0\.1:\d+$/) as string,
  callingAeTitle: 'SCU',
  calledAeTitle: 'SCP',
}

describe('an SCP tells', () => {
  it('of what it refused of an association that it accepted, and why', async () => {
    const messages = told()
    const service = eventReports({
      sopClasses: ['StorageCommitmentPushModel'],
      handler: () => Promise.resolve({}),
    })
    await using running = await conversation({ services: [verification(), service] })
    const proposed = ['CTImageStorage', 'Verification', 'StorageCommitmentPushModel'] as const
    await new DimseChannel(await running.associate(proposed)).release()
    expect(messages['association-accepted']).toMatchObject([
      {
        acceptedContexts: 1,
        refusedContexts: [
          { abstractSyntax: uidOf('CTImageStorage'), reason: 'CT Image Storage is not supported' },
          {
            abstractSyntax: uidOf('StorageCommitmentPushModel'),
            reason: 'the requestor can only be its SCP, and has to propose itself as that',
          },
        ],
      },
    ])
  })

  it('of an association: accepted, its operations, its end', async () => {
    const messages = told()
    const clock = new FakeClock()
    const broken = new Error('a bug')
    const refused = new StatusError(statuses.NoSuchSopInstance)
    const failures: Error[] = [broken, refused]
    await using running = await conversation({
      clock,
      services: [
        verification(),
        normalized({
          sopClasses: ['ModalityPerformedProcedureStep'],
          handlers: {
            'N-SET-RQ': () => {
              clock.advance(70)
              throw failures.shift() ?? new Error('none left')
            },
          },
        }),
      ],
    })
    const { scp } = running
    const channel = new DimseChannel(
      await running.associate(['Verification', 'ModalityPerformedProcedureStep']),
    )
    await ask(channel, echo)
    const dataSet = [new Uint8Array(2)]
    await ask(channel, set, { dataSet })
    await ask(channel, set, { dataSet })
    await channel.release()
    await until(() => messages['association-ended'].length > 0)
    const [accepted] = messages['association-accepted']
    expect(messages['association-accepted']).toEqual([
      {
        scp,
        acceptedContexts: 2,
        refusedContexts: [],
        peer: expect.objectContaining({ callingAeTitle: 'SCU' }) as unknown,
      },
    ])
    const { peer } = accepted ?? {}
    const [first, second, third] = messages['operation-ended']
    expect(messages['operation-ended']).toHaveLength(3)
    expect(first).toEqual({
      scp,
      peer,
      command: 'C-ECHO-RQ',
      messageId: 1,
      abstractSyntax: echo.affectedSopClassUid,
      status: 0,
      durationMs: 0,
    })
    expect(second).toMatchObject({ command: 'N-SET-RQ', status: 0x0110, durationMs: 70 })
    expect(second?.error).toBe(broken)
    expect(third).toMatchObject({ status: 0x0112, durationMs: 70 })
    expect(third?.error).toBe(refused)
    expect(messages['association-ended']).toEqual([
      { scp, peer, end: { kind: 'released' }, performed: 1, failed: 2, durationMs: 140 },
    ])
    // The log says the same, once each.
    expect(running.log).toEqual([
      'info: association accepted',
      'error: an operation failed',
      'warn: an operation was refused',
      'info: association ended',
    ])
    expect(running.logged).toMatchObject([
      { ...who, acceptedContexts: 2 },
      { err: broken, command: 'N-SET-RQ' },
      { err: refused, command: 'N-SET-RQ' },
      { performed: 1, failed: 2, end: 'released' },
    ])
    const [{ associationId } = {}, ...later] = running.logged as { associationId?: number }[]
    expect(associationId).toBe(peer?.associationId)
    expect(later.map((fields) => fields.associationId)).toEqual(later.map(() => associationId))
  })

  it('of what was cancelled that it was performed', async () => {
    const messages = told()
    const service = find({
      sopClasses: ['ModalityWorklistInformationModelFind'],
      handler: async function* () {
        yield new Uint8Array(8)
        await new Promise(() => undefined)
      },
    })
    await using running = await conversation({ services: [service] })
    const channel = new DimseChannel(await running.associate(['ModalityWorklistInformationModelFind']))
    const request = { type: 'C-FIND-RQ', affectedSopClassUid: worklist, priority: 'medium' } as const
    const invocation = await channel.invoke(contextFor(channel, worklist), request, [new Uint8Array(8)])
    await invocation.next()
    await invocation.cancel()
    expect((await invocation.next())?.command.status).toBe(0xfe00)
    await channel.release()
    await until(() => messages['association-ended'].length > 0)
    expect(messages['operation-ended']).toMatchObject([{ command: 'C-FIND-RQ', status: 0xfe00 }])
    expect(messages['operation-ended'][0]?.error).toBeUndefined()
    expect(messages['association-ended']).toMatchObject([{ performed: 1, failed: 0 }])
  })

  it('of an association that was aborted', async () => {
    const messages = told()
    await using running = await conversation({ services: [verification()] })
    const association = await running.associate(['Verification'])
    association.abort()
    await until(() => messages['association-ended'].length > 0)
    expect(messages['association-ended']).toMatchObject([
      { end: { kind: 'aborted', error: { code: 'DCM_ABORTED_BY_PEER' } }, performed: 0, failed: 0 },
    ])
  })

  const cases: readonly (readonly [RefusalReason, Partial<ScpOptions>, object, string])[] = [
    ['aeTitle', { admission: { callingAeTitles: ['OTHER'] } }, { result: 1, reason: 3 }, 'warn'],
    ['aeTitle', { admission: { calledAeTitles: ['OTHER'] } }, { result: 1, reason: 7 }, 'warn'],
    ['room', { maxAssociations: 0 }, { result: 2, source: 3, reason: 2 }, 'warn'],
    [
      'rate',
      { admission: { associationRate: { perSecond: 0, burst: 1 } } },
      { result: 2, source: 3, reason: 1 },
      'debug',
    ],
    ['peerIdentity', { requireIdentity: () => false }, { result: 1, source: 1, reason: 3 }, 'warn'],
    [
      'userIdentity',
      { identity: { accept: [1], required: true, verify: () => Promise.resolve(undefined) } },
      { result: 1 },
      'warn',
    ],
    [
      'rule',
      { admit: () => ({ result: 1, source: 1, reason: 1 }) },
      { result: 1, source: 1, reason: 1 },
      'warn',
    ],
  ]
  it.each(cases)('whom it rejects, and counts them: %s', async (reason, options, rejection, level) => {
    const messages = told()
    await using running = await conversation({ services: [verification()], ...options })
    if (reason === 'rate') (await running.associate(['Verification'])).abort()
    await expect(running.associate(['Verification'])).rejects.toMatchObject(rejection)
    expect(messages['association-rejected']).toEqual([
      expect.objectContaining({
        scp: running.scp,
        callingAeTitle: 'SCU',
        calledAeTitle: 'SCP',
        remote: expect.objectContaining({ host: '127.0.0.1' }) as unknown,
        reason,
        rejection: expect.objectContaining(rejection) as unknown,
      }),
    ])
    if (reason === 'userIdentity') {
      expect(messages['association-rejected']).toMatchObject([{ userIdentity: 'missing' }])
    }
    expect(counted(running)).toEqual([[reason, 1]])
    const line = running.log.indexOf(`${level}: association rejected`)
    expect(running.logged[line]).toMatchObject({ ...who, ...rejection, why: reason })
  })

  it.each([
    ['requireIdentity', () => Promise.reject(new Error('away'))],
    ['admit', () => Promise.reject(new Error('away'))],
    ['admission', { calledAeTitles: () => Promise.reject(new Error('away')) }],
  ])('that a rule broke: %s', async (option, value) => {
    const messages = told()
    await using running = await conversation({ services: [verification()], [option]: value })
    await expect(running.associate(['Verification'])).rejects.toMatchObject({
      result: 2,
      source: 1,
      reason: 1,
    })
    expect(messages['association-rejected']).toMatchObject([
      { reason: 'error', error: { message: 'away' }, rejection: { result: 2, source: 1, reason: 1 } },
    ])
    expect(counted(running)).toEqual([['error', 1]])
    expect(running.log).toEqual(['error: an association could not be decided on'])
  })

  it.each([
    ['admit', () => new Promise<never>(() => undefined)],
    ['requireIdentity', () => new Promise<never>(() => undefined)],
    ['admission', { calledAeTitles: () => new Promise<never>(() => undefined) }],
  ])('that a decision took too long, and frees its place: %s', async (option, value) => {
    const messages = told()
    const clock = new FakeClock()
    await using running = await conversation({ services: [verification()], clock, [option]: value })
    const refused = running.associate(['Verification'])
    refused.catch(() => undefined)
    await until(() => clock.remainingMs.includes(30_000) && running.scp.admission.awaitingRequest === 0)
    await settled()
    clock.advance(30_000)
    await expect(refused).rejects.toMatchObject({ result: 2, source: 3, reason: 1 })
    await until(() => messages['association-rejected'].length > 0)
    expect(messages['association-rejected']).toMatchObject([{ reason: 'decisionTimeout' }])
    expect(counted(running)).toEqual([['decisionTimeout', 1]])
    expect(running.scp.admission.associations).toBe(0)
  })

  it('nothing of who left before a decision, whose place is free', async () => {
    const messages = told()
    const late = Promise.withResolvers<undefined>()
    await using running = await conversation({
      services: [verification()],
      admit: ({ connection }) => {
        connection.stream.destroy()
        return late.promise
      },
    })
    await expect(running.associate(['Verification'])).rejects.toMatchObject({ code: 'DCM_CONNECTION_LOST' })
    await until(() => running.scp.admission.associations === 0)
    late.resolve(undefined)
    await settled()
    expect(messages['association-rejected']).toEqual([])
    expect(counted(running)).toEqual([])
    expect(running.log).toEqual([])
  })
})

/** The reasons that were counted. */
function counted({ scp }: { readonly scp: { readonly admission: { requestsRejected: object } } }) {
  return Object.entries(scp.admission.requestsRejected).filter(([, count]) => count !== 0)
}
