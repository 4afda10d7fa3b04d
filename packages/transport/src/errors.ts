interface LayerErrorOptions {
  readonly code: string
  readonly cause?: unknown
}

/** What every error of a transport or security layer carries. */
abstract class LayerError extends Error {
  /** Stable, for programs: `DCM_…`. */
  readonly code: string

  constructor(message: string, { code, cause }: LayerErrorOptions) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
  }
}

/** The caller's fault: a value that the documentation rules out. Nothing was opened. */
export class UsageError extends LayerError {
  override readonly name = 'UsageError'

  /** `@dcm/pdu`, which this package does not import, has a class of this name: each takes the other's for its own. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    if (this !== UsageError) return super[Symbol.hasInstance](value)
    return value instanceof Error && value.name === 'UsageError'
  }
}

/** The network's fault: refused, reset, unreachable, closed, or a listener that cannot listen. */
export class TransportError extends LayerError {
  override readonly name = 'TransportError'
}

/** A security layer refused the peer, or was refused by it. The connection is gone. */
export class SecurityError extends LayerError {
  override readonly name = 'SecurityError'
  /** The provider's name: `tls`, `iscl`, yours. */
  readonly profile: string

  constructor(message: string, options: LayerErrorOptions & { readonly profile: string }) {
    super(message, options)
    this.profile = options.profile
  }
}

/** A wait ended by its timer. Every wait of the stack has a name. */
export class TimeoutError extends Error {
  override readonly name = 'TimeoutError'
  readonly code = 'DCM_TIMEOUT'
  /** Which wait: `connect`, `handshake`, `artim`, … */
  readonly timer: string
  readonly timeoutMs: number

  constructor(timer: string, timeoutMs: number, options: { readonly cause?: unknown } = {}) {
    super(`the ${timer} timer ended after ${String(timeoutMs)} ms`, options)
    this.timer = timer
    this.timeoutMs = timeoutMs
  }
}
