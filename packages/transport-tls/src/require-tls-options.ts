import { optionFault, type OptionKinds } from '@dcm/transport'
import { tlsError } from './tls-error.ts'
import type { TlsCertificateOptions, TlsOptions, TlsPreSharedKeyOptions } from './tls-options.ts'

const certificateOptions = {
  profile: 'string',
  credentials: 'object|function',
  clientAuthentication: 'any',
  serverName: 'string|boolean',
  pinnedFingerprints: 'array',
  expiryWarningDays: 'number',
} as const satisfies OptionKinds<TlsCertificateOptions>

const preSharedKeyOptions = {
  profile: 'string',
  credentials: 'object|function',
} as const satisfies OptionKinds<TlsPreSharedKeyOptions>

/**
 * Who writes JavaScript, or reads options from a file, has no compiler: a misspelt `pinnedFingerprints` would pin nobody.
 *
 * @throws SecurityError `DCM_TLS_OPTION`
 */
export function requireTlsOptions(options: TlsOptions): void {
  const isPsk = (options as Partial<TlsOptions> | undefined)?.profile === 'psk'
  const fault = optionFault('tls()', options, isPsk ? preSharedKeyOptions : certificateOptions, [
    'credentials',
  ])
  if (fault !== undefined) throw tlsError('DCM_TLS_OPTION', fault)
  if (options.profile === 'psk') return
  requireKnownAuthentication(options.clientAuthentication)
  requireServerName(options.serverName)
  requireFingerprints(options.pinnedFingerprints ?? [])
  requireDays(options.expiryWarningDays ?? 0)
}

/** What is neither would let everybody in. */
function requireKnownAuthentication(value: unknown): void {
  if (value === undefined || value === 'required' || value === 'none') return
  throw tlsError(
    'DCM_TLS_OPTION',
    `clientAuthentication is ${JSON.stringify(value)}; required and none are allowed`,
  )
}

function requireServerName(value: unknown): void {
  if (value !== true) return
  throw tlsError('DCM_TLS_OPTION', 'serverName is true; a name, or false for any, is allowed')
}

function requireDays(value: number): void {
  if (value >= 0) return
  throw tlsError('DCM_TLS_OPTION', `expiryWarningDays is ${String(value)}; a number from 0 on is allowed`)
}

/** As Node writes them, since a pin of another form would match nobody. */
function requireFingerprints(pins: readonly string[]): void {
  const wrong = pins.find((pin) => !/^[0-9A-F]{2}(:[0-9A-F]{2}){31}$/.test(pin))
  if (wrong === undefined) return
  throw tlsError(
    'DCM_TLS_OPTION',
    `${JSON.stringify(wrong)} is no SHA-256 fingerprint; they have 32 pairs of upper-case hex with colons between`,
  )
}
