import { isIP } from 'node:net'
import { resolve } from 'node:path'
import type { Arguments } from '../../arguments/arguments.ts'
import { mustNotExist, pathsOf, readAuthority, writeIssued } from '../../certificates/certificate-files.ts'
import { commandsToTry } from '../../certificates/commands-to-try.ts'
import { makeBundle } from '../../certificates/make-bundle.ts'
import { revoke } from '../../certificates/revoke.ts'
import { type CertificateFacts, describeCertificates } from '../../certificates/describe-certificate.ts'
import type { Usage } from '../../certificates/issue.ts'
import { CliError } from '../../cli-error.ts'
import { type ExitCode, exitCodes } from '../../exit-codes.ts'
import { safeText } from '../../terminal/safe-text.ts'
import type { Terminal } from '../../terminal/terminal.ts'
import { readFile } from '../../read-file.ts'
import { usageError } from '../../usage-error.ts'
import type { Surroundings } from '../command.ts'

/** They become file names. */
const nameShape = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/

export async function run(args: Arguments, { terminal }: Surroundings): Promise<ExitCode> {
  const [action, ...names] = args.positionals
  if (action === 'show') {
    await show(names, terminal)
    return exitCodes.success
  }
  if (args.text('p12-password-file') !== undefined && action !== 'p12') {
    throw usageError('--p12-password-file goes with dcm certs p12 NAME.')
  }
  if (action === 'revoke' || action === 'crl') {
    await revoke(action, names, args, terminal)
    return exitCodes.success
  }
  if (action !== 'p12' && action !== 'ca' && action !== 'server' && action !== 'client') {
    throw usageError(
      'What to do with certificates? Write dcm certs ca, server NAME, client NAME, p12 NAME, revoke FILE…, crl or show FILE….',
    )
  }
  const [name = 'ca', ...others] = names
  if (others.length > 0 || (action === 'ca') !== (names.length === 0) || !nameShape.test(name)) {
    throw usageError(
      action === 'ca'
        ? 'dcm certs ca takes no file name; its own name is given with --name.'
        : `dcm certs ${action} takes one name of letters, digits, dots, - and _, and nothing else.`,
    )
  }
  if (action !== 'ca' && (name === 'ca' || name === 'crl')) {
    throw usageError(`${name}.pem is the CA’s; choose another name.`)
  }
  if (action === 'p12') {
    await makeBundle(name, args, terminal)
    return exitCodes.success
  }
  await make(action, name, args, terminal)
  return exitCodes.success
}

async function make(usage: Usage, name: string, args: Arguments, terminal: Terminal): Promise<void> {
  const folder = resolve(args.text('out') ?? 'certs')
  const hosts = args.texts('host')
  if (usage === 'server' && hosts.length === 0) {
    throw usageError(
      'A server is called by a name or address, which its certificate holds; give --host HOST.',
    )
  }
  const odd = hosts.find((host) => !isIP(host) && !/^[A-Za-z0-9*][A-Za-z0-9.-]{0,252}$/.test(host))
  if (odd !== undefined) throw usageError(`--host takes a host name or an IP address, not "${odd}".`)
  const days = args.wholeNumber('days', 1, 36_500) ?? (usage === 'ca' ? 3650 : 730)
  const paths = pathsOf(folder, name)
  await mustNotExist(paths)
  const authority = usage === 'ca' ? undefined : await readAuthority(folder)
  const commonName = usage === 'ca' ? (args.text('name') ?? 'DICOM site CA') : name
  if (commonName === '' || commonName.length > 64) throw usageError('--name takes 1 to 64 characters.')
  // Loaded here: it is large, and no other command needs it.
  const { issue } = await import('../../certificates/issue.ts')
  const issued = await issue({ usage, name: commonName, days, hosts }, authority)
  await writeIssued(folder, paths, issued)
  for (const facts of describeCertificates(issued.certificate))
    await print(facts, paths.certificate, terminal)
  if (terminal.json) return
  await terminal.line(`  key          ${paths.key} (0600)`)
  const authorityPath = pathsOf(folder, 'ca').certificate
  for (const [label, line] of commandsToTry(usage, paths, authorityPath, hosts[0])) {
    await terminal.line(`  ${label.padEnd(11)}  ${line}`)
  }
}

async function show(paths: readonly string[], terminal: Terminal): Promise<void> {
  if (paths.length === 0) throw usageError('Which certificates? Write dcm certs show FILE….')
  let shown = 0
  for (const path of paths) {
    for (const facts of describeCertificates(await readFile(path, 'utf8'))) {
      await print(facts, path, terminal)
      shown++
    }
  }
  if (shown === 0) {
    throw new CliError(
      exitCodes.localFile,
      'DCM_NO_CERTIFICATE',
      'There is no PEM certificate in what was given.',
    )
  }
}

async function print(facts: CertificateFacts, path: string, terminal: Terminal): Promise<void> {
  if (terminal.json) {
    await terminal.object({ type: 'certificate', path, ...facts })
    return
  }
  const { style } = terminal
  const { subject, issuer, ca, hosts, notAfter, daysLeft, fingerprint256 } = facts
  const left = daysLeft < 0 ? style.bad('expired') : `${String(daysLeft)} days left`
  await terminal.line(`${style.strong(safeText(subject))}${ca ? ' (CA)' : ''}`)
  await terminal.line(`  issued by    ${subject === issuer ? 'itself' : safeText(issuer)}`)
  if (hosts !== '') await terminal.line(`  hosts        ${safeText(hosts)}`)
  await terminal.line(
    `  until        ${notAfter.slice(0, 10)}, ${daysLeft >= 0 && daysLeft <= 30 ? style.warning(left) : left}`,
  )
  await terminal.line(`  SHA-256      ${fingerprint256}`)
  await terminal.line(`  file         ${path}`)
}
