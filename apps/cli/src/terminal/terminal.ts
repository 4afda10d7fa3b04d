import { CliError } from '../cli-error.ts'
import { exitCodes } from '../exit-codes.ts'
import { displayWidth, fitted } from './display-width.ts'
import { safeJson } from './safe-text.ts'
import { type Style, styleFor } from './style.ts'

export interface TerminalOptions {
  readonly stdout: NodeJS.WriteStream
  readonly stderr: NodeJS.WriteStream
  readonly environment: Readonly<Record<string, string | undefined>>
  /** `--json`: standard output is for a program. */
  readonly json: boolean
  /** Called once when nobody reads standard output any more. */
  readonly onClosed: () => void
  /** Once it fires, nobody waits for a slow reader any more. */
  readonly signal: AbortSignal
}

/** So much is printed in one turn of the event loop, which hears of no Ctrl-C, and of no reader that has gone, before the next. */
const charactersInTurn = 65_536

/** Where a command prints: results on standard output, everything about the run on standard error. */
export class Terminal {
  readonly json: boolean
  /** For standard output and for standard error. */
  readonly style: Style
  readonly errorStyle: Style
  readonly #options: TerminalOptions
  #closed = false
  #unwritable = false
  #transient = ''
  #inTurn = 0
  #caughtUp: Promise<void> | undefined
  /** Loaded for the first object. */
  #dataset: Promise<typeof import('@dcm/dataset')> | undefined

  constructor(options: TerminalOptions) {
    const { stdout, stderr, environment } = options
    this.#options = options
    this.json = options.json
    this.style = styleFor(stdout.isTTY, environment)
    this.errorStyle = styleFor(stderr.isTTY, environment)
    stdout.on('error', (error: NodeJS.ErrnoException) => {
      if (!this.#closed && error.code === 'EPIPE') options.onClosed()
      this.#closed = true
    })
    stderr.on('error', () => undefined)
  }

  /** Whether something could not be written, for another reason than that nobody reads: {@link line} has thrown. */
  get unwritable(): boolean {
    return this.#unwritable
  }

  /** Whether bars may be drawn: somebody watches standard error. */
  get interactive(): boolean {
    const { stderr, environment } = this.#options
    return stderr.isTTY && environment.TERM !== 'dumb' && !this.json
  }

  /** Columns to fill; undefined when standard output is not a terminal, and lines may be as long as they are. */
  get columns(): number | undefined {
    const { isTTY, columns } = this.#options.stdout
    // A terminal that does not know says 0.
    return isTTY && columns > 0 ? columns : undefined
  }

  /** Columns of standard error, when that is {@link interactive}. */
  get errorColumns(): number {
    return this.#options.stderr.columns || 80
  }

  /**
   * A line of the result. Resolves when the reader keeps up, so that memory is bounded, or when nobody waits for it any more.
   *
   * @throws CliError the first time that it cannot be written, for another reason than that nobody reads
   */
  async line(text = ''): Promise<void> {
    if (this.#closed) return
    this.#eraseTransient()
    const { stdout } = this.#options
    const kept = stdout.write(`${text}\n`)
    this.#redrawTransient()
    this.#throwIfUnwritable(stdout.errored)
    this.#inTurn += text.length
    if (!kept) await this.#readerCaughtUp()
    else if (this.#inTurn >= charactersInTurn) {
      this.#inTurn = 0
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  /** One wait for all that print meanwhile: each would listen to the stream for itself. */
  #readerCaughtUp(): Promise<void> {
    const { stdout, signal } = this.#options
    if (signal.aborted) return Promise.resolve()
    this.#caughtUp ??= new Promise((resolve) => {
      const done = (): void => {
        for (const event of ['drain', 'close', 'error']) stdout.off(event, done)
        signal.removeEventListener('abort', done)
        this.#caughtUp = undefined
        resolve()
      }
      for (const event of ['drain', 'close', 'error']) stdout.on(event, done)
      signal.addEventListener('abort', done)
    })
    return this.#caughtUp
  }

  /** Files are written at once, and known to be full at once. */
  #throwIfUnwritable(error: NodeJS.ErrnoException | null): void {
    if (!error || error.code === 'EPIPE') return
    this.#closed = true
    this.#unwritable = true
    const why =
      error.code === 'ENOSPC' ? 'the disk is full; free some space' : `${error.message}; check where it goes`
    throw new CliError(exitCodes.localFile, 'DCM_OUTPUT_FAILED', `What is printed cannot be written: ${why}.`)
  }

  /** One object for a program: a line of JSON. */
  async object(value: { readonly type: string } & Readonly<Record<string, unknown>>): Promise<void> {
    this.#dataset ??= import('@dcm/dataset')
    const { stringifyDicomJson } = await this.#dataset
    return this.line(safeJson(stringifyDicomJson(value)))
  }

  /** A line about the run. */
  note(text: string): void {
    this.#eraseTransient()
    this.#options.stderr.write(`${text}\n`)
    this.#redrawTransient()
  }

  /**
   * A line that the next one replaces; the empty text takes it away. Only on an interactive terminal, and no longer than that is
   * wide: what wraps could not be taken away again.
   */
  transient(text: string): void {
    if (!this.interactive) return
    this.#eraseTransient()
    const { stripVTControlCharacters } = process.getBuiltinModule('node:util')
    const plain = stripVTControlCharacters(text)
    this.#transient = displayWidth(plain) > this.errorColumns ? fitted(plain, this.errorColumns) : text
    this.#redrawTransient()
  }

  #eraseTransient(): void {
    if (this.#transient !== '') this.#options.stderr.write('\r\u001b[2K')
  }

  #redrawTransient(): void {
    if (this.#transient !== '') this.#options.stderr.write(this.#transient)
  }
}
