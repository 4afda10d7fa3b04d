import { expiry, type ExpiryMessage } from './diagnostics.ts'
import type { OwnCertificate } from './own-certificate.ts'

const dayMs = 86_400_000

/** Says once that a certificate of ours is about to expire, and once that it has. It has no timer: handshakes make it look. */
export class ExpiryWatch {
  readonly #warningMs: number
  readonly #said = new Map<string, ExpiryMessage['state']>()

  constructor(warningDays: number) {
    this.#warningMs = warningDays * dayMs
  }

  look(certificates: readonly OwnCertificate[]): void {
    const now = Date.now()
    for (const certificate of certificates) {
      const leftMs = certificate.validTo.getTime() - now
      if (leftMs > this.#warningMs) continue
      const state = leftMs > 0 ? 'expiring' : 'expired'
      if (this.#said.get(certificate.fingerprint256) === state) continue
      this.#said.set(certificate.fingerprint256, state)
      expiry.publish({ certificate, state } satisfies ExpiryMessage)
    }
  }
}
