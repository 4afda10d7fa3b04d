import type { Association } from '@dcm/association'
import { type CommandSet, decodeCommandSet, encodeCommandSet } from '@dcm/dimse'

/** A requestor without manners: sends whatever bytes it is given, and reads the commands that come back. */
export class RawPeer {
  readonly association: Association
  readonly #commands: CommandSet[] = []
  #waiting: PromiseWithResolvers<CommandSet> | undefined
  #end: Error | undefined

  constructor(association: Association) {
    this.association = association
    association.receive({
      fragment: ({ data, isCommand }) => {
        if (isCommand) this.#arrived(decodeCommandSet(data))
      },
      releaseRequested: () => undefined,
      ended: (end) => {
        this.#end = end.kind === 'aborted' ? end.error : new Error('released')
        this.#waiting?.reject(this.#end)
      },
    })
  }

  command(presentationContextId: number, command: Uint8Array | CommandSet): void {
    const data = [command instanceof Uint8Array ? command : encodeCommandSet(command)]
    this.association.send([{ presentationContextId, isCommand: true, isLast: true, data }])
  }

  dataSet(presentationContextId: number, bytes: Uint8Array): void {
    this.association.send([{ presentationContextId, isCommand: false, isLast: true, data: [bytes] }])
  }

  /** The next command that comes; rejects when the association was aborted. */
  next(): Promise<CommandSet> {
    const command = this.#commands.shift()
    if (command) return Promise.resolve(command)
    if (this.#end) return Promise.reject(this.#end)
    this.#waiting = Promise.withResolvers()
    return this.#waiting.promise
  }

  #arrived(command: CommandSet): void {
    const waiting = this.#waiting
    this.#waiting = undefined
    if (waiting) waiting.resolve(command)
    else this.#commands.push(command)
  }
}

/** The same command with another value in one element; as long as the one before. */
export function withElement(command: Uint8Array, tag: number, value: readonly number[]): Uint8Array {
  const view = new DataView(command.buffer, command.byteOffset, command.byteLength)
  for (let offset = 0; offset < command.length; offset += 8 + view.getUint32(offset + 4, true)) {
    if (view.getUint16(offset + 2, true) === tag) command.set(value, offset + 8)
  }
  return command
}
