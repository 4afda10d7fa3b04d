import type { EngineSettings } from './engine-settings.ts'
import { Fault } from './fault.ts'
import { MAX_PACKET_BYTES, MIN_PACKET_BYTES } from './limits.ts'
import type { LineCheckRp } from './messages/line-check-rp.ts'
import { type LineCheckRq, MechanismBit } from './messages/line-check-rq.ts'
import { type IsclSuite, SUITES, suiteOfId } from './suite.ts'

export const PROTOCOL_VERSION = 0x0200

/** What the line connection settled. */
export interface Agreement {
  readonly suite: IsclSuite
  readonly x25519: boolean
  readonly maxPacketBytes: number
}

type Policy = Pick<EngineSettings, 'suites' | 'x25519' | 'maxPacketBytes'>

/** Acceptor: what we would take. */
export function makeOffer(policy: Policy): LineCheckRq {
  return {
    minVersion: PROTOCOL_VERSION,
    maxVersion: PROTOCOL_VERSION,
    maxPacketBytes: policy.maxPacketBytes,
    maxMessageBytes: 0,
    mechanisms: MechanismBit.THREE_PASS_HMAC_SHA256 | (policy.x25519 === 'off' ? 0 : MechanismBit.X25519),
    suites: policy.suites.map((suite) => SUITES[suite].id),
  }
}

/**
 * Requestor: the first suite of the offer that we allow too. What an offer has that we do not know is passed over.
 *
 * @throws Fault BAD_VERSION, NO_COMMON_SUITE, BAD_PACKET_SIZE, BAD_OPTION, POLICY
 */
export function chooseFromOffer(offer: LineCheckRq, policy: Policy): Agreement {
  if (offer.minVersion > PROTOCOL_VERSION || offer.maxVersion < PROTOCOL_VERSION) {
    throw new Fault(
      'BAD_VERSION',
      `the acceptor speaks ${hex(offer.minVersion)}–${hex(offer.maxVersion)}; this side ${hex(PROTOCOL_VERSION)}`,
    )
  }
  requirePacketSize(offer.maxPacketBytes, MAX_PACKET_BYTES)
  requireStream(offer.maxMessageBytes)
  if ((offer.mechanisms & MechanismBit.THREE_PASS_HMAC_SHA256) === 0) {
    throw new Fault('NO_COMMON_SUITE', 'the acceptor does not offer the three-pass authentication')
  }
  const suite = offer.suites.map(suiteOfId).find((name) => name !== undefined && policy.suites.includes(name))
  if (suite === undefined) {
    throw new Fault(
      'NO_COMMON_SUITE',
      `none of the suites ${offer.suites.map(hex).join(', ')} is allowed here`,
    )
  }
  const agreement = {
    suite,
    x25519: policy.x25519 !== 'off' && (offer.mechanisms & MechanismBit.X25519) !== 0,
    maxPacketBytes: Math.min(offer.maxPacketBytes, policy.maxPacketBytes),
  }
  requirePolicy(agreement, policy)
  return agreement
}

/**
 * Acceptor: whether the choice lies within our offer.
 *
 * @throws Fault BAD_VERSION, NO_COMMON_SUITE, BAD_PACKET_SIZE, BAD_OPTION, POLICY
 */
export function acceptChoice(choice: LineCheckRp, policy: Policy): Agreement {
  if (choice.version !== PROTOCOL_VERSION) {
    throw new Fault('BAD_VERSION', `version ${hex(choice.version)} chosen; ${hex(PROTOCOL_VERSION)} offered`)
  }
  requirePacketSize(choice.maxPacketBytes, policy.maxPacketBytes)
  requireStream(choice.maxMessageBytes)
  if ((choice.mode & MechanismBit.CLEAR_CHANNEL) !== 0) {
    throw new Fault('POLICY', 'the peer asks for the unprotected channel, which is never offered')
  }
  if ((choice.mode & ~MechanismBit.X25519) !== 0) {
    throw new Fault('BAD_OPTION', `mode ${hex(choice.mode)} has bits that were not offered`)
  }
  const suite = suiteOfId(choice.suite)
  if (suite === undefined || !policy.suites.includes(suite)) {
    throw new Fault('NO_COMMON_SUITE', `suite ${hex(choice.suite)} was chosen and not offered`)
  }
  const agreement = { suite, x25519: choice.mode !== 0, maxPacketBytes: choice.maxPacketBytes }
  requirePolicy(agreement, policy)
  return agreement
}

/**
 * Our own minimum. Run before the authentication, and once more after it.
 *
 * @throws Fault POLICY
 */
export function requirePolicy(agreement: Agreement, policy: Policy): void {
  if (!policy.suites.includes(agreement.suite)) {
    throw new Fault('POLICY', `suite ${agreement.suite} is not allowed here`)
  }
  if (policy.x25519 === 'required' && !agreement.x25519) {
    throw new Fault('POLICY', 'the peer does without X25519, which is required here')
  }
  if (policy.x25519 === 'off' && agreement.x25519) {
    throw new Fault('POLICY', 'the peer uses X25519, which is switched off here')
  }
}

function requirePacketSize(bytes: number, most: number): void {
  if (bytes >= MIN_PACKET_BYTES && bytes <= most) return
  const range = `${String(MIN_PACKET_BYTES)}–${String(most)}`
  throw new Fault('BAD_PACKET_SIZE', `packets of ${String(bytes)} octets; ${range} allowed`)
}

function requireStream(maxMessageBytes: number): void {
  if (maxMessageBytes === 0) return
  throw new Fault('BAD_OPTION', `message mode of ${String(maxMessageBytes)} octets; only streams are spoken`)
}

function hex(value: number): string {
  return `0x${value.toString(16).padStart(4, '0')}`
}
