import { execFile, execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Workload } from '../receive/workloads.ts'
import type { Load, StartLoad, Target } from './load.ts'

/** A load generator in C, which leaves more of the processor to the servers than one in Node. Not part of the repository. */
const source = '../shared/bench/dcmblast.c'

const run = promisify(execFile)
const modes: Readonly<Record<Workload['kind'], string>> = { store: 'store', echo: 'echo', associate: 'assoc' }
const rawModes: Readonly<Record<Workload['kind'], string>> = {
  store: 'objects',
  echo: 'echo',
  associate: 'assoc',
}

export interface CLoad extends Disposable {
  readonly start: StartLoad
}

/** Compiles the load generator; undefined where there is no source of it, or no compiler. */
export function compileCLoad(): CLoad | undefined {
  if (!existsSync(source)) return undefined
  const folder = mkdtempSync(join(tmpdir(), 'dcm-bench-load-'))
  const program = join(folder, 'dcmblast')
  const dispose = (): void => {
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    execFileSync('gcc', ['-O2', '-pthread', '-Wno-format-truncation', '-o', program, source])
  } catch {
    dispose()
    return undefined
  }
  return { start: (target) => loadOf(program, target), [Symbol.dispose]: dispose }
}

function loadOf(program: string, { port, protocol, workload }: Target): Load {
  const { kind, associations, objectBytes } = workload
  const doing = protocol === 'plain' ? ['--raw', rawModes[kind], 'raw'] : [modes[kind]]
  const blast = async (operations: number): Promise<number> => {
    const { stdout } = await run(program, [
      ...['-p', String(port), '-a', 'ARCHIVE', '-n', String(operations), '-k', String(associations)],
      ...(kind === 'store' ? ['-s', String(objectBytes)] : []),
      ...doing,
    ])
    return (JSON.parse(stdout) as { readonly seconds: number }).seconds
  }
  return {
    warmUp: async () => {
      if (workload.warmUpOperations > 0) await blast(workload.warmUpOperations)
    },
    run: () => blast(workload.operations),
    [Symbol.dispose]: () => undefined,
  }
}
