import { statuses } from '../status/statuses.ts'
import type { DimseDecodeError } from './dimse-decode-error.ts'
import { layoutOfCommandField } from './message-layouts.ts'
import type { Response } from './responses.ts'
import { responseBit, type UnrecognizedCommand, unrecognizedResponse } from './unrecognized-command.ts'

/** A request that is wrong, but leaves no doubt which one it is, nor where the next message begins. */
export type MalformedRequest = DimseDecodeError & {
  readonly commandField: number
  readonly messageId: number
  readonly hasDataSet: boolean
}

/** C-CANCEL-RQ, which is never answered (PS3.7 9.3.2.3). */
const cancelCommandField = 0x0fff
/** The Command Fields of normalized requests begin here. */
const firstNormalized = 0x0100

/** Whether a request that cannot be decoded can be answered all the same. */
export function isAnswerable(error: DimseDecodeError): error is MalformedRequest {
  const { code, commandField, messageId, hasDataSet } = error
  return (
    code !== 'DCM_COMMAND_LENGTH' &&
    commandField !== undefined &&
    commandField < responseBit &&
    commandField !== cancelCommandField &&
    messageId !== undefined &&
    hasDataSet !== undefined
  )
}

/** The failure that answers a malformed request: what is missing, or mistyped, or unknown (PS3.7 Annex C). */
export function malformedResponse(request: MalformedRequest): Response | UnrecognizedCommand {
  const { commandField, messageId } = request
  const { type } = layoutOfCommandField(commandField)
  if (type === 'unrecognized')
    return unrecognizedResponse({ type, commandField, messageId, hasDataSet: false })
  return {
    type: type.replace(/RQ$/, 'RSP') as Response['type'],
    messageIdBeingRespondedTo: messageId,
    status: statusOf(request),
    ...(request.tag !== undefined && { offendingElement: [request.tag] }),
    hasDataSet: false,
  }
}

/** Composite operations have no status for what is missing. */
function statusOf({ code, commandField }: MalformedRequest): number {
  return code === 'DCM_COMMAND_FIELD_MISSING' && commandField >= firstNormalized
    ? statuses.MissingAttribute
    : statuses.MistypedArgument
}
