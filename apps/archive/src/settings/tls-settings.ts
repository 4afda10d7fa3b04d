import type { CertificateProfileName } from '@dcm/transport-tls'
import type { OptionValues } from './option-values.ts'
import { SettingsError } from './settings-error.ts'

/** The files of one identity of ours. */
export type IdentityFiles =
  { readonly key: string; readonly certificate: string } | { readonly pkcs12: string }

interface TlsEntranceSettings {
  readonly port: number
  readonly aeTitlePinsFile?: string
}

export interface TlsCertificateSettings extends TlsEntranceSettings {
  readonly profile: CertificateProfileName
  readonly identities: readonly IdentityFiles[]
  readonly passphraseFile?: string
  readonly caFiles: readonly string[]
  readonly crlFiles: readonly string[]
  readonly clientAuthentication: 'required' | 'none'
}

interface TlsPreSharedKeySettings extends TlsEntranceSettings {
  readonly profile: 'psk'
  readonly keyFile: string
}

export type TlsSettings = TlsCertificateSettings | TlsPreSharedKeySettings

const profiles = [
  'bcp195-rfc8996',
  'bcp195-rfc8996-modified',
  'bcp195-non-downgrading',
  'bcp195-extended',
  'psk',
] as const satisfies readonly TlsSettings['profile'][]

const certificateOptions = [
  'tls-key',
  'tls-cert',
  'tls-p12',
  'tls-passphrase-file',
  'tls-ca',
  'tls-crl',
  'tls-client-auth',
] as const

const names = [...certificateOptions, 'tls-psk', 'tls-port', 'tls-profile', 'tls-aet-pins'] as const

/** Undefined when nothing of TLS was said. Half of it is an error, never a plain port. @throws SettingsError */
export function tlsSettings(values: OptionValues): TlsSettings | undefined {
  const said = names.find((name) => values.text(name) !== undefined)
  if (said === undefined) return undefined
  const profile = values.oneOf('tls-profile', profiles)
  const aeTitlePinsFile = values.text('tls-aet-pins')
  const entrance = {
    port: values.port('tls-port', 2762),
    ...(aeTitlePinsFile === undefined ? {} : { aeTitlePinsFile }),
  }
  return profile === 'psk'
    ? { ...entrance, profile, keyFile: preSharedKeyFile(values) }
    : { ...entrance, profile, ...certificateFiles(values, said) }
}

function preSharedKeyFile(values: OptionValues): string {
  const odd = certificateOptions.find((name) => values.text(name) !== undefined)
  if (odd !== undefined) throw new SettingsError(`--${odd} does not go with --tls-profile psk`)
  const keyFile = values.text('tls-psk')
  if (keyFile === undefined) throw new SettingsError('--tls-profile psk needs --tls-psk FILE')
  return keyFile
}

function certificateFiles(
  values: OptionValues,
  said: (typeof names)[number],
): Omit<TlsCertificateSettings, 'port' | 'profile'> {
  if (values.text('tls-psk') !== undefined) throw new SettingsError('--tls-psk needs --tls-profile psk')
  const bundles = values.files('tls-p12').map((pkcs12) => ({ pkcs12 }))
  const identities = [...keysWithCertificates(values), ...bundles]
  if (identities.length === 0)
    throw new SettingsError(`--${said} needs --tls-key FILE and --tls-cert FILE, or --tls-p12 FILE`)
  const caFiles = values.files('tls-ca')
  if (caFiles.length === 0) throw new SettingsError(`--${said} needs --tls-ca FILE`)
  const clientAuthentication = values.oneOf('tls-client-auth', ['required', 'none'])
  if (clientAuthentication === 'none' && values.text('tls-aet-pins') !== undefined) {
    throw new SettingsError(
      '--tls-aet-pins does not go with --tls-client-auth none: who shows no certificate could not call',
    )
  }
  const passphraseFile = values.text('tls-passphrase-file')
  return {
    identities,
    ...(passphraseFile === undefined ? {} : { passphraseFile }),
    caFiles,
    crlFiles: values.files('tls-crl'),
    clientAuthentication,
  }
}

function keysWithCertificates(values: OptionValues): readonly IdentityFiles[] {
  const keys = values.files('tls-key')
  const certificates = values.files('tls-cert')
  if (keys.length !== certificates.length) {
    throw new SettingsError(
      `${String(keys.length)} --tls-key and ${String(certificates.length)} --tls-cert do not make pairs`,
    )
  }
  return keys.map((key, index) => ({ key, certificate: certificates[index] ?? '' }))
}
