import { EventEmitter, once } from 'node:events'
import { uidName } from '@dcm/pdu'
import { type AssociationEndedMessage, type Logger, type Peer, StatusError } from '@dcm/scp'
import type { CliError } from '../cli-error.ts'
import { explainError } from '../explain-error.ts'
import { counted, duration, megabytes } from '../terminal/amounts.ts'
import { safeText } from '../terminal/safe-text.ts'
import type { Terminal } from '../terminal/terminal.ts'
import type { KeptObject } from './receiver.ts'
import { unkept } from './unkept.ts'

interface Tally {
  objects: number
  bytes: number
}

/** Tells what is being received: each object to programs and to who asks for it, each association to everybody. */
export class Reception {
  readonly logger: Logger
  /** Since the start. */
  objects = 0
  bytes = 0
  /** Operations that were answered with a failure, of associations that are over. */
  failed = 0
  /** Why this computer did not keep the first that it could not keep. */
  unkept: CliError | undefined
  readonly #terminal: Terminal
  readonly #eachObject: boolean
  readonly #arrivals = new EventEmitter()
  readonly #tallies = new Map<number, Tally>()

  constructor(terminal: Terminal, options: { readonly eachObject: boolean; readonly directory: string }) {
    this.#terminal = terminal
    this.#eachObject = options.eachObject
    const problem = (fields: object, message: string): void => {
      const { err, remote, callingAeTitle, calledAeTitle, why } = fields as Partial<
        Readonly<Record<string, string>>
      > & { err?: Error }
      const who = [callingAeTitle, remote].filter((each) => each !== undefined).join(' at ')
      // What went wrong with our files is behind the status that the peer was told.
      const ours = err instanceof StatusError ? unkept(err.cause, options.directory) : undefined
      this.unkept ??= ours
      const comment = err instanceof StatusError ? err.fields.errorComment : undefined
      const theirs = comment === undefined ? err?.message : `${err?.message ?? ''}, ${comment}`
      const reason = ours?.message ?? theirs ?? rejectionInWords(why, calledAeTitle)
      terminal.note(
        safeText(`${who === '' ? '' : `${who}: `}${message}${reason === undefined ? '' : `: ${reason}`}`),
      )
    }
    this.logger = {
      debug: () => undefined,
      info: () => undefined,
      warn: problem,
      error: problem,
    }
  }

  /** An object is safe. */
  async kept(object: KeptObject, { associationId }: Peer): Promise<void> {
    const tally = this.#tallies.get(associationId) ?? { objects: 0, bytes: 0 }
    this.#tallies.set(associationId, tally)
    tally.objects++
    tally.bytes += object.bytes
    this.objects++
    this.bytes += object.bytes
    this.#arrivals.emit('kept')
    this.#terminal.transient(`${counted(this.objects, 'object')}, ${megabytes(this.bytes)}`)
    await this.#tell(object).catch(this.#untold)
  }

  /** Resolves once so many objects are kept, or none has come for so long, or nobody waits any more. */
  async arrived(
    objects: number,
    { waitMs, signal }: { readonly waitMs: number; readonly signal: AbortSignal },
  ): Promise<void> {
    while (this.objects < objects && !signal.aborted) {
      this.#terminal.transient(`waiting for ${counted(objects - this.objects, 'object')} …`)
      const silence = AbortSignal.timeout(waitMs)
      await once(this.#arrivals, 'kept', { signal: AbortSignal.any([signal, silence]) }).catch(
        () => undefined,
      )
      if (silence.aborted) break
    }
    this.#terminal.transient('')
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

  /** An association is over. Who only asks whether we are there is not worth a line. */
  ended({ peer, end: { kind: end }, failed, durationMs }: AssociationEndedMessage): void {
    const { associationId, callingAeTitle } = peer
    const tally = this.#tallies.get(associationId)
    this.#tallies.delete(associationId)
    this.failed += failed
    if (!tally && failed === 0) return
    const milliseconds = Math.round(durationMs)
    this.#sumUp({ objects: 0, bytes: 0, ...tally }, { callingAeTitle, end, failed, milliseconds }).catch(
      this.#untold,
    )
  }

  /** That our output has no room is no reason to refuse objects, or to stop. */
  readonly #untold = (error: unknown): void => {
    this.#terminal.note(safeText(explainError(error).message))
  }

  async #sumUp(
    { objects, bytes }: Tally,
    association: Readonly<Record<'callingAeTitle' | 'end', string>> &
      Readonly<Record<'failed' | 'milliseconds', number>>,
  ): Promise<void> {
    const { callingAeTitle, end, failed, milliseconds } = association
    if (this.#terminal.json) {
      await this.#terminal.object({
        type: 'association',
        callingAeTitle,
        objects,
        failed,
        bytes,
        milliseconds,
        end,
      })
      return
    }
    const { style } = this.#terminal
    await this.#terminal.line(
      `${style.mark(end === 'released' && failed === 0)} ${style.strong(safeText(callingAeTitle))}  ${counted(objects, 'object')}, ${megabytes(bytes)} in ${duration(milliseconds)}` +
        (failed === 0 ? '' : `, ${style.bad(`${String(failed)} failed`)}`) +
        (end === 'released' ? '' : `, ${style.bad(end)}`),
    )
  }
}

/** Why an association was rejected, if one was. */
function rejectionInWords(why: string | undefined, calledAeTitle = ''): string | undefined {
  if (why === 'aeTitle') return `it called ${calledAeTitle}`
  return why === 'room' ? 'as many as are taken are here' : why
}
