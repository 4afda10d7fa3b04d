import type { IssuedPaths } from './certificate-files.ts'
import type { Usage } from './issue.ts'

/** Command lines that use new certificates: with our SCP, and with DCMTK. */
export function commandsToTry(
  usage: Usage,
  { key, certificate }: IssuedPaths,
  ca: string,
  host = 'HOST',
): readonly (readonly [label: string, line: string])[] {
  const ours = `--tls-key ${quoted(key)} --tls-cert ${quoted(certificate)} --tls-ca ${quoted(ca)}`
  const echoscu = `echoscu +tls ${quoted(key)} ${quoted(certificate)} +cf ${quoted(ca)} -aec ARCHIVE ${host} 2762`
  if (usage === 'ca') return []
  return usage === 'server'
    ? [
        ['archive', `npx --yes pnpm@12.21.0 start --tls-port 2762 ${ours}`],
        ['or', `dcm listen ARCHIVE@:2762+tls ${ours}`],
        ['DCMTK', echoscu],
      ]
    : [
        ['dcm', `dcm echo ARCHIVE@${host}:2762+tls ${ours}`],
        ['DCMTK', echoscu],
      ]
}

/** For a POSIX shell. */
function quoted(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`
}
