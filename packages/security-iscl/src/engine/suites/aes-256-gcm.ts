import { createCipheriv, createDecipheriv } from 'node:crypto'
import { recordNonce } from '../nonce.ts'
import type { Suite } from '../packet-protection.ts'
import { aeadSealer, aeadUnsealer } from './aead.ts'

const TAG = { authTagLength: 16 }

/** NIST SP 800-38D, the header as additional data. */
export const aes256Gcm: Suite = {
  id: 0x0001,
  tagBytes: TAG.authTagLength,
  confidential: true,
  seal({ key, iv }, sequence, header) {
    return aeadSealer(createCipheriv('aes-256-gcm', key, recordNonce(iv, sequence), TAG).setAAD(header))
  },
  unseal({ key, iv }, sequence, header) {
    return aeadUnsealer(createDecipheriv('aes-256-gcm', key, recordNonce(iv, sequence), TAG).setAAD(header))
  },
}
