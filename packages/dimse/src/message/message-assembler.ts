import type { AcceptedPresentationContext } from '@dcm/association'
import type { PdvFragment } from '@dcm/pdu'
import { type CommandSet, decodeCommandSet, DimseDecodeError } from '../command/index.ts'
import { isAnswerable, type MalformedRequest } from '../command/malformed-request.ts'
import { DataSetStream, type Flow } from './data-set-stream.ts'
import { MessageProtocolError } from './message-protocol-error.ts'

/** One DIMSE message as it arrives: the command whole, the data set still coming. */
export interface Message {
  readonly context: AcceptedPresentationContext
  readonly command: CommandSet | MalformedCommand
  /** Present when the command announces one (PS3.7 E.1, Command Data Set Type). */
  readonly dataSet: DataSetStream | undefined
}

/** A request that is wrong, but can be answered. */
interface MalformedCommand {
  readonly type: 'malformed'
  readonly error: MalformedRequest
  readonly hasDataSet: boolean
}

/** The longest command set accepted, in bytes. Long lists of attributes fit; megabytes of command do not. */
const maximumCommandSetBytes = 65_536
const noBytes = new Uint8Array(0)

/**
 * Fragments in, messages out (PS3.8 Annex E). The fragments of one message come in order and uninterrupted: its command,
 * then its data set, all on one presentation context. That senders give each an even number of bytes (PS3.8 E.1) is not tested, as
 * nothing depends on it.
 */
export class MessageAssembler {
  readonly #flow: Flow
  readonly #deliver: (message: Message) => void
  /** Of the message that began last. */
  #context: AcceptedPresentationContext | undefined
  #command = noBytes
  #commandBytes = 0
  #commandBegun = false
  #dataSet: DataSetStream | undefined

  constructor(flow: Flow, deliver: (message: Message) => void) {
    this.#flow = flow
    this.#deliver = deliver
  }

  /** Whether a message has begun and is not complete: it is the peer's turn to send. */
  get midMessage(): boolean {
    return this.#commandBegun || this.#dataSet !== undefined
  }

  /** @throws MessageProtocolError, DimseDecodeError: the association cannot go on. */
  fragment(fragment: PdvFragment, context: AcceptedPresentationContext): void {
    if (context !== this.#context && this.midMessage) {
      // PS3.8 E.1: all fragments of a message travel on the presentation context it began on.
      throw new MessageProtocolError(
        `presentation context ${String(fragment.presentationContextId)} inside a message on context ${String(this.#context?.presentationContextId)}`,
        'DCM_MESSAGE_CONTEXT_CHANGED',
      )
    }
    if (this.#dataSet) this.#dataSetFragment(this.#dataSet, fragment)
    else this.#commandFragment(fragment, context)
  }

  /** The association ended: an unfinished data set fails with `error`. */
  fail(error: Error): void {
    this.#dataSet?.fail(error)
    this.#dataSet = undefined
    this.#forgetCommand()
  }

  #commandFragment(fragment: PdvFragment, context: AcceptedPresentationContext): void {
    if (!fragment.isCommand) {
      throw new MessageProtocolError(
        'a data set fragment without a command that announced it',
        'DCM_UNEXPECTED_DATA_SET',
      )
    }
    this.#context = context
    this.#commandBegun = true
    this.#commandBytes += fragment.data.length
    if (this.#commandBytes > maximumCommandSetBytes) {
      throw new MessageProtocolError(
        `a command set of more than ${String(maximumCommandSetBytes)} bytes`,
        'DCM_COMMAND_SET_TOO_LONG',
      )
    }
    const whole = fragment.isLast && fragment.endOfPdv
    if (whole && this.#commandBytes === fragment.data.length) {
      this.#complete(fragment.data, context)
      this.#flow.recycle([fragment.data])
      return
    }
    this.#keep(fragment.data)
    this.#flow.recycle([fragment.data])
    if (whole) this.#complete(this.#command.subarray(0, this.#commandBytes), context)
  }

  /** Copied, since a view would hold its whole chunk. */
  #keep(piece: Uint8Array): void {
    if (this.#commandBytes > this.#command.length) {
      const grown = new Uint8Array(Math.max(512, 2 * this.#commandBytes))
      grown.set(this.#command)
      this.#command = grown
    }
    this.#command.set(piece, this.#commandBytes - piece.length)
  }

  #forgetCommand(): void {
    this.#command = noBytes
    this.#commandBytes = 0
    this.#commandBegun = false
  }

  #complete(bytes: Uint8Array, context: AcceptedPresentationContext): void {
    this.#forgetCommand()
    const command = decode(bytes)
    this.#dataSet = command.hasDataSet ? new DataSetStream(this.#flow) : undefined
    this.#deliver({ context, command, dataSet: this.#dataSet })
  }

  #dataSetFragment(dataSet: DataSetStream, fragment: PdvFragment): void {
    if (fragment.isCommand) {
      throw new MessageProtocolError('a command fragment inside a data set', 'DCM_UNEXPECTED_COMMAND')
    }
    dataSet.write(fragment.data)
    if (fragment.isLast && fragment.endOfPdv) {
      this.#dataSet = undefined
      dataSet.end()
    }
  }
}

function decode(bytes: Uint8Array): CommandSet | MalformedCommand {
  try {
    return decodeCommandSet(bytes)
  } catch (error) {
    if (!(error instanceof DimseDecodeError) || !isAnswerable(error)) throw error
    return { type: 'malformed', error, hasDataSet: error.hasDataSet }
  }
}
