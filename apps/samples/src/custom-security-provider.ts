// A security layer of one's own: both ends prove that they know a secret word, and then talk in the clear. Its author read nothing
// but `SecurityProvider` of @dcm/transport. It passes the contract suite; it is no good for more, as the wire stays unprotected.
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { type SecurityProvider, SecurityError } from '@dcm/transport'
import { readExactly } from './read-exactly.ts'

const nonceBytes = 32
const nameBytes = 16
const proofBytes = 32

/** @param words the word shared with each peer, by the peer's name. */
export function watchword(name: string, words: ReadonlyMap<string, string>): SecurityProvider {
  return {
    profile: 'watchword',
    async upgrade(connection, role, { signal }) {
      const { stream } = connection
      try {
        const hello = Buffer.concat([randomBytes(nonceBytes), Buffer.from(name.padEnd(nameBytes))])
        stream.write(hello)
        const peerHello = await readExactly(stream, hello.length, signal)
        const peer = peerHello.toString('utf8', nonceBytes).trimEnd()
        // A peer that nobody knows fails like a wrong word, and at the same place.
        const word = words.get(peer) ?? randomBytes(32)
        const [request, answer] = role === 'requestor' ? [hello, peerHello] : [peerHello, hello]
        const proofOf = (prover: string) =>
          createHmac('sha256', word).update(prover).update(request).update(answer).digest()
        const peerRole = role === 'requestor' ? 'acceptor' : 'requestor'
        stream.write(proofOf(role))
        const proof = await readExactly(stream, proofBytes, signal)
        if (!timingSafeEqual(proof, proofOf(peerRole))) throw new Error('the peer does not know the word')
        const context = { profile: 'watchword', protocol: 'watchword/1', confidential: false }
        const proven = { ...context, peer: { kind: 'word', name: peer } }
        return { ...connection, security: [...connection.security, proven] }
      } catch (cause) {
        stream.destroy()
        throw new SecurityError('no watchword', { code: 'SAMPLE_REFUSED', profile: 'watchword', cause })
      }
    },
  }
}
