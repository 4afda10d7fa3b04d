import {
  type CommandSet,
  collectDataSet,
  commandFaults,
  DataSetTooLongError,
  encodeCommandSet,
  type Request,
} from '@dcm/dimse'
import { describe, expect, it } from 'vitest'

const request = { affectedSopClassUid: '1.2', messageId: 7, priority: 'medium' } as const
const requested = { requestedSopClassUid: '1.2', requestedSopInstanceUid: '1.3', messageId: 7 } as const
const response = { messageIdBeingRespondedTo: 7 } as const
const counts = {
  numberOfRemainingSuboperations: 1,
  numberOfCompletedSuboperations: 0,
  numberOfFailedSuboperations: 0,
  numberOfWarningSuboperations: 0,
}
const [remaining, ...ended] = Object.keys(counts)

/** Every condition, by a command that breaks it. */
const broken: readonly [what: string, tag: number, command: CommandSet][] = [
  [
    'a C-STORE-RQ without a data set',
    0x0800,
    { type: 'C-STORE-RQ', ...request, affectedSopInstanceUid: '1.3', hasDataSet: false },
  ],
  ['a C-FIND-RQ without a data set', 0x0800, { type: 'C-FIND-RQ', ...request, hasDataSet: false }],
  ['a C-GET-RQ without a data set', 0x0800, { type: 'C-GET-RQ', ...request, hasDataSet: false }],
  [
    'a C-MOVE-RQ without a data set',
    0x0800,
    { type: 'C-MOVE-RQ', ...request, moveDestination: 'A', hasDataSet: false },
  ],
  ['an N-SET-RQ without a data set', 0x0800, { type: 'N-SET-RQ', ...requested, hasDataSet: false }],
  [
    'a C-ECHO-RQ with a data set',
    0x0800,
    { type: 'C-ECHO-RQ', affectedSopClassUid: '1.2', messageId: 7, hasDataSet: true },
  ],
  [
    'a C-CANCEL-RQ with a data set',
    0x0800,
    { type: 'C-CANCEL-RQ', messageIdBeingRespondedTo: 7, hasDataSet: true },
  ],
  ['an N-GET-RQ with a data set', 0x0800, { type: 'N-GET-RQ', ...requested, hasDataSet: true }],
  ['an N-DELETE-RQ with a data set', 0x0800, { type: 'N-DELETE-RQ', ...requested, hasDataSet: true }],
  [
    'a C-STORE-RSP with a data set',
    0x0800,
    { type: 'C-STORE-RSP', ...response, status: 0, hasDataSet: true },
  ],
  ['a C-ECHO-RSP with a data set', 0x0800, { type: 'C-ECHO-RSP', ...response, status: 0, hasDataSet: true }],
  [
    'an N-DELETE-RSP with a data set',
    0x0800,
    { type: 'N-DELETE-RSP', ...response, status: 0, hasDataSet: true },
  ],
  [
    'a C-FIND-RSP (pending) without a data set',
    0x0800,
    { type: 'C-FIND-RSP', ...response, status: 0xff00, hasDataSet: false },
  ],
  [
    'a C-FIND-RSP (success) with a data set',
    0x0800,
    { type: 'C-FIND-RSP', ...response, status: 0, hasDataSet: true },
  ],
  [
    'a C-GET-RSP (pending) with a data set',
    0x0800,
    { type: 'C-GET-RSP', ...response, ...counts, status: 0xff00, hasDataSet: true },
  ],
  [
    'a C-MOVE-RSP (success) with a data set',
    0x0800,
    { type: 'C-MOVE-RSP', ...response, status: 0, hasDataSet: true },
  ],
  [
    'an N-GET-RSP (success) without a data set',
    0x0800,
    { type: 'N-GET-RSP', ...response, status: 0, hasDataSet: false },
  ],
  [
    'a C-ECHO-RSP with the status pending',
    0x0900,
    { type: 'C-ECHO-RSP', ...response, status: 0xff00, hasDataSet: false },
  ],
  [
    'an N-SET-RSP with the status cancel',
    0x0900,
    { type: 'N-SET-RSP', ...response, status: 0xfe00, hasDataSet: false },
  ],
  [
    'a C-MOVE-RSP (failure) with numberOfRemainingSuboperations',
    0x1020,
    { type: 'C-MOVE-RSP', ...response, ...counts, status: 0xa701, hasDataSet: false },
  ],
  [
    'a C-GET-RSP (warning) with numberOfRemainingSuboperations',
    0x1020,
    { type: 'C-GET-RSP', ...response, ...counts, status: 0xb000, hasDataSet: true },
  ],
  [
    'an N-EVENT-REPORT-RSP with an event reply without eventTypeId',
    0x1002,
    { type: 'N-EVENT-REPORT-RSP', ...response, status: 0, hasDataSet: true },
  ],
  [
    'an N-ACTION-RSP with an action reply without actionTypeId',
    0x1008,
    { type: 'N-ACTION-RSP', ...response, status: 0, hasDataSet: true },
  ],
]

describe('conditions', () => {
  it.each(broken)('%s', (message, tag, command) => {
    expect(commandFaults(command)).toEqual([{ tag, message }])
    expect(() => encodeCommandSet(command)).toThrow(
      expect.objectContaining({ name: 'UsageError', code: 'DCM_COMMAND_CONDITION', message }),
    )
  })

  it.each(['C-GET-RSP', 'C-MOVE-RSP'] as const)('a pending %s counts its sub-operations', (type) => {
    const pending = { type, ...response, status: 0xff00, hasDataSet: false } as const
    expect(commandFaults({ ...pending, ...counts })).toEqual([])
    expect(commandFaults(pending).map(({ tag }) => tag)).toEqual([0x1020, 0x1021, 0x1022, 0x1023])
    for (const name of [remaining, ...ended]) {
      const without = { ...pending, ...counts, [String(name)]: undefined } as CommandSet
      expect(commandFaults(without)).toMatchObject([{ message: `a pending ${type} without ${String(name)}` }])
    }
  })

  it('a cancelled C-MOVE may say what remains, and what failed', () => {
    const cancelled = { type: 'C-MOVE-RSP', ...response, ...counts, status: 0xfe00 } as const
    expect(commandFaults({ ...cancelled, hasDataSet: true })).toEqual([])
    expect(commandFaults({ ...cancelled, hasDataSet: false })).toEqual([])
  })

  it('an instance that the request left open is named by the response', () => {
    const create: Request = {
      type: 'N-CREATE-RQ',
      affectedSopClassUid: '1.2',
      messageId: 7,
      hasDataSet: true,
    }
    const created = { type: 'N-CREATE-RSP', ...response, hasDataSet: false } as const
    const fault = { tag: 0x1000 }
    expect(commandFaults({ ...created, status: 0 }, create)).toMatchObject([fault])
    expect(commandFaults({ ...created, status: 0x0107 }, create)).toMatchObject([fault])
    expect(commandFaults({ ...created, status: 0x0110 }, create)).toEqual([])
    expect(commandFaults({ ...created, status: 0, affectedSopInstanceUid: '1.3' }, create)).toEqual([])
    expect(commandFaults({ ...created, status: 0 }, { ...create, affectedSopInstanceUid: '1.3' })).toEqual([])
    expect(commandFaults({ ...created, status: 0 })).toEqual([])
  })
})

describe('collectDataSet', () => {
  const source = (...batches: Uint8Array[][]) => ({ read: () => Promise.resolve(batches.shift()) })

  it('joins what comes, up to its limit', async () => {
    const runs = [Uint8Array.of(1, 2), Uint8Array.of(3)]
    expect(await collectDataSet(source(runs, [Uint8Array.of(4)]), 4)).toEqual(Uint8Array.of(1, 2, 3, 4))
    expect(await collectDataSet(source())).toEqual(new Uint8Array(0))
  })

  it('refuses one byte more, and reads no further', async () => {
    let reads = 0
    const endless = { read: () => Promise.resolve(reads++ < 99 ? [new Uint8Array(3)] : undefined) }
    await expect(collectDataSet(endless, 8)).rejects.toThrow(DataSetTooLongError)
    expect(reads).toBe(3)
    await expect(collectDataSet(source([new Uint8Array(9)]), 8)).rejects.toMatchObject({
      code: 'DCM_DATA_SET_TOO_LONG',
      maximumBytes: 8,
    })
  })
})
