/** The caller's fault: a value or a call that this package's documentation rules out. Nothing was sent or changed. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
  /** Stable, for programs: `DCM_…`. */
  readonly code: string

  constructor(message: string, code: string, options?: { readonly cause?: unknown }) {
    super(message, options)
    this.code = code
  }

  /** `@dcm/transport`, which this package does not import, has a class of this name: each takes the other's for its own. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    if (this !== UsageError) return super[Symbol.hasInstance](value)
    return value instanceof Error && value.name === 'UsageError'
  }
}
