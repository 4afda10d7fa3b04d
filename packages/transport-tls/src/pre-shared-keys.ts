import { tlsError } from './tls-error.ts'

/** RFC 4279 5.3: identities of up to 128 octets are supported by everybody. `#` begins what psktool writes for others. */
const entry = /^(?!#)([\x20-\x39\x3b-\x7e]{1,128}):((?:[0-9A-Fa-f]{2})+)$/

/**
 * Reads the text of a key file as `psktool` of GnuTLS makes it and stunnel reads it: one `IDENTITY:KEY` a line, the key in hex.
 *
 * @throws SecurityError `DCM_TLS_CREDENTIALS` that names the line and never what is on it
 */
export function parsePreSharedKeys(text: string): ReadonlyMap<string, Uint8Array> {
  // From JavaScript: a file that was read without an encoding.
  if (typeof text !== 'string') {
    throw tlsError('DCM_TLS_CREDENTIALS', 'the pre-shared keys are no text; read the file as utf8')
  }
  const keys = new Map<string, Uint8Array>()
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line === '') continue
    const where = `line ${String(index + 1)} of the pre-shared keys`
    const [, identity, hex] = entry.exec(line) ?? []
    if (identity === undefined || hex === undefined)
      throw tlsError(
        'DCM_TLS_CREDENTIALS',
        `${where} is not IDENTITY:KEY, the identity in ASCII and the key in hex`,
      )
    if (keys.has(identity)) throw tlsError('DCM_TLS_CREDENTIALS', `${where} names an identity again`)
    keys.set(identity, Buffer.from(hex, 'hex'))
  }
  if (keys.size === 0) throw tlsError('DCM_TLS_CREDENTIALS', 'there are no pre-shared keys')
  return keys
}
