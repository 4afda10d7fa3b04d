import { timingSafeEqual } from 'node:crypto'
import { acceptChoice, makeOffer, requirePolicy } from './agreement.ts'
import type { EngineSettings } from './engine-settings.ts'
import { Fault } from './fault.ts'
import { type Handshake, type SendPacket } from './handshake.ts'
import { handshakePacket } from './handshake-packet.ts'
import { authenticationKey, passMac, SECRET_BYTES, sessionSecrets } from './key-schedule.ts'
import { decodeLineCheckRp, type LineCheckRp, lineCheckRpLength } from './messages/line-check-rp.ts'
import { encodeLineCheckRq } from './messages/line-check-rq.ts'
import { encodePass1 } from './messages/pass1.ts'
import { decodePass2, pass2Length } from './messages/pass2.ts'
import { encodePacketHeader } from './packet-header.ts'
import { PacketType } from './packet-type.ts'
import { Transcript } from './transcript.ts'
import { X25519_BYTES, x25519KeyPair, x25519SharedSecret } from './x25519.ts'

/** LISTEN → SENT_RQ → SENT_PASS1 → SENT_PASS3. The acceptor speaks first. */
export function* acceptorHandshake(settings: EngineSettings, send: SendPacket): Handshake {
  const transcript = new Transcript()
  const say = (bytes: Uint8Array) => {
    transcript.add(bytes)
    send(bytes)
  }

  say(handshakePacket(PacketType.LINE_CHECK_RQ, encodeLineCheckRq(makeOffer(settings))))
  const rp = yield { type: PacketType.LINE_CHECK_RP, ...lineCheckRpLength }
  transcript.add(rp.bytes)
  const choice = decodeLineCheckRp(rp.payload)
  const agreement = acceptChoice(choice, settings)
  if (choice.identity === settings.identity) {
    throw new Fault('AUTH_FAILED', 'the peer goes by our own identity: our own packets may have come back')
  }
  const keys = selectKeys(choice, settings)

  const challenge = settings.random(SECRET_BYTES)
  const pair = agreement.x25519 ? x25519KeyPair(settings.random(X25519_BYTES)) : undefined
  const x25519 = pair?.publicKey ?? new Uint8Array(0)
  say(handshakePacket(PacketType.PASS1, encodePass1({ challenge, x25519, identity: settings.identity })))

  const pass2 = yield { type: PacketType.PASS2, ...pass2Length(agreement.x25519) }
  const { mac, x25519: peerX25519 } = decodePass2(pass2.payload)
  const authentication = authenticationKey(keys.authentication)
  transcript.add(pass2.bytes.subarray(0, -SECRET_BYTES))
  const expected = passMac(authentication, 'pass2 initiator', transcript.digest())
  transcript.add(mac)
  // Before the X25519 secret: a stranger costs our key pair and one HMAC.
  if (!timingSafeEqual(mac, expected) || !keys.known) throw new Fault('AUTH_FAILED', keys.failure)
  requirePolicy(agreement, settings)

  const header = { type: PacketType.PASS3, flags: 0, epoch: 0, payloadBytes: SECRET_BYTES }
  transcript.add(encodePacketHeader(header))
  const response = passMac(authentication, 'pass3 acceptor', transcript.digest())
  transcript.add(response)
  const shared = pair ? x25519SharedSecret(pair.privateKey, peerX25519) : new Uint8Array(0)
  const secrets = sessionSecrets(keys, shared, transcript.digest())
  send(handshakePacket(PacketType.PASS3, response))
  return {
    agreement,
    peerIdentity: choice.identity,
    authenticationKeyIndex: choice.authenticationKeyIndex,
    trafficKeyIndex: choice.trafficKeyIndex,
    ...secrets,
  }
}

/** The keys the peer named, or two that nobody has: which it was shows only in our own error message. */
function selectKeys(choice: LineCheckRp, { keys, wallClock }: EngineSettings) {
  const now = wallClock()
  const authentication = keys.authentication.accepted(choice.identity, choice.authenticationKeyIndex, now)
  const traffic = keys.traffic.accepted(choice.identity, choice.trafficKeyIndex, now)
  const named = `${JSON.stringify(choice.identity)} with key indexes ${String(choice.authenticationKeyIndex)} and ${String(choice.trafficKeyIndex)}`
  if (authentication === undefined || traffic === undefined) {
    const { stranger } = keys.authentication
    const failure = `no keys are accepted from ${named}`
    return { known: false, authentication: stranger, traffic: stranger, failure }
  }
  const failure = `PASS2 of ${named} fails: another key, or altered packets`
  return { known: true, authentication: authentication.key, traffic: traffic.key, failure }
}
