import { once } from 'node:events'
import { Duplex } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { requireTlsClient } from '../src/first-byte.ts'
import { closed } from './closed.ts'
import { loopbackPair } from './loopback.ts'
import { readAll } from './read-all.ts'
import { archive, modality, outcome, signal } from './upgrade-both.ts'

/** What a peer that is not a TLS client sends first. */
const mistakes = [
  ['an A-ASSOCIATE-RQ', Buffer.from('0100000000cd0001', 'hex'), 'DCM_TLS_PLAIN_DICOM'],
  ['an A-ASSOCIATE-RQ, one byte of it', Buffer.from('01', 'hex'), 'DCM_TLS_PLAIN_DICOM'],
  ['an HTTP request', Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n'), 'DCM_TLS_HTTP'],
  ['an HTTP/2 preface', Buffer.from('PRI * HTTP/2.0\r\n'), 'DCM_TLS_HTTP'],
  ['one letter of HTTP', Buffer.from('P'), 'DCM_TLS_HTTP'],
  ['text of another kind', Buffer.from('Hello there'), 'DCM_TLS_NOT_TLS'],
  ['an SSL 2 hello', Buffer.from('802e0100020015000000', 'hex'), 'DCM_TLS_NOT_TLS'],
  ['a zero', Buffer.from('00', 'hex'), 'DCM_TLS_NOT_TLS'],
  ['a handshake record of nonsense', Buffer.from('160301000501020304ff', 'hex'), 'DCM_TLS_HANDSHAKE'],
  ['a handshake record of an absurd length', Buffer.from('160301ffff01000000', 'hex'), 'DCM_TLS_NOT_TLS'],
] as const

describe('on the TLS port', () => {
  test.each(mistakes)('%s is closed at once, with the reason', async (_name, bytes, code) => {
    const { requestor, acceptor } = await loopbackPair()
    const upgrade = outcome(archive().upgrade(acceptor, 'acceptor', { signal }))
    requestor.stream.write(bytes)
    requestor.stream.on('error', () => undefined).resume()
    expect(await upgrade).toBe(code)
    await Promise.all([closed(acceptor.stream), once(requestor.stream, 'end').catch(() => undefined)])
    requestor.stream.destroy()
  })

  test('a peer that leaves without a word', async () => {
    const { requestor, acceptor } = await loopbackPair()
    const upgrade = outcome(archive().upgrade(acceptor, 'acceptor', { signal }))
    requestor.stream.destroy()
    expect(await upgrade).toBe('DCM_TLS_PEER_CLOSED')
    await closed(acceptor.stream)
  })

  test('a peer that leaves after half a ClientHello', async () => {
    const { requestor, acceptor } = await loopbackPair()
    const upgrade = outcome(archive().upgrade(acceptor, 'acceptor', { signal }))
    requestor.stream.end(Buffer.from('1603010200010001fc0303', 'hex'))
    expect(await upgrade).toBe('DCM_TLS_PEER_CLOSED')
    requestor.stream.destroy()
  })

  test('a connection that is gone already', async () => {
    for (const role of ['acceptor', 'requestor'] as const) {
      const pair = await loopbackPair()
      pair[role].stream.destroy()
      expect(await outcome(archive().upgrade(pair[role], role, { signal }))).toBe('DCM_TLS_PEER_CLOSED')
      pair.acceptor.stream.destroy()
      pair.requestor.stream.destroy()
    }
  })

  test('a stream that had failed, or had been read to its end, long before', async () => {
    const failed = new Duplex({ read: () => undefined })
    const gone = new Error('gone')
    failed.on('error', () => undefined).destroy(gone)
    const ended = new Duplex({ read: () => undefined })
    ended.resume().push(null)
    await Promise.all([closed(failed), once(ended, 'end')])
    await expect(requireTlsClient(failed)).rejects.toMatchObject({ code: 'DCM_TLS_PEER_CLOSED', cause: gone })
    await expect(requireTlsClient(ended)).rejects.toMatchObject({ code: 'DCM_TLS_PEER_CLOSED' })
    expect(ended.eventNames()).not.toContain('readable')
  })
})

/** What a server that does not speak TLS answers a ClientHello with. */
const answers = [
  ['an A-ABORT', Buffer.from('07000000000400000201', 'hex'), 'DCM_TLS_NOT_TLS'],
  ['an HTTP error', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'), 'DCM_TLS_NOT_TLS'],
  ['nothing, and closes', Buffer.alloc(0), 'DCM_TLS_PEER_CLOSED'],
] as const

describe('a requestor on a plain port', () => {
  test.each(answers)('is answered with %s', async (_name, bytes, code) => {
    const { requestor, acceptor } = await loopbackPair()
    const upgrade = outcome(modality().upgrade(requestor, 'requestor', { signal }))
    await once(acceptor.stream, 'readable')
    acceptor.stream.end(bytes)
    expect(await upgrade).toBe(code)
    await closed(requestor.stream)
    acceptor.stream.destroy()
  })

  test('never goes on without TLS', async () => {
    const { requestor, acceptor } = await loopbackPair()
    const upgrade = modality().upgrade(requestor, 'requestor', { signal })
    const sent = readAll(acceptor.stream)
    acceptor.stream.write(Buffer.from('07000000000400000201', 'hex'))
    await expect(upgrade).rejects.toMatchObject({ name: 'SecurityError', profile: 'tls' })
    // a handshake record, perhaps an alert, and nothing of DICOM
    expect((await sent).codePointAt(0)).toBe(0x16)
    acceptor.stream.destroy()
  })
})
