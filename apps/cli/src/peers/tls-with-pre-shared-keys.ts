import type { ConnectionRole, SecurityProvider } from '@dcm/transport'
import { parsePreSharedKeys, tls } from '@dcm/transport-tls'
import { readFile } from '../read-file.ts'
import { usageError } from '../usage-error.ts'
import type { TlsSettings } from './configuration.ts'

const members = ['kind', 'profile', 'preSharedKeys', 'preSharedKeyIdentity']

/** TLS by external pre-shared keys. @throws CliError; errors of the file system */
export async function tlsWithPreSharedKeys(
  settings: TlsSettings,
  role: ConnectionRole,
): Promise<SecurityProvider> {
  const { profile = 'psk', preSharedKeys: path, preSharedKeyIdentity } = settings
  if (path === undefined)
    throw usageError('TLS by pre-shared keys needs a file of them: give --tls-psk FILE.')
  if (profile !== 'psk' || Object.keys(settings).some((member) => !members.includes(member))) {
    throw usageError(
      'Pre-shared keys stand in place of certificates: leave away either --tls-psk, or what is about certificates, their profile and names.',
    )
  }
  const keys = keysIn(await readFile(path, 'latin1'), path)
  if (role === 'acceptor') return tls({ profile: 'psk', credentials: { keys } })
  const [only, ...more] = keys.keys()
  const identity = preSharedKeyIdentity ?? (more.length === 0 ? only : undefined)
  if (identity === undefined || !keys.has(identity)) {
    throw usageError(
      identity === undefined
        ? `${path} has several keys; say which is ours with --tls-psk-identity NAME.`
        : `${path} has no key of "${identity}"; give another --tls-psk-identity.`,
    )
  }
  return tls({ profile: 'psk', credentials: { keys, identity } })
}

/** They do not name what stands on a line. */
function keysIn(text: string, path: string): ReadonlyMap<string, Uint8Array> {
  try {
    return parsePreSharedKeys(text)
  } catch (error) {
    throw usageError(`${path} cannot be used: ${(error as Error).message}.`)
  }
}
