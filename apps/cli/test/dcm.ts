import { fileURLToPath } from 'node:url'
import { type Outcome, Program } from './program.ts'

/** The sources, or what was built of them. */
const main = process.env.DCM_TEST_DIST
  ? [fileURLToPath(new URL('../dist/main.js', import.meta.url))]
  : ['--conditions=@dcm/source', fileURLToPath(new URL('../src/main.ts', import.meta.url))]

export const dcmCommand: readonly string[] = [process.execPath, ...main]

/** The command line as a process of its own, without anybody's configuration. */
export function startDcm(line: readonly string[], env: Readonly<Record<string, string>> = {}): Program {
  return new Program(process.execPath, [...main, ...line], {
    env: {
      XDG_CONFIG_HOME: '/nonexistent',
      DCM_CONFIG: '',
      NO_COLOR: '',
      FORCE_COLOR: '',
      NODE_OPTIONS: '',
      ...env,
    },
  })
}

/** Runs it to its end. */
export function dcm(...line: readonly string[]): Promise<Outcome> {
  return startDcm(line).ended
}

/** What a program reads: the objects of `--json`. */
export function objects({ stdout }: Outcome): Record<string, unknown>[] {
  return stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, unknown>)
}
