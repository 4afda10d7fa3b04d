import type { CommandSet } from '@dcm/dimse'
import { commandSet } from './hex.ts'

export interface CommandVector {
  readonly clause: string
  readonly bytes: Uint8Array
  readonly command: CommandSet
}

const affectedClass = "0000 0200 12000000 '1.2.840.10008.1.1' 00"
const requestedClass = "0000 0300 12000000 '1.2.840.10008.1.1' 00"
const affectedInstance = "0000 0010 04000000 '1.23'"
const requestedInstance = "0000 0110 04000000 '1.23'"
const messageId = '0000 1001 02000000 0700'
const respondedTo = '0000 2001 02000000 0700'
const priorityHigh = '0000 0007 02000000 0100'
const withDataSet = '0000 0008 02000000 0100'
const withoutDataSet = '0000 0008 02000000 0101'
const success = '0000 0009 02000000 0000'

/** Command Field, as it stands on the wire. */
function field(littleEndian: string): string {
  return `0000 0001 02000000 ${littleEndian}`
}

const sopClass = '1.2.840.10008.1.1'
const affected = { affectedSopClassUid: sopClass, affectedSopInstanceUid: '1.23' }
const requested = { requestedSopClassUid: sopClass, requestedSopInstanceUid: '1.23' }
const responded = { messageIdBeingRespondedTo: 7, status: 0x0000 }

/** A request to an instance that exists, with what it holds besides. */
function requestedBytes(commandField: string, dataSet: string, ...rest: string[]): Uint8Array {
  return commandSet(requestedClass, field(commandField), messageId, dataSet, requestedInstance, ...rest)
}

/** A response about an instance, with what it holds besides. */
function instanceResponse(commandField: string, dataSet: string, ...rest: string[]): Uint8Array {
  return commandSet(
    affectedClass,
    field(commandField),
    respondedTo,
    dataSet,
    success,
    affectedInstance,
    ...rest,
  )
}

const suboperations = [
  '0000 2010 02000000 0100',
  '0000 2110 02000000 0200',
  '0000 2210 02000000 0300',
  '0000 2310 02000000 0400',
]
const suboperationFields = {
  numberOfRemainingSuboperations: 1,
  numberOfCompletedSuboperations: 2,
  numberOfFailedSuboperations: 3,
  numberOfWarningSuboperations: 4,
}

/** One or more of each message of PS3.7, as the encoder writes them. */
export const commandVectors: readonly CommandVector[] = [
  {
    clause: '9.3.1.1',
    bytes: commandSet(affectedClass, field('0100'), messageId, priorityHigh, withDataSet, affectedInstance),
    command: { type: 'C-STORE-RQ', ...affected, messageId: 7, priority: 'high', hasDataSet: true },
  },
  {
    clause: '9.3.1.1 for a C-MOVE',
    bytes: commandSet(
      affectedClass,
      field('0100'),
      messageId,
      '0000 0007 02000000 0200',
      withDataSet,
      affectedInstance,
      "0000 3010 06000000 'MOVER '",
      '0000 3110 02000000 FFFF',
    ),
    command: {
      type: 'C-STORE-RQ',
      ...affected,
      messageId: 7,
      priority: 'low',
      hasDataSet: true,
      moveOriginatorApplicationEntityTitle: 'MOVER',
      moveOriginatorMessageId: 0xffff,
    },
  },
  {
    clause: '9.3.1.2',
    bytes: instanceResponse('0180', withoutDataSet),
    command: { type: 'C-STORE-RSP', ...affected, ...responded, hasDataSet: false },
  },
  {
    clause: '9.3.1.2 without UIDs, failed',
    bytes: commandSet(
      field('0180'),
      respondedTo,
      withoutDataSet,
      '0000 0009 02000000 00C0',
      '0000 0109 08000000 1000 1000 E07F 1000',
      "0000 0209 04000000 'bad '",
      '0000 0309 02000000 0200',
    ),
    command: {
      type: 'C-STORE-RSP',
      messageIdBeingRespondedTo: 7,
      status: 0xc000,
      offendingElement: [0x00100010, 0x7fe00010],
      errorComment: 'bad',
      errorId: 2,
      hasDataSet: false,
    },
  },
  {
    clause: '9.3.2.1',
    bytes: commandSet(affectedClass, field('2000'), messageId, priorityHigh, withDataSet),
    command: {
      type: 'C-FIND-RQ',
      affectedSopClassUid: sopClass,
      messageId: 7,
      priority: 'high',
      hasDataSet: true,
    },
  },
  {
    clause: '9.3.2.2',
    bytes: commandSet(affectedClass, field('2080'), respondedTo, withDataSet, '0000 0009 02000000 00FF'),
    command: {
      type: 'C-FIND-RSP',
      affectedSopClassUid: sopClass,
      messageIdBeingRespondedTo: 7,
      status: 0xff00,
      hasDataSet: true,
    },
  },
  {
    clause: '9.3.2.3',
    bytes: commandSet(field('FF0F'), respondedTo, withoutDataSet),
    command: { type: 'C-CANCEL-RQ', messageIdBeingRespondedTo: 7, hasDataSet: false },
  },
  {
    clause: '9.3.3.1',
    bytes: commandSet(affectedClass, field('1000'), messageId, priorityHigh, withDataSet),
    command: {
      type: 'C-GET-RQ',
      affectedSopClassUid: sopClass,
      messageId: 7,
      priority: 'high',
      hasDataSet: true,
    },
  },
  {
    clause: '9.3.3.2',
    bytes: commandSet(
      affectedClass,
      field('1080'),
      respondedTo,
      withoutDataSet,
      success,
      ...suboperations.slice(1),
    ),
    command: {
      type: 'C-GET-RSP',
      affectedSopClassUid: sopClass,
      ...responded,
      hasDataSet: false,
      numberOfCompletedSuboperations: 2,
      numberOfFailedSuboperations: 3,
      numberOfWarningSuboperations: 4,
    },
  },
  {
    clause: '9.3.4.1',
    bytes: commandSet(
      affectedClass,
      field('2100'),
      messageId,
      "0000 0006 10000000 'ARCHIVE OF SEVEN'",
      priorityHigh,
      withDataSet,
    ),
    command: {
      type: 'C-MOVE-RQ',
      affectedSopClassUid: sopClass,
      messageId: 7,
      moveDestination: 'ARCHIVE OF SEVEN',
      priority: 'high',
      hasDataSet: true,
    },
  },
  {
    clause: '9.3.4.2',
    bytes: commandSet(
      affectedClass,
      field('2180'),
      respondedTo,
      withoutDataSet,
      '0000 0009 02000000 00FF',
      ...suboperations,
    ),
    command: {
      type: 'C-MOVE-RSP',
      affectedSopClassUid: sopClass,
      messageIdBeingRespondedTo: 7,
      status: 0xff00,
      hasDataSet: false,
      ...suboperationFields,
    },
  },
  {
    clause: '9.3.5.1',
    bytes: commandSet(affectedClass, field('3000'), messageId, withoutDataSet),
    command: { type: 'C-ECHO-RQ', affectedSopClassUid: sopClass, messageId: 7, hasDataSet: false },
  },
  {
    clause: '9.3.5.2',
    bytes: commandSet(affectedClass, field('3080'), respondedTo, withoutDataSet, success),
    command: { type: 'C-ECHO-RSP', affectedSopClassUid: sopClass, ...responded, hasDataSet: false },
  },
  {
    clause: '10.3.1.1',
    bytes: commandSet(
      affectedClass,
      field('0001'),
      messageId,
      withDataSet,
      affectedInstance,
      '0000 0210 02000000 0200',
    ),
    command: { type: 'N-EVENT-REPORT-RQ', ...affected, messageId: 7, eventTypeId: 2, hasDataSet: true },
  },
  {
    clause: '10.3.1.2',
    bytes: instanceResponse('0081', withoutDataSet, '0000 0210 02000000 0200'),
    command: { type: 'N-EVENT-REPORT-RSP', ...affected, ...responded, eventTypeId: 2, hasDataSet: false },
  },
  {
    clause: '10.3.2.1',
    bytes: requestedBytes('1001', withoutDataSet, '0000 0510 04000000 1000 2000'),
    command: {
      type: 'N-GET-RQ',
      ...requested,
      messageId: 7,
      attributeIdentifierList: [0x00100020],
      hasDataSet: false,
    },
  },
  {
    clause: '10.3.2.2',
    bytes: instanceResponse('1081', withDataSet),
    command: { type: 'N-GET-RSP', ...affected, ...responded, hasDataSet: true },
  },
  {
    clause: '10.3.3.1',
    bytes: requestedBytes('2001', withDataSet),
    command: { type: 'N-SET-RQ', ...requested, messageId: 7, hasDataSet: true },
  },
  {
    clause: '10.3.3.2',
    bytes: instanceResponse('2081', withDataSet),
    command: { type: 'N-SET-RSP', ...affected, ...responded, hasDataSet: true },
  },
  {
    clause: '10.3.4.1',
    bytes: requestedBytes('3001', withDataSet, '0000 0810 02000000 0100'),
    command: { type: 'N-ACTION-RQ', ...requested, messageId: 7, actionTypeId: 1, hasDataSet: true },
  },
  {
    clause: '10.3.4.2',
    bytes: instanceResponse('3081', withoutDataSet, '0000 0810 02000000 0100'),
    command: { type: 'N-ACTION-RSP', ...affected, ...responded, actionTypeId: 1, hasDataSet: false },
  },
  {
    clause: '10.3.4.2 with the unsupported keys of PS3.4 KK.2.2.3',
    bytes: commandSet(
      affectedClass,
      field('3081'),
      respondedTo,
      withoutDataSet,
      '0000 0009 02000000 10B0',
      affectedInstance,
      '0000 0510 04000000 1000 2000',
      '0000 0810 02000000 0B00',
    ),
    command: {
      type: 'N-ACTION-RSP',
      ...affected,
      messageIdBeingRespondedTo: 7,
      status: 0xb010,
      attributeIdentifierList: [0x00100020],
      actionTypeId: 11,
      hasDataSet: false,
    },
  },
  {
    clause: '10.3.5.1',
    bytes: commandSet(affectedClass, field('4001'), messageId, withDataSet),
    command: { type: 'N-CREATE-RQ', affectedSopClassUid: sopClass, messageId: 7, hasDataSet: true },
  },
  {
    clause: '10.3.5.2',
    bytes: instanceResponse('4081', withDataSet),
    command: { type: 'N-CREATE-RSP', ...affected, ...responded, hasDataSet: true },
  },
  {
    clause: '10.3.5.2 with an attribute list error (C.4.2)',
    bytes: commandSet(
      affectedClass,
      field('4081'),
      respondedTo,
      withoutDataSet,
      '0000 0009 02000000 0701',
      affectedInstance,
      '0000 0510 08000000 1000 2000 0800 5000',
    ),
    command: {
      type: 'N-CREATE-RSP',
      ...affected,
      messageIdBeingRespondedTo: 7,
      status: 0x0107,
      attributeIdentifierList: [0x00100020, 0x00080050],
      hasDataSet: false,
    },
  },
  {
    clause: '10.3.6.1',
    bytes: requestedBytes('5001', withoutDataSet),
    command: { type: 'N-DELETE-RQ', ...requested, messageId: 7, hasDataSet: false },
  },
  {
    clause: '10.3.6.2',
    bytes: instanceResponse('5081', withoutDataSet),
    command: { type: 'N-DELETE-RSP', ...affected, ...responded, hasDataSet: false },
  },
  {
    clause: 'E.1, a request of no known command',
    bytes: commandSet(affectedClass, field('6001'), messageId, withoutDataSet),
    command: {
      type: 'unrecognized',
      commandField: 0x0160,
      affectedSopClassUid: sopClass,
      messageId: 7,
      hasDataSet: false,
    },
  },
  {
    clause: 'E.1, a response of no known command',
    bytes: commandSet(field('6081'), respondedTo, withoutDataSet, '0000 0009 02000000 1102'),
    command: {
      type: 'unrecognized',
      commandField: 0x8160,
      messageIdBeingRespondedTo: 7,
      status: 0x0211,
      hasDataSet: false,
    },
  },
]
