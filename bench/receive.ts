// The whole receive path, as built, beside DCMTK's storescp and beside the limit: a plain `node:net` server that writes the same
// bytes to files and understands nothing. From the repository's root:
//
//   npx --yes pnpm@12.21.0 run bench            some minutes; a table for each workload
//   npx --yes pnpm@12.21.0 run bench C-ECHO     only the workloads with this in their name
//
// The load comes from a generator in C where its source and gcc are there, else from one in Node, which is busier than the servers.
// Every server and the load generator are processes of their own, on the loopback interface. Contenders take turns within each
// round (A B C A B C …), each on a fresh process, since only ratios within one run mean something. Medians of 5 rounds.
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { compileCLoad } from './load/c-load.ts'
import type { StartLoad } from './load/load.ts'
import { nodeLoad } from './load/node-load.ts'
import { measure, type Measurement } from './receive/measure.ts'
import { archive, type Contender, dcmtk, hasDcmtk, plain } from './receive/servers.ts'
import { type Workload, workloads } from './receive/workloads.ts'

const rounds = 5
/** A RAM-backed folder where there is one: a disk's own speed drifts more than what is compared. */
const ramDirectory = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()

const ours = archive('os')
const onDisk = archive('fsync')
const inMemory = [ours, ...(hasDcmtk() ? [dcmtk] : []), plain]
const all = [...inMemory, onDisk]
const only = process.argv[2]
using inC = compileCLoad()
const startLoad: StartLoad = inC?.start ?? ((target) => nodeLoad({ ...target, layer: 'none', idle: false }))
console.log(`The load generator is ${inC ? 'dcmblast' : 'in Node'}.`)
const chosen = workloads.filter(({ name }) => only === undefined || name.includes(only))

for (const workload of chosen) {
  const contenders = workload.kind === 'store' ? all : inMemory
  console.table(rowsOf(workload, await measureInTurns(contenders, workload)))
}

async function measureInTurns(
  contenders: readonly Contender[],
  workload: Workload,
): Promise<Map<Contender, Measurement[]>> {
  const results = new Map<Contender, Measurement[]>(contenders.map((contender) => [contender, []]))
  for (let round = 0; round < rounds; round++) {
    for (const [contender, measurements] of results) {
      const directory = contender === onDisk ? tmpdir() : ramDirectory
      measurements.push(await measure(contender, workload, directory, startLoad))
    }
  }
  return results
}

function rowsOf(
  workload: Workload,
  results: ReadonlyMap<Contender, readonly Measurement[]>,
): Record<string, object> {
  const unit = workload.kind === 'store' ? 'MB/s' : '/s'
  const mine = median(results.get(ours), 'rate')
  return Object.fromEntries(
    Array.from(results, ([contender, measurements]) => {
      const rate = median(measurements, 'rate')
      return [
        `${workload.name}: ${contender.name}`,
        {
          rate: `${Math.round(rate).toLocaleString('en')} ${unit}`,
          'archive ÷ this': contender === ours ? '' : (mine / rate).toFixed(2),
          'CPU s': median(measurements, 'cpuSeconds').toFixed(2),
          'peak RSS above idle, MiB': Math.round(median(measurements, 'addedKibibytes') / 1024),
        },
      ]
    }),
  )
}

function median(measurements: readonly Measurement[] = [], of: keyof Measurement): number {
  const sorted = measurements.map((each) => each[of]).sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}
