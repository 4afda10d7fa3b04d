import { receiveAssociation, requestAssociation } from '@dcm/association'
import { FakeClock, memoryPair, ScriptedPeer } from '@dcm/testkit'
import type { SecurityContext } from '@dcm/transport'
import { describe, expect, it } from 'vitest'
import { wanted } from './conversation.ts'

const clientHello = Buffer.from('1603010200010001fc0303', 'hex')
const alert = Buffer.from('15030100020246', 'hex')

function acceptor() {
  const clock = new FakeClock()
  const [ours, theirs] = memoryPair()
  const peer = new ScriptedPeer(theirs)
  const indication = receiveAssociation(ours, { clock })
  indication.catch(() => undefined)
  return { clock, peer, indication }
}

function requestor(security: readonly SecurityContext[] = []) {
  const clock = new FakeClock()
  const [ours, theirs] = memoryPair()
  const peer = new ScriptedPeer(theirs)
  const association = requestAssociation({ ...ours, security }, wanted, { clock })
  association.catch(() => undefined)
  return { peer, association }
}

describe('a peer of another protocol', () => {
  it.each([
    ['a TLS ClientHello', clientHello, 'TLS'],
    ['one byte of TLS', clientHello.subarray(0, 1), 'TLS'],
    ['a TLS alert', alert, 'TLS'],
    ['an HTTP request', Buffer.from('GET / HTTP/1.1\r\n\r\n'), 'HTTP'],
    ['another HTTP method', Buffer.from('OPTIONS * HTTP/1.1\r\n\r\n'), 'HTTP'],
    ['an HTTP/2 preface', Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), 'HTTP'],
    ['two letters of HTTP', Buffer.from('PO'), 'HTTP'],
  ])('that sends an acceptor %s is told apart, aborted and closed', async (_, bytes, protocol) => {
    const { clock, peer, indication } = acceptor()
    peer.send(bytes)
    await expect(indication).rejects.toMatchObject({
      name: 'ForeignProtocolError',
      code: `DCM_PEER_SPEAKS_${protocol}`,
      message: expect.stringContaining(`the peer speaks ${protocol}`) as string,
      cause: { name: 'PduDecodeError', code: 'DCM_PDU_TYPE' },
    })
    await peer.expect('A-ABORT')
    await peer.expectClosed()
    expect(clock.pending).toBe(0)
  })

  it.each([
    ['a record of another kind', Buffer.from('170303000501', 'hex')],
    ['16H and no TLS version', Buffer.from('160101', 'hex')],
    ['words', Buffer.from('HELO archive')],
    ['a PDU of type 08H', Buffer.from('080000000004', 'hex')],
  ])('is not made of %s', async (_, bytes) => {
    const { peer, indication } = acceptor()
    peer.send(bytes)
    await expect(indication).rejects.toMatchObject({ name: 'PduDecodeError', code: 'DCM_PDU_TYPE' })
  })

  it.each([
    ['a TLS server', alert, 'DCM_PEER_SPEAKS_TLS'],
    ['a web server', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'), 'DCM_PEER_SPEAKS_HTTP'],
  ])('that answers a requestor as %s is named in the error', async (_, bytes, code) => {
    const { peer, association } = requestor()
    await peer.expect('A-ASSOCIATE-RQ')
    peer.send(bytes)
    await expect(association).rejects.toMatchObject({
      name: 'AssociationAbortedError',
      code: 'DCM_ABORTED',
      message: expect.stringContaining('the peer speaks') as string,
      cause: { code },
    })
  })
})

describe('a close before the A-ASSOCIATE-AC', () => {
  const tls13: SecurityContext = { profile: 'tls', protocol: 'TLSv1.3', confidential: true }
  const likely = /rejects our certificate/

  it.each(['end', 'cut'] as const)('over TLS 1.3 names the likely cause (%s)', async (leave) => {
    const { peer, association } = requestor([tls13])
    await peer.expect('A-ASSOCIATE-RQ')
    peer[leave]()
    await expect(association).rejects.toMatchObject({
      code: 'DCM_CONNECTION_LOST',
      message: expect.stringMatching(likely) as string,
    })
  })

  it.each([[[]], [[{ ...tls13, protocol: 'TLSv1.2' }]]])('over %j does not', async (security) => {
    const { peer, association } = requestor(security)
    await peer.expect('A-ASSOCIATE-RQ')
    peer.end()
    await expect(association).rejects.toMatchObject({
      code: 'DCM_CONNECTION_LOST',
      message: expect.not.stringMatching(likely) as string,
    })
  })

  it('behind some bytes does not: whoever answers has taken the certificate', async () => {
    const { peer, association } = requestor([tls13])
    await peer.expect('A-ASSOCIATE-RQ')
    peer.send(Buffer.from('0200', 'hex'))
    peer.end()
    await expect(association).rejects.toMatchObject({ message: expect.not.stringMatching(likely) as string })
  })
})
