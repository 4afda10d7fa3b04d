/** Another protocol than DICOM's upper layer. */
export type ForeignProtocol = 'TLS' | 'HTTP'

/** The peer speaks another protocol: the port, or a setting of one of the two sides, is wrong. */
export class ForeignProtocolError extends Error {
  override readonly name = 'ForeignProtocolError'
  readonly code: 'DCM_PEER_SPEAKS_TLS' | 'DCM_PEER_SPEAKS_HTTP'

  constructor(protocol: ForeignProtocol, cause: Error) {
    super(messages[protocol], { cause })
    this.code = `DCM_PEER_SPEAKS_${protocol}`
  }
}

const messages: Readonly<Record<ForeignProtocol, string>> = {
  TLS: 'the peer speaks TLS, and this connection has no TLS layer: one side has the port of the other kind',
  HTTP: 'the peer speaks HTTP, not DICOM: one side has a wrong host or port',
}

/** RFC 8446 5.1: ContentType alert and handshake, which a peer's first record is. */
const tlsRecords: ReadonlySet<number> = new Set([0x15, 0x16])
/** RFC 9110 9, RFC 9113 3.4; and how an answer begins. */
const httpBeginnings = [
  'GET ',
  'HEAD ',
  'POST ',
  'PUT ',
  'DELETE ',
  'CONNECT ',
  'OPTIONS ',
  'TRACE ',
  'PATCH ',
  'PRI ',
  'HTTP/',
]

/** What the first bytes of a peer are that are no PDU; two are enough, and one may be. */
export function foreignProtocol(firstBytes: Uint8Array): ForeignProtocol | undefined {
  const [type = 0, version = 0x03] = firstBytes
  // PS3.8 9.3.1: perhaps a PDU; what is wrong with it is no question of the protocol.
  if (type <= 0x07) return undefined
  if (tlsRecords.has(type)) return version === 0x03 ? 'TLS' : undefined
  const text = String.fromCharCode(...firstBytes.subarray(0, 8))
  return httpBeginnings.some((beginning) => beginning.startsWith(text) || text.startsWith(beginning))
    ? 'HTTP'
    : undefined
}
