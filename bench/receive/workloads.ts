/** What one measurement asks of a server. */
export interface Workload {
  readonly name: string
  readonly kind: 'store' | 'echo' | 'associate'
  /** Objects, C-ECHOs or associations in all. */
  readonly operations: number
  readonly associations: number
  /** Pixel data of each object. */
  readonly objectBytes: number
  /** Operations before the clock starts, so that compilers and caches of all servers are warm; none where memory is measured. */
  readonly warmUpOperations: number
}

const small = { kind: 'store', operations: 400, objectBytes: 512 * 1024, warmUpOperations: 1_200 } as const

export const workloads: readonly Workload[] = [
  { name: '400 × 512 KiB, 1 association', ...small, associations: 1 },
  { name: '400 × 512 KiB, 8 associations', ...small, associations: 8 },
  // What a process receives first is received by code that V8 has not compiled yet.
  { name: 'the first 400 × 512 KiB, 1 association', ...small, warmUpOperations: 0, associations: 1 },
  {
    name: 'one object of 1 GiB',
    kind: 'store',
    operations: 1,
    associations: 1,
    objectBytes: 1024 ** 3,
    warmUpOperations: 0,
  },
  {
    name: 'C-ECHO',
    kind: 'echo',
    operations: 20_000,
    associations: 1,
    objectBytes: 0,
    warmUpOperations: 20_000,
  },
  {
    name: 'associations',
    kind: 'associate',
    operations: 4_000,
    associations: 1,
    objectBytes: 0,
    warmUpOperations: 12_000,
  },
]
