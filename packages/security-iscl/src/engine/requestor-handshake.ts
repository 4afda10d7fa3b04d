import { timingSafeEqual } from 'node:crypto'
import { chooseFromOffer, PROTOCOL_VERSION, requirePolicy } from './agreement.ts'
import type { EngineSettings } from './engine-settings.ts'
import { Fault } from './fault.ts'
import type { Handshake, SendPacket } from './handshake.ts'
import { handshakePacket } from './handshake-packet.ts'
import { authenticationKey, passMac, SECRET_BYTES, sessionSecrets } from './key-schedule.ts'
import { encodeLineCheckRp } from './messages/line-check-rp.ts'
import { decodeLineCheckRq, lineCheckRqLength, MechanismBit } from './messages/line-check-rq.ts'
import { decodePass1, pass1Length } from './messages/pass1.ts'
import { pass2Length } from './messages/pass2.ts'
import { encodePacketHeader } from './packet-header.ts'
import { PacketType } from './packet-type.ts'
import { SUITES } from './suite.ts'
import { Transcript } from './transcript.ts'
import { X25519_BYTES, x25519KeyPair, x25519SharedSecret } from './x25519.ts'

/** WAIT_RQ → WAIT_PASS1 → WAIT_PASS3. COMPLETE is the first protected packet, and the engine's. */
export function* requestorHandshake(settings: EngineSettings, send: SendPacket): Handshake {
  const transcript = new Transcript()
  const { peer, authentication, traffic } = selectKeys(settings)

  const rq = yield { type: PacketType.LINE_CHECK_RQ, ...lineCheckRqLength }
  transcript.add(rq.bytes)
  const agreement = chooseFromOffer(decodeLineCheckRq(rq.payload), settings)
  const rp = handshakePacket(
    PacketType.LINE_CHECK_RP,
    encodeLineCheckRp({
      version: PROTOCOL_VERSION,
      suite: SUITES[agreement.suite].id,
      maxPacketBytes: agreement.maxPacketBytes,
      maxMessageBytes: 0,
      mode: agreement.x25519 ? MechanismBit.X25519 : 0,
      authenticationKeyIndex: authentication.index,
      trafficKeyIndex: traffic.index,
      identity: settings.identity,
    }),
  )
  transcript.add(rp)
  send(rp)

  const pass1 = yield { type: PacketType.PASS1, ...pass1Length(agreement.x25519) }
  transcript.add(pass1.bytes)
  const { identity, x25519: peerX25519 } = decodePass1(pass1.payload, agreement.x25519)
  if (identity === settings.identity) {
    throw new Fault('AUTH_FAILED', 'the peer goes by our own identity: our own packets may have come back')
  }
  // Not the acceptor we called: it gets an answer under a key nobody has, and fails like one with a wrong key.
  const known = identity === peer
  const preShared = known ? authentication.key : settings.keys.authentication.stranger

  const challenge = settings.random(SECRET_BYTES)
  const pair = agreement.x25519 ? x25519KeyPair(settings.random(X25519_BYTES)) : undefined
  const payloadBytes = pass2Length(agreement.x25519).most
  const unsigned = Buffer.concat([
    encodePacketHeader({ type: PacketType.PASS2, flags: 0, epoch: 0, payloadBytes }),
    challenge,
    pair?.publicKey ?? new Uint8Array(0),
  ])
  transcript.add(unsigned)
  const key = authenticationKey(preShared)
  const mac = passMac(key, 'pass2 initiator', transcript.digest())
  transcript.add(mac)
  send(Buffer.concat([unsigned, mac]))

  const pass3 = yield { type: PacketType.PASS3, least: SECRET_BYTES, most: SECRET_BYTES }
  transcript.add(pass3.bytes.subarray(0, -SECRET_BYTES))
  const expected = passMac(key, 'pass3 acceptor', transcript.digest())
  transcript.add(pass3.payload)
  if (!timingSafeEqual(pass3.payload, expected) || !known) {
    const failure = known ? 'another key, or altered packets' : `${JSON.stringify(peer)} was called`
    throw new Fault('AUTH_FAILED', `PASS3 of ${JSON.stringify(identity)} fails: ${failure}`)
  }
  requirePolicy(agreement, settings)

  const shared = pair ? x25519SharedSecret(pair.privateKey, peerX25519) : new Uint8Array(0)
  const keys = { authentication: authentication.key, traffic: traffic.key }
  return {
    agreement,
    peerIdentity: identity,
    authenticationKeyIndex: authentication.index,
    trafficKeyIndex: traffic.index,
    ...sessionSecrets(keys, shared, transcript.digest()),
  }
}

/** @throws Fault AUTH_FAILED when the rings have no active key for the acceptor we are to call */
function selectKeys({ peer, keys, wallClock }: EngineSettings) {
  if (peer === undefined) throw new Fault('AUTH_FAILED', 'no acceptor is named by the option peer')
  const now = wallClock()
  const authentication = keys.authentication.active(peer, now)
  const traffic = keys.traffic.active(peer, now)
  if (authentication !== undefined && traffic !== undefined) return { peer, authentication, traffic }
  const ring = authentication === undefined ? 'authentication' : 'traffic'
  throw new Fault('AUTH_FAILED', `no active ${ring} key for ${JSON.stringify(peer)}`)
}
