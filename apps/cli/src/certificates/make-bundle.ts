import { rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Arguments } from '../arguments/arguments.ts'
import { readFile } from '../read-file.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { randomBundlePassword, readBundlePassword } from './bundle-password.ts'
import { pathsOf, readAuthority, writeNew } from './certificate-files.ts'

/** `dcm certs p12 NAME`: NAME.p12, and its password beside it where none was given. */
export async function makeBundle(name: string, args: Arguments, terminal: Terminal): Promise<void> {
  const folder = resolve(args.text('out') ?? 'certs')
  const path = join(folder, `${name}.p12`)
  const passwordPath = args.text('p12-password-file')
  const paths = pathsOf(folder, name)
  const authority = await readAuthority(folder)
  const issued = {
    key: await readFile(paths.key, 'utf8'),
    certificate: await readFile(paths.certificate, 'utf8'),
  }
  const password =
    passwordPath === undefined ? randomBundlePassword() : await readBundlePassword(passwordPath)
  const { bundle } = await import('./bundle.ts')
  await writeNew(path, bundle(issued, authority.certificate, name, password), 0o600)
  const written = passwordPath ?? `${path}.password`
  if (passwordPath === undefined) {
    try {
      await writeNew(written, `${password}\n`, 0o600)
    } catch (error) {
      await rm(path)
      throw error
    }
  }
  if (terminal.json) {
    await terminal.object({ type: 'bundle', path, passwordFile: written })
    return
  }
  await terminal.line(`${path} (0600)`)
  await terminal.line(`  password     the first line of ${written}`)
  await terminal.line(`  dcm, archive --tls-p12 ${path} --tls-passphrase-file ${resolve(written)}`)
}
