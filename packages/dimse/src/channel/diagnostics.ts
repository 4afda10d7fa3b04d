import { channel } from 'node:diagnostics_channel'
import type { AcceptedPresentationContext, Association } from '@dcm/association'
import type { Message } from '../message/index.ts'

/**
 * Published on `dcm:dimse:message`: a message of the peer once its command has come, one of ours once it has left. Nothing of what it says about
 * an instance, nor of its data set.
 */
export interface DimseMessage {
  readonly associationId: number
  readonly direction: 'sent' | 'received'
  readonly presentationContextId: number
  /** Of the presentation context. */
  readonly abstractSyntax: string
  readonly command: Message['command']['type']
  /** Of a request. */
  readonly messageId?: number
  /** Of a response, and of a C-CANCEL-RQ. */
  readonly messageIdBeingRespondedTo?: number
  /** Of a response. */
  readonly status?: number
  readonly hasDataSet: boolean
  /** Why it is malformed. */
  readonly error?: Error
}

const messages = channel('dcm:dimse:message')

/** Nothing is made while nobody listens. */
export function publishMessage(
  { id: associationId }: Association,
  direction: DimseMessage['direction'],
  { presentationContextId, abstractSyntax }: AcceptedPresentationContext,
  command: Message['command'],
): void {
  if (!messages.hasSubscribers) return
  messages.publish({
    associationId,
    direction,
    presentationContextId,
    abstractSyntax,
    command: command.type,
    ...numbersOf(command),
    hasDataSet: command.hasDataSet,
  } satisfies DimseMessage)
}

function numbersOf(
  command: Message['command'],
): Pick<DimseMessage, 'messageId' | 'messageIdBeingRespondedTo' | 'status' | 'error'> {
  if (command.type === 'malformed') return { messageId: command.error.messageId, error: command.error }
  return {
    ...('messageId' in command && { messageId: command.messageId }),
    ...('messageIdBeingRespondedTo' in command && {
      messageIdBeingRespondedTo: command.messageIdBeingRespondedTo,
    }),
    ...('status' in command && { status: command.status }),
  }
}
