// What a security layer costs: the archive in the clear, over TLS and over the ISCL-style layer, beside DCMTK's `storescp +tls` and
// beside the limit, a bare `node:tls` server that writes the same bytes to files and understands nothing. From the root:
//
//   npx --yes pnpm@12.21.0 run bench:security               some minutes; a table for each workload
//   npx --yes pnpm@12.21.0 run bench:security handshakes    only the workloads with this in their name
//
// Every server and the load generator are processes of their own, on the loopback interface. Contenders take turns within each
// round (A B C A B C …), each on a fresh process, since only ratios within one run mean something. Medians of 5 rounds.
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { nodeLoad } from './load/node-load.ts'
import { measure, type Measurement } from './receive/measure.ts'
import { hasDcmtk } from './receive/servers.ts'
import type { Workload } from './receive/workloads.ts'
import { archives, bareTls, type SecuredContender, storescpTls } from './security/contenders.ts'
import { makeCredentials } from './security/credentials.ts'

const rounds = 5
/** A RAM-backed folder where there is one: a disk's own speed drifts more than what is compared. */
const directory = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()

const small = { kind: 'store', operations: 400, objectBytes: 512 * 1024, warmUpOperations: 1_200 } as const
const association = { kind: 'associate', associations: 1, objectBytes: 0 } as const
const workloads: readonly (Workload & { readonly idle?: boolean })[] = [
  { name: '400 × 512 KiB, 1 association', ...small, associations: 1 },
  { name: '400 × 512 KiB, 8 associations', ...small, associations: 8 },
  { name: 'handshakes, each with an association', ...association, operations: 1_000, warmUpOperations: 200 },
  { name: '1,000 idle connections', ...association, operations: 1_000, warmUpOperations: 20, idle: true },
]

using credentials = makeCredentials()
const { none, tls, iscl } = archives(credentials)
const { key, certificate, requestorKeys } = credentials
const files = { key, certificate, requestorKeys }
const bare = bareTls(credentials)
const contenders = [none, tls, iscl, bare, ...(hasDcmtk() ? [storescpTls(credentials)] : [])]
const only = process.argv[2]

for (const workload of workloads) {
  if (only !== undefined && !workload.name.includes(only)) continue
  const results = new Map<SecuredContender, Measurement[]>(contenders.map((contender) => [contender, []]))
  for (let round = 0; round < rounds; round++) {
    for (const [contender, measurements] of results) {
      // storescp serves one association after the other.
      if (workload.idle && contender.name.startsWith('DCMTK')) continue
      const { layer } = contender
      const job = { layer, idle: workload.idle ?? false, files }
      measurements.push(
        await measure(contender, workload, directory, (target) => nodeLoad({ ...target, ...job })),
      )
    }
  }
  console.table(rowsOf(workload, results))
}

function rowsOf(
  workload: Workload & { readonly idle?: boolean },
  results: ReadonlyMap<SecuredContender, readonly Measurement[]>,
): Record<string, object> {
  const measured = Array.from(results).filter(([, measurements]) => measurements.length > 0)
  const limit = median(results.get(bare), 'rate')
  return Object.fromEntries(
    measured.map(([contender, measurements]) => {
      const rate = median(measurements, 'rate')
      const unit = workload.kind === 'store' ? 'MB/s' : '/s'
      const memory = median(measurements, 'grownKibibytes') / workload.operations
      return [
        `${workload.name}: ${contender.name}`,
        {
          rate: `${Math.round(rate).toLocaleString('en')} ${unit}`,
          'this ÷ bare node:tls': contender === bare ? '' : (rate / limit).toFixed(2),
          'CPU s': median(measurements, 'cpuSeconds').toFixed(2),
          ...(workload.idle && { 'KiB for each': memory.toFixed(1) }),
        },
      ]
    }),
  )
}

function median(measurements: readonly Measurement[] = [], of: keyof Measurement): number {
  const sorted = measurements.map((each) => each[of]).sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}
