import { X509Certificate } from 'node:crypto'
import type { Pem } from './credentials.ts'

export function pemText(pem: Pem): string {
  return typeof pem === 'string'
    ? pem
    : Buffer.from(pem.buffer, pem.byteOffset, pem.byteLength).toString('latin1')
}

export function pemTexts(pems: Pem | readonly Pem[]): readonly string[] {
  return typeof pems === 'string' || pems instanceof Uint8Array ? [pemText(pems)] : pems.map(pemText)
}

/** Every certificate of some PEM text, in its order. */
export function certificatesIn(text: string): readonly X509Certificate[] {
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? []
  return blocks.map((block) => new X509Certificate(block))
}
