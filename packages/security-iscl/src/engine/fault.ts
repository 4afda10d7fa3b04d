import type { IsclReason } from '../iscl-error.ts'

/** A rule was broken. The engine adds the phase and makes an `IsclError` of it. */
export class Fault extends Error {
  override readonly name = 'Fault'
  readonly reason: IsclReason

  constructor(reason: IsclReason, message: string, options?: ErrorOptions) {
    super(message, options)
    this.reason = reason
  }
}
