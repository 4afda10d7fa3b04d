import {
  decodeCommandSet,
  encodeCommandSet,
  type Request,
  responseTo,
  statuses,
  type UnrecognizedCommand,
  unrecognizedResponse,
} from '@dcm/dimse'
import { expect, expectTypeOf, test } from 'vitest'
import { commandVectors } from './command-vectors.ts'

const requests = commandVectors.flatMap(({ command }) =>
  'messageId' in command && command.type !== 'unrecognized' ? [command] : [],
)

test.each(requests)('the response to a $type has its type, message ID and SOP class', (request) => {
  const hasDataSet = request.type === 'N-GET-RQ'
  const response = responseTo(request, { status: statuses.Success, hasDataSet })
  expect(response.type).toBe(request.type.replace('-RQ', '-RSP'))
  expect(response).toMatchObject({ messageIdBeingRespondedTo: 7, status: 0, hasDataSet })
  expect(response.affectedSopClassUid).toBe('1.2.840.10008.1.1')
  expect(decodeCommandSet(encodeCommandSet(response))).toEqual(response)
})

const store: Extract<Request, { type: 'C-STORE-RQ' }> = {
  type: 'C-STORE-RQ',
  affectedSopClassUid: '1.2',
  affectedSopInstanceUid: '1.3',
  messageId: 7,
  priority: 'low',
  hasDataSet: true,
}

test('C-STORE: the instance is echoed', () => {
  expect(responseTo(store, { status: 0 })).toEqual({
    type: 'C-STORE-RSP',
    affectedSopClassUid: '1.2',
    affectedSopInstanceUid: '1.3',
    messageIdBeingRespondedTo: 7,
    status: 0,
    hasDataSet: false,
  })
})

test('N-ACTION and N-EVENT-REPORT: what was requested is what is affected, with its type', () => {
  const requested = {
    requestedSopClassUid: '1.2',
    requestedSopInstanceUid: '1.3',
    messageId: 7,
    hasDataSet: true,
  }
  expect(responseTo({ type: 'N-ACTION-RQ', ...requested, actionTypeId: 4 }, { status: 0 })).toEqual({
    type: 'N-ACTION-RSP',
    affectedSopClassUid: '1.2',
    affectedSopInstanceUid: '1.3',
    actionTypeId: 4,
    messageIdBeingRespondedTo: 7,
    status: 0,
    hasDataSet: false,
  })
  const affected = {
    affectedSopClassUid: '1.2',
    affectedSopInstanceUid: '1.3',
    messageId: 7,
    hasDataSet: true,
  }
  expect(responseTo({ type: 'N-EVENT-REPORT-RQ', ...affected, eventTypeId: 4 }, { status: 0 })).toMatchObject(
    { eventTypeId: 4, affectedSopInstanceUid: '1.3' },
  )
})

test('N-CREATE: the instance that the performer chose', () => {
  const request = { type: 'N-CREATE-RQ', affectedSopClassUid: '1.2', messageId: 7, hasDataSet: true } as const
  expect(responseTo(request, { status: 0 })).not.toHaveProperty('affectedSopInstanceUid')
  expect(responseTo(request, { status: 0, affectedSopInstanceUid: '1.9', hasDataSet: true })).toMatchObject({
    affectedSopInstanceUid: '1.9',
    hasDataSet: true,
  })
})

test('C-MOVE: counts of sub-operations', () => {
  const request = {
    type: 'C-MOVE-RQ',
    affectedSopClassUid: '1.2',
    messageId: 7,
    moveDestination: 'X',
    priority: 'low',
    hasDataSet: true,
  } as const
  const response = responseTo(request, { status: statuses.Pending, numberOfRemainingSuboperations: 3 })
  expectTypeOf(response.type).toEqualTypeOf<'C-MOVE-RSP'>()
  expect(response.numberOfRemainingSuboperations).toBe(3)
})

test('the response type follows from the request, and takes no field of another', () => {
  expectTypeOf(responseTo(store, { status: 0 }).type).toEqualTypeOf<'C-STORE-RSP'>()
  // @ts-expect-error C-STORE-RSP counts no sub-operations.
  responseTo(store, { status: 0, numberOfFailedSuboperations: 1 })
  // @ts-expect-error PS3.7 9.1.1.1.9: C-STORE has no pending status.
  responseTo(store, { status: statuses.Pending })
  // @ts-expect-error Nor is any number one.
  responseTo(store, { status: Number('0') })
  // @ts-expect-error A response has a status.
  expect(() => encodeCommandSet(responseTo(store, {}))).toThrow('(0000,0900) status')
})

test('what is no UID is not echoed, so that the answer can be sent', () => {
  const response = responseTo(
    { ...store, affectedSopClassUid: '1'.repeat(65), affectedSopInstanceUid: '../../etc' },
    { status: statuses.InvalidSopInstance },
  )
  expect(response).not.toHaveProperty('affectedSopClassUid')
  expect(response).not.toHaveProperty('affectedSopInstanceUid')
  expect(() => encodeCommandSet(response)).not.toThrow()
})

test('an error comment is made to fit', () => {
  const comment = (errorComment: string) => {
    const response = responseTo(store, { status: 0xc000, errorComment })
    expect(decodeCommandSet(encodeCommandSet(response)).type).toBe('C-STORE-RSP')
    return response.errorComment
  }
  expect(comment('disk full')).toBe('disk full')
  expect(comment(' C:\\überlauf\n\u{1f600} ')).toBe('C:??berlauf???')
  expect(comment('x'.repeat(63) + ' and more')).toBe('x'.repeat(63))
  expect(comment('')).toBe('')
})

const unknown: UnrecognizedCommand = {
  type: 'unrecognized',
  commandField: 0x0160,
  messageId: 7,
  affectedSopClassUid: '1.2',
  hasDataSet: true,
}

test('an unrecognized request is answered with 0211H', () => {
  const response = unrecognizedResponse(unknown)
  expect(response).toEqual({
    type: 'unrecognized',
    commandField: 0x8160,
    messageIdBeingRespondedTo: 7,
    affectedSopClassUid: '1.2',
    status: 0x0211,
    hasDataSet: false,
  })
  expect(decodeCommandSet(encodeCommandSet(response))).toEqual(response)
  expect(unrecognizedResponse({ ...unknown, affectedSopClassUid: 'x' })).not.toHaveProperty(
    'affectedSopClassUid',
  )
  expect(
    unrecognizedResponse({ type: 'unrecognized', commandField: 2, messageId: 0, hasDataSet: false }),
  ).toEqual({
    type: 'unrecognized',
    commandField: 0x8002,
    messageIdBeingRespondedTo: 0,
    status: 0x0211,
    hasDataSet: false,
  })
})

test('an unrecognized response, or a request without a message ID, has no answer', () => {
  for (const command of [
    { type: 'unrecognized', commandField: 0x0160, hasDataSet: false },
    { type: 'unrecognized', commandField: 0x8160, messageId: 7, hasDataSet: false },
  ] as const) {
    expect(() => unrecognizedResponse(command)).toThrow(
      expect.objectContaining({ name: 'UsageError', code: 'DCM_COMMAND_NOT_A_REQUEST' }),
    )
  }
})
