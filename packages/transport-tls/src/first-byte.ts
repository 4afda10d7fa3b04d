import type { Duplex } from 'node:stream'
import { tlsError } from './tls-error.ts'

/** ContentType handshake: the first byte of every ClientHello record (RFC 8446 5.1). */
const handshakeRecord = 0x16
/** PDU-type of A-ASSOCIATE-RQ (PS3.8 9.3.2). */
const associateRq = 0x01
const httpMethods = [
  'GET ',
  'HEAD ',
  'POST ',
  'PUT ',
  'DELETE ',
  'OPTIONS ',
  'CONNECT ',
  'TRACE ',
  'PATCH ',
  'PRI ',
]

/**
 * Waits until the peer has sent something, and leaves it on the stream. One byte tells who is there, so a mistaken peer is named
 * and closed at once, and a silent one costs no TLS state.
 *
 * @throws SecurityError when it is not TLS, or the stream is over.
 */
export async function requireTlsClient(stream: Duplex): Promise<void> {
  const start = await peek(stream)
  const first = start[0]
  if (first === handshakeRecord) return
  if (first === associateRq) {
    throw tlsError(
      'DCM_TLS_PLAIN_DICOM',
      'the peer sent an A-ASSOCIATE-RQ without TLS to a port that expects TLS',
    )
  }
  const text = Buffer.from(start.subarray(0, 8)).toString('latin1')
  if (httpMethods.some((method) => method.startsWith(text) || text.startsWith(method))) {
    throw tlsError('DCM_TLS_HTTP', 'the peer sent an HTTP request to a port that expects DICOM over TLS')
  }
  const byte = (first ?? 0).toString(16).toUpperCase().padStart(2, '0')
  throw tlsError('DCM_TLS_NOT_TLS', `the peer's first byte is ${byte}H; a TLS handshake starts with 16H`)
}

function peek(stream: Duplex): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const onReadable = () => {
      const chunk: unknown = stream.read()
      if (!(chunk instanceof Uint8Array) || chunk.length === 0) return
      stop()
      stream.unshift(chunk)
      resolve(chunk)
    }
    const onOver = (cause?: unknown) => {
      stop()
      reject(tlsError('DCM_TLS_PEER_CLOSED', 'the peer closed before its first byte', cause))
    }
    const stop = () => {
      stream.off('readable', onReadable).off('end', onOver).off('error', onOver).off('close', onOver)
    }
    if (stream.destroyed || stream.readableEnded) {
      onOver(stream.errored ?? undefined)
      return
    }
    stream.on('readable', onReadable).on('end', onOver).on('error', onOver).on('close', onOver)
  })
}
