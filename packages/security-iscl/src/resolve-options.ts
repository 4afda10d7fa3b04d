import { randomBytes } from 'node:crypto'
import { type Clock, type Connection, optionFault, type OptionKinds, systemClock } from '@dcm/transport'
import type { EngineSettings } from './engine/engine-settings.ts'
import { identityFault } from './engine/identity.ts'
import { DEFAULT_EPOCH_LIMITS, MAX_PACKET_BYTES, MIN_PACKET_BYTES } from './engine/limits.ts'
import { type IsclSuite, SUITES } from './engine/suite.ts'
import { IsclConfigurationError } from './iscl-configuration-error.ts'
import type { IsclOptions } from './iscl-options.ts'
import type { IsclKeys } from './keys/iscl-keys.ts'
import { KeyRing } from './keys/key-ring.ts'

const DEFAULT_SUITES: readonly IsclSuite[] = ['aes-256-gcm', 'chacha20-poly1305']
const DEFAULT_MAX_PACKET_BYTES = 256 * 1024
const DEFAULT_HANDSHAKE_TIMEOUT_MS = 10_000
const DEFAULT_MAX_CONCURRENT_HANDSHAKES = 4096
/** The greatest delay a Node timer keeps. */
const MAX_TIMER_MS = 2 ** 31 - 1
/** 2^16 packets of 29 octets, the least, are over the 1 MiB that a peer wants to see between two REKEYs. */
const MIN_REKEY_AFTER_PACKETS = 2 ** 16

/** Options with every default in place. */
export interface ResolvedOptions {
  readonly engine: Omit<EngineSettings, 'role' | 'keys' | 'peer'>
  readonly keys: () => IsclKeys
  readonly peer: (connection: Connection, keys: IsclKeys) => string | undefined
  readonly clock: Clock
  readonly handshakeTimeoutMs: number
  readonly maxConcurrentHandshakes: number
}

const optionKinds = {
  keys: 'object|function',
  identity: 'string',
  peer: 'string|function',
  suites: 'array',
  x25519: 'string',
  maxPacketBytes: 'number',
  handshakeTimeoutMs: 'number',
  maxConcurrentHandshakes: 'number',
  rekeyAfterBytes: 'number',
  rekeyAfterPackets: 'number',
  onPacket: 'function',
  clock: 'object',
  wallClock: 'function',
} as const satisfies OptionKinds<IsclOptions>

/** @throws IsclConfigurationError */
export function resolveOptions(options: IsclOptions): ResolvedOptions {
  const misuse = optionFault('iscl()', options, optionKinds, ['keys', 'identity'])
  if (misuse !== undefined) throw new IsclConfigurationError(misuse)
  const { keys, identity, peer } = options
  const fault = identityFault(identity)
  if (fault !== undefined) throw new IsclConfigurationError(`the identity ${fault}`)
  const epochLimits = {
    ...DEFAULT_EPOCH_LIMITS,
    rekeyAfterBytes: bounded(options, 'rekeyAfterBytes', DEFAULT_EPOCH_LIMITS.rekeyAfterBytes, {
      least: DEFAULT_EPOCH_LIMITS.minBytesBetweenRekeys,
      most: DEFAULT_EPOCH_LIMITS.rekeyAfterBytes,
    }),
    rekeyAfterPackets: bounded(options, 'rekeyAfterPackets', DEFAULT_EPOCH_LIMITS.rekeyAfterPackets, {
      least: MIN_REKEY_AFTER_PACKETS,
      most: DEFAULT_EPOCH_LIMITS.rekeyAfterPackets,
    }),
  }
  if (typeof keys !== 'function') requireRings(keys, identity)
  return {
    engine: {
      identity,
      suites: checkedSuites(options.suites ?? DEFAULT_SUITES),
      x25519: checkedX25519(options.x25519 ?? 'required'),
      maxPacketBytes: bounded(options, 'maxPacketBytes', DEFAULT_MAX_PACKET_BYTES, {
        least: MIN_PACKET_BYTES,
        most: MAX_PACKET_BYTES,
      }),
      epochLimits,
      random: randomBytes,
      wallClock: options.wallClock ?? Date.now,
      ...(options.onPacket === undefined ? {} : { onPacket: options.onPacket }),
    },
    keys: () => {
      if (typeof keys !== 'function') return keys
      const current = keys()
      requireRings(current, identity)
      return current
    },
    peer: (connection, current) => {
      if (peer === undefined) return onlyPeer(current)
      return typeof peer === 'string' ? peer : peer(connection)
    },
    clock: options.clock ?? systemClock,
    handshakeTimeoutMs: bounded(options, 'handshakeTimeoutMs', DEFAULT_HANDSHAKE_TIMEOUT_MS, {
      least: 1,
      most: MAX_TIMER_MS,
    }),
    maxConcurrentHandshakes: bounded(options, 'maxConcurrentHandshakes', DEFAULT_MAX_CONCURRENT_HANDSHAKES, {
      least: 1,
      most: Number.MAX_SAFE_INTEGER,
    }),
  }
}

type NumberOption =
  | 'maxPacketBytes'
  | 'handshakeTimeoutMs'
  | 'maxConcurrentHandshakes'
  | 'rekeyAfterBytes'
  | 'rekeyAfterPackets'

function bounded(
  options: IsclOptions,
  name: NumberOption,
  preset: number,
  { least, most }: { readonly least: number; readonly most: number },
): number {
  const value = options[name] ?? preset
  if (Number.isInteger(value) && value >= least && value <= most) return value
  throw new IsclConfigurationError(`${name} is ${String(value)}; ${String(least)}–${String(most)} allowed`)
}

function checkedSuites(suites: readonly IsclSuite[]): readonly IsclSuite[] {
  const known = suites.every((suite) => Object.hasOwn(SUITES, suite))
  if (known && suites.length > 0 && new Set(suites).size === suites.length) return [...suites]
  throw new IsclConfigurationError(
    `suites is [${suites.join(', ')}]; one or more of ${Object.keys(SUITES).join(', ')} allowed, each once`,
  )
}

function checkedX25519(policy: EngineSettings['x25519']): EngineSettings['x25519'] {
  if (['required', 'preferred', 'off'].includes(policy)) return policy
  throw new IsclConfigurationError('x25519 is none of required, preferred, off')
}

function requireRings(keys: IsclKeys, identity: string): void {
  const { authentication, traffic } = Object(keys) as Partial<IsclKeys>
  if (!(authentication instanceof KeyRing && traffic instanceof KeyRing)) {
    throw new IsclConfigurationError(
      'keys are no key rings; allowed is what isclKeys() gives, not a promise of it',
    )
  }
  // A key shared with ourselves would let our own packets authenticate to us.
  if (![...keys.authentication.peers, ...keys.traffic.peers].includes(identity)) return
  throw new IsclConfigurationError('the key rings have our own identity as a peer')
}

function onlyPeer(keys: IsclKeys): string | undefined {
  const { peers } = keys.authentication
  return peers.length === 1 ? peers[0] : undefined
}
