import type { ExitCode } from './exit-codes.ts'

/** What a user reads: one sentence that says what happened and what to do. */
export class CliError extends Error {
  override readonly name = 'CliError'
  readonly exitCode: ExitCode
  /** Stable, for programs: `DCM_…`. */
  readonly code: string

  constructor(exitCode: ExitCode, code: string, message: string, options?: { readonly cause?: unknown }) {
    super(message, options)
    this.exitCode = exitCode
    this.code = code
  }
}
