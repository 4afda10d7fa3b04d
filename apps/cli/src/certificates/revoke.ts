import { join, resolve } from 'node:path'
import type { Arguments } from '../arguments/arguments.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { usageError } from '../usage-error.ts'
import { readAuthority, replaceList } from './certificate-files.ts'
import { readIssuedBy } from './read-issued-by.ts'

/** `dcm certs revoke FILE…` and `dcm certs crl`: the next crl.pem, with more certificates or the same. */
export async function revoke(
  action: 'revoke' | 'crl',
  files: readonly string[],
  args: Arguments,
  terminal: Terminal,
): Promise<void> {
  if ((action === 'crl') !== (files.length === 0)) {
    throw usageError(
      action === 'crl' ? 'dcm certs crl takes no files.' : 'Revoke what? Write dcm certs revoke FILE….',
    )
  }
  const days = args.wholeNumber('days', 1, 3650) ?? 30
  const folder = resolve(args.text('out') ?? 'certs')
  const path = join(folder, 'crl.pem')
  const authority = await readAuthority(folder)
  const certificates = await Promise.all(files.map((file) => readIssuedBy(authority, file)))
  const { nextRevocationList } = await import('./next-revocation-list.ts')
  let revoked = 0
  await replaceList(path, async () => {
    const next = await nextRevocationList(path, certificates, days, authority)
    revoked = next.revoked
    return next.pem
  })
  if (terminal.json) await terminal.object({ type: 'crl', path, revoked, days })
  else {
    await terminal.line(`${path}: ${String(revoked)} revoked; good for ${String(days)} days`)
    await terminal.line(`  archive      --tls-crl ${path}`)
  }
}
