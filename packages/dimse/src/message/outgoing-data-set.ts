import { UsageError } from '@dcm/pdu'
import type { ByteSource } from './byte-source.ts'

/** What a message carries besides its command: bytes that are there, in one run or several, or a stream of them. */
export type OutgoingDataSet = Uint8Array | readonly Uint8Array[] | ByteSource

/** The same, known to be one. */
export type CheckedDataSet = readonly Uint8Array[] | ByteSource

/**
 * The data set to send, in runs or as a stream.
 *
 * @throws UsageError `DCM_DATA_SET_TYPE` for what is none
 */
export function checkedDataSet(dataSet: OutgoingDataSet): CheckedDataSet {
  if (dataSet instanceof Uint8Array) return [dataSet]
  if (Array.isArray(dataSet)) {
    for (const run of dataSet as readonly unknown[]) {
      if (!(run instanceof Uint8Array)) throw noDataSet(`an array that holds ${kindOf(run)}`)
    }
    return dataSet as readonly Uint8Array[]
  }
  requireSource(dataSet)
  return dataSet
}

/**
 * A Node.js `Readable` has a `read()`, too, which is another.
 *
 * @throws UsageError `DCM_DATA_SET_TYPE` for what is no stream
 */
export function requireSource(source: unknown): asserts source is ByteSource {
  const { read, pipe } = Object(source) as { readonly read?: unknown; readonly pipe?: unknown }
  if (typeof read !== 'function' || pipe !== undefined) throw noDataSet(kindOf(source))
}

/**
 * What a source gave. Its runs are not looked at one by one: who gives something else gives it first.
 *
 * @throws UsageError `DCM_DATA_SET_TYPE`
 */
export function checkedBatch(runs: readonly Uint8Array[]): readonly Uint8Array[] {
  const given: unknown = runs
  if (!Array.isArray(given)) throw noDataSet(`a source whose read() gives ${kindOf(given)}`)
  // Whoever ends so gives it again and again.
  if (given.length === 0) throw noDataSet('a source whose read() gives an empty array; undefined ends it')
  if (given[0] instanceof Uint8Array) return runs
  throw noDataSet(`a source whose read() gives an array that holds ${kindOf(given[0])}`)
}

function noDataSet(what: string): UsageError {
  return new UsageError(
    `the data set is ${what}; allowed is a Uint8Array, an array of them, or a source whose read() resolves with such an array, and with undefined at the end`,
    'DCM_DATA_SET_TYPE',
  )
}

/** In words that tell nothing of a patient. */
function kindOf(value: unknown): string {
  if (value === null) return 'null'
  const name =
    typeof value === 'object' ? (value.constructor as { name?: string } | undefined)?.name : undefined
  return name === undefined ? `a value of type ${typeof value}` : `a value of class ${name}`
}
