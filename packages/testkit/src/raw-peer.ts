import type { Pdv, PdvFragment } from '@dcm/pdu'

/** What a {@link RawPeer} needs of an association; that of `@dcm/association` has it. */
export interface RawAssociation {
  send(pdvs: readonly Pdv[]): unknown
  receive(receiver: {
    fragment(fragment: PdvFragment): void
    releaseRequested(): void
    ended(end: { readonly kind: string; readonly error?: Error }): void
  }): void
}

/** How commands become bytes and are read: `encodeCommandSet` and `decodeCommandSet` of `@dcm/dimse`, for example. */
export interface CommandCodec<Command> {
  encode(command: Command): Uint8Array
  decode(bytes: Uint8Array): Command
}

/**
 * A peer without manners on an association that was made properly: sends whatever command sets and data sets it is given, in any
 * order, and reads the commands that come back. Data sets that come are dropped.
 */
export class RawPeer<Command extends object, Association extends RawAssociation = RawAssociation> {
  readonly association: Association
  readonly #codec: CommandCodec<Command>
  readonly #commands: Command[] = []
  #fragments: Uint8Array[] = []
  #waiting: PromiseWithResolvers<Command> | undefined
  #end: Error | undefined

  constructor(association: Association, codec: CommandCodec<Command>) {
    this.association = association
    this.#codec = codec
    association.receive({
      fragment: (fragment) => {
        if (fragment.isCommand) this.#arrived(fragment)
      },
      releaseRequested: () => undefined,
      ended: (end) => {
        this.#end = end.error ?? new Error(`the association was ${end.kind}`)
        this.#waiting?.reject(this.#end)
      },
    })
  }

  /** Sends a command, or bytes in the place of one. */
  command(presentationContextId: number, command: Uint8Array | Command): void {
    const data = [command instanceof Uint8Array ? command : this.#codec.encode(command)]
    this.association.send([{ presentationContextId, isCommand: true, isLast: true, data }])
  }

  /** Sends a data set, whether a command announced it or not. */
  dataSet(presentationContextId: number, bytes: Uint8Array): void {
    this.association.send([{ presentationContextId, isCommand: false, isLast: true, data: [bytes] }])
  }

  /** The next command that comes; rejects when the association is over. One call at a time. */
  next(): Promise<Command> {
    const command = this.#commands.shift()
    if (command) return Promise.resolve(command)
    if (this.#end) return Promise.reject(this.#end)
    this.#waiting = Promise.withResolvers()
    return this.#waiting.promise
  }

  #arrived({ data, isLast, endOfPdv }: PdvFragment): void {
    this.#fragments.push(data)
    if (!isLast || !endOfPdv) return
    const command = this.#codec.decode(Buffer.concat(this.#fragments))
    this.#fragments = []
    const waiting = this.#waiting
    this.#waiting = undefined
    if (waiting) waiting.resolve(command)
    else this.#commands.push(command)
  }
}

/**
 * The same command set (PS3.7 E.1) with another value in one element of group 0000, as long as the one before: what an encoder would
 * refuse. The bytes are changed in place.
 */
export function withElement(command: Uint8Array, element: number, value: readonly number[]): Uint8Array {
  const view = new DataView(command.buffer, command.byteOffset, command.byteLength)
  for (let offset = 0; offset < command.length; offset += 8 + view.getUint32(offset + 4, true)) {
    if (view.getUint16(offset + 2, true) === element) command.set(value, offset + 8)
  }
  return command
}
