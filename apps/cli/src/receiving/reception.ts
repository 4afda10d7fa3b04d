import { uidName } from '@dcm/pdu'
import type { Logger, Peer } from '@dcm/scp'
import { counted, duration, megabytes } from '../terminal/amounts.ts'
import { safeText } from '../terminal/safe-text.ts'
import type { Terminal } from '../terminal/terminal.ts'
import type { KeptObject } from './receiver.ts'

interface Tally {
  objects: number
  bytes: number
  readonly from: string
  readonly started: number
}

/** Tells what is being received: each object to programs and to who asks for it, each association to everybody. */
export class Reception {
  readonly logger: Logger
  /** Since the start. */
  objects = 0
  bytes = 0
  readonly #terminal: Terminal
  readonly #eachObject: boolean
  readonly #tallies = new Map<number, Tally>()

  constructor(terminal: Terminal, options: { readonly eachObject: boolean }) {
    this.#terminal = terminal
    this.#eachObject = options.eachObject
    const problem = (fields: object, message: string): void => {
      const { err, remote, callingAeTitle } = fields as Readonly<Record<string, string>> & { err?: Error }
      const who = [callingAeTitle, remote].filter((each) => each !== undefined).join(' at ')
      const why = err === undefined ? '' : `: ${err.message}`
      terminal.note(safeText(`${who === '' ? '' : `${who}: `}${message}${why}`))
    }
    this.logger = {
      debug: () => undefined,
      info: (fields, message) => {
        if (message === 'association accepted') this.#begun(fields)
        if (message === 'association ended') void this.#ended(fields)
      },
      warn: problem,
      error: problem,
    }
  }

  /** An object is safe. */
  async kept(object: KeptObject, { associationId }: Peer): Promise<void> {
    const tally = this.#tallies.get(associationId)
    if (tally) {
      tally.objects++
      tally.bytes += object.bytes
    }
    this.objects++
    this.bytes += object.bytes
    this.#terminal.transient(`${counted(this.objects, 'object')}, ${megabytes(this.bytes)}`)
    await this.#tell(object)
  }

  async #tell(object: KeptObject): Promise<void> {
    if (this.#terminal.json) await this.#terminal.object({ type: 'stored', ...object })
    else if (this.#eachObject) {
      const { sopClassUid, callingAeTitle, bytes, location } = object
      await this.#terminal.line(
        safeText(`${callingAeTitle}  ${uidName(sopClassUid)}  ${megabytes(bytes)}  ${location}`),
      )
    }
  }

  #begun(fields: object): void {
    const { associationId, callingAeTitle } = fields as { associationId: number; callingAeTitle: string }
    this.#tallies.set(associationId, {
      objects: 0,
      bytes: 0,
      from: callingAeTitle,
      started: performance.now(),
    })
  }

  async #ended(fields: object): Promise<void> {
    const { associationId, end } = fields as { associationId: number; end: string }
    const tally = this.#tallies.get(associationId)
    this.#tallies.delete(associationId)
    // Who only asks whether we are there is not worth a line.
    if (!tally || tally.objects === 0) return
    const { from, objects, bytes } = tally
    const milliseconds = Math.round(performance.now() - tally.started)
    if (this.#terminal.json) {
      await this.#terminal.object({
        type: 'association',
        callingAeTitle: from,
        objects,
        bytes,
        milliseconds,
        end,
      })
      return
    }
    const { style } = this.#terminal
    const mark = end === 'released' ? style.good('✓') : style.bad('✗')
    await this.#terminal.line(
      `${mark} ${style.strong(safeText(from))}  ${counted(objects, 'object')}, ${megabytes(bytes)} in ${duration(milliseconds)}` +
        (end === 'released' ? '' : `, ${style.bad(end)}`),
    )
  }
}
