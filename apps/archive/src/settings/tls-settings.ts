import type { CertificateProfileName } from '@dcm/transport-tls'
import type { OptionValues } from './option-values.ts'
import { SettingsError } from './settings-error.ts'

export interface TlsSettings {
  readonly port: number
  readonly profile: CertificateProfileName
  /** Files: a key and its certificate. */
  readonly identities: readonly { readonly key: string; readonly certificate: string }[]
  readonly passphraseFile?: string
  readonly caFiles: readonly string[]
  readonly crlFiles: readonly string[]
  readonly clientAuthentication: 'required' | 'none'
  readonly aeTitlePinsFile?: string
}

const profiles = [
  'bcp195-rfc8996',
  'bcp195-rfc8996-modified',
  'bcp195-non-downgrading',
  'bcp195-extended',
] as const satisfies readonly CertificateProfileName[]

const names = [
  'tls-key',
  'tls-cert',
  'tls-ca',
  'tls-port',
  'tls-profile',
  'tls-passphrase-file',
  'tls-crl',
  'tls-client-auth',
  'tls-aet-pins',
] as const

/** Undefined when nothing of TLS was said. Half of it is an error, never a plain port. @throws SettingsError */
export function tlsSettings(values: OptionValues): TlsSettings | undefined {
  const said = names.find((name) => values.text(name) !== undefined)
  if (said === undefined) return undefined
  const missing = (['tls-key', 'tls-cert', 'tls-ca'] as const).find((name) => values.text(name) === undefined)
  if (missing !== undefined) throw new SettingsError(`--${said} needs --${missing} FILE`)
  const keys = values.files('tls-key')
  const certificates = values.files('tls-cert')
  if (keys.length !== certificates.length) {
    throw new SettingsError(
      `${String(keys.length)} --tls-key and ${String(certificates.length)} --tls-cert do not make pairs`,
    )
  }
  const passphraseFile = values.text('tls-passphrase-file')
  const aeTitlePinsFile = values.text('tls-aet-pins')
  return {
    port: values.port('tls-port', 2762),
    profile: values.oneOf('tls-profile', profiles),
    identities: keys.map((key, index) => ({ key, certificate: certificates[index] ?? '' })),
    caFiles: values.files('tls-ca'),
    crlFiles: values.files('tls-crl'),
    clientAuthentication: values.oneOf('tls-client-auth', ['required', 'none']),
    ...(passphraseFile === undefined ? {} : { passphraseFile }),
    ...(aeTitlePinsFile === undefined ? {} : { aeTitlePinsFile }),
  }
}
