import { createCipheriv, createDecipheriv } from 'node:crypto'
import { recordNonce } from '../nonce.ts'
import type { Suite } from '../packet-protection.ts'
import { aeadSealer, aeadUnsealer } from './aead.ts'

const CIPHER = 'chacha20-poly1305'
const TAG = { authTagLength: 16 }

/** RFC 8439, the header as additional data. */
export const chacha20Poly1305: Suite = {
  id: 0x0002,
  tagBytes: TAG.authTagLength,
  confidential: true,
  seal({ key, iv }, sequence, header) {
    const cipher = createCipheriv(CIPHER, key, recordNonce(iv, sequence), TAG)
    return aeadSealer(cipher.setAAD(header, { plaintextLength: 0 }))
  },
  unseal({ key, iv }, sequence, header) {
    const decipher = createDecipheriv(CIPHER, key, recordNonce(iv, sequence), TAG)
    return aeadUnsealer(decipher.setAAD(header, { plaintextLength: 0 }))
  },
}
