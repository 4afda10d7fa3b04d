import { execFileSync } from 'node:child_process'

/** A program that sends a folder to 127.0.0.1. */
export interface Contender {
  readonly name: string
  command(port: number, folder: string): readonly string[]
}

const ours: readonly Contender[] = [
  {
    name: '@dcm/scu',
    command: (port, folder) => [process.execPath, 'bench/send/scu-sender.js', 'store', String(port), folder],
  },
  {
    name: 'dcm send',
    command: (port, folder) => [
      ...[process.execPath, 'apps/cli/dist/main.js', 'send', `SINK@127.0.0.1:${String(port)}`, folder],
    ],
  },
]

const dcmtk: readonly Contender[] = [
  {
    name: 'storescu',
    command: (port, folder) => ['storescu', '-xe', '127.0.0.1', String(port), '+sd', folder],
  },
  { name: 'dcmsend', command: (port, folder) => ['dcmsend', '127.0.0.1', String(port), '+sd', folder] },
]

/** Ours, and those of DCMTK when it is installed. */
export function contenders(): readonly Contender[] {
  try {
    execFileSync('storescu', ['--version'], { stdio: 'ignore' })
    return [...ours, ...dcmtk]
  } catch {
    return ours
  }
}
