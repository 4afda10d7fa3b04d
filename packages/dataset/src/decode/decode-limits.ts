import { UsageError } from '@dcm/pdu'

/** What one data set can make its reader hold. */
export interface DecodeLimits {
  /**
   * The longest data set, in bytes; when deflated, both before and after. Default 16777216: any identifier, report or header; values
   * that become bulk data do not count where they are passed over.
   */
  readonly maximumDataSetBytes?: number
  /**
   * Elements, items, fragments and single values together. Default 200000: some 60 MB at most, when each is an empty element of eight
   * bytes; an enhanced multi-frame object of a thousand frames has about a quarter of it.
   */
  readonly maximumValues?: number
  /** Sequences inside sequences. Default 64: the deepest structured reports have some 30. At most 512, so that no JSON is too deep to print. */
  readonly maximumDepth?: number
}

const deepest = 512

const defaultDecodeLimits: Required<DecodeLimits> = {
  maximumDataSetBytes: 16_777_216,
  maximumValues: 200_000,
  maximumDepth: 64,
}

/** @throws UsageError `DCM_DATA_SET_LIMIT` for a limit that is no whole number in its range, or that there is not. */
export function completeLimits(limits: DecodeLimits = {}): Required<DecodeLimits> {
  const complete = { ...defaultDecodeLimits, ...limits }
  for (const [name, value] of Object.entries(complete)) {
    // From JavaScript: a misspelt limit limits nothing.
    if (!Object.hasOwn(defaultDecodeLimits, name)) {
      throw new UsageError(
        `there is no limit ${name}, allowed are ${Object.keys(defaultDecodeLimits).join(', ')}`,
        'DCM_DATA_SET_LIMIT',
      )
    }
    const maximum = name === 'maximumDepth' ? deepest : Number.MAX_SAFE_INTEGER
    if (!Number.isSafeInteger(value) || value < 0 || value > maximum) {
      throw new UsageError(
        `the limit ${name} is ${String(value)}, allowed are whole numbers from 0 to ${String(maximum)}`,
        'DCM_DATA_SET_LIMIT',
      )
    }
  }
  return complete
}
