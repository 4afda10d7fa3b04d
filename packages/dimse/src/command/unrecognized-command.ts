import { isUid, UsageError } from '@dcm/pdu'
import { statuses } from '../status/statuses.ts'

/** A command whose Command Field (0000,0100) is none of PS3.7 Table E.1-1. */
export interface UnrecognizedCommand {
  readonly type: 'unrecognized'
  readonly commandField: number
  /** Of a request: Command Field below 8000H. Without it there is nothing to answer to. */
  readonly messageId?: number
  /** Of a response: Command Field 8000H or more. */
  readonly messageIdBeingRespondedTo?: number
  readonly affectedSopClassUid?: string
  readonly status?: number
  readonly hasDataSet: boolean
}

/** The bit of a Command Field that tells a response from its request. */
export const responseBit = 0x8000

/**
 * The answer to a request nobody knows: status 0211H, unrecognized operation (PS3.7 Annex C).
 *
 * @throws UsageError `DCM_COMMAND_NOT_A_REQUEST` when it has no message ID or is a response.
 */
export function unrecognizedResponse(command: UnrecognizedCommand): UnrecognizedCommand {
  const { commandField, messageId, affectedSopClassUid } = command
  if (messageId === undefined || commandField >= responseBit) {
    throw new UsageError(
      `command ${commandField.toString(16)}H cannot be answered; allowed is a request with a message ID`,
      'DCM_COMMAND_NOT_A_REQUEST',
    )
  }
  return {
    type: 'unrecognized',
    commandField: commandField | responseBit,
    messageIdBeingRespondedTo: messageId,
    ...(affectedSopClassUid !== undefined && isUid(affectedSopClassUid) && { affectedSopClassUid }),
    status: statuses.UnrecognizedOperation,
    hasDataSet: false,
  }
}
