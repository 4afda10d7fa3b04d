import { channel } from 'node:diagnostics_channel'
import type { AcceptedPresentationContext, Association } from '@dcm/association'
import { type RequestToSend, statusCategory } from '@dcm/dimse'

/** Published on `dcm:scu:operation-ended`: it has its last response, or never will. Nothing of what it says about an instance. */
export interface ScuOperationEndedMessage {
  readonly associationId: number
  readonly command: RequestToSend['type']
  /** Of the presentation context. */
  readonly abstractSyntax: string
  /** Of the last response; absent when there was none. */
  readonly status?: number
  /** What its caller got instead of a response, or of the rest. */
  readonly error?: Error
}

const operationEnded = channel('dcm:scu:operation-ended')

/** How an operation ended, with the last status that came, pending or not. */
export interface Ending {
  readonly status?: number | undefined
  readonly error?: Error | undefined
}

/** Nothing is made while nobody listens. */
export function publishOperationEnded(
  { id: associationId }: Association,
  { abstractSyntax }: AcceptedPresentationContext,
  { type: command }: RequestToSend,
  { status, error }: Ending,
): void {
  if (!operationEnded.hasSubscribers) return
  operationEnded.publish({
    associationId,
    command,
    abstractSyntax,
    ...(status !== undefined && statusCategory(status) !== 'pending' && { status }),
    ...(error && { error }),
  } satisfies ScuOperationEndedMessage)
}
