import { expiry, type ExpiryMessage } from './diagnostics.ts'
import type { Expiring } from './expiring.ts'

const dayMs = 86_400_000
/** Lists are renewed before they end, often daily, so what is left is compared with their life. */
const listWarningShare = 0.25

/** Says once that a part of our credentials is about to expire, and once that it has. It has no timer: handshakes make it look. */
export class ExpiryWatch {
  readonly #warningMs: number
  readonly #said = new Map<string, ExpiryMessage['state']>()

  constructor(warningDays: number) {
    this.#warningMs = warningDays * dayMs
  }

  look(parts: readonly Expiring[]): void {
    const now = Date.now()
    for (const { what, subject, validFrom, validTo } of parts) {
      const leftMs = validTo.getTime() - now
      const lifeMs = validTo.getTime() - validFrom.getTime()
      const warningMs =
        what === 'crl' ? Math.min(this.#warningMs, lifeMs * listWarningShare) : this.#warningMs
      if (leftMs > warningMs) continue
      const state = leftMs > 0 ? 'expiring' : 'expired'
      const part = `${what} ${validTo.toISOString()} ${subject}`
      if (this.#said.get(part) === state) continue
      this.#said.set(part, state)
      expiry.publish({ what, subject, validTo, state } satisfies ExpiryMessage)
    }
  }
}
