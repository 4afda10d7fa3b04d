import { UsageError } from '../usage-error.ts'
import { requireBytes } from '../wire/require-bytes.ts'

/** Service-class-application-information made of one byte a flag, 1 or 0: as many bytes as were offered or answered. */
export type Flags<Name extends string> = Readonly<Partial<Record<Name, boolean>>>

/**
 * A byte for every flag up to the last one that is given; those left out before it are 0.
 *
 * @throws UsageError `DCM_FIELD_RANGE` for what is no flag of these, or neither true nor false: from JavaScript, it would be left out, or 0
 */
export function encodeFlags<Name extends string>(names: readonly Name[], flags: Flags<Name>): Uint8Array {
  for (const [name, flag] of Object.entries<unknown>(flags)) {
    const isFlag = flag === undefined || typeof flag === 'boolean'
    if (isFlag && (names as readonly string[]).includes(name)) continue
    throw new UsageError(
      `${name} is of type ${typeof flag}; allowed are true and false for ${names.join(', ')}`,
      'DCM_FIELD_RANGE',
    )
  }
  const length = names.findLastIndex((name) => flags[name] !== undefined) + 1
  return Uint8Array.from(names.slice(0, length), (name) => Number(flags[name] ?? false))
}

/** The flags whose bytes are there; bytes behind the last known flag are ignored. @throws UsageError `DCM_BYTES_TYPE` */
export function decodeFlags<Name extends string>(names: readonly Name[], bytes: Uint8Array): Flags<Name> {
  requireBytes(bytes, 'application information')
  return Object.fromEntries(
    names.slice(0, bytes.length).map((name, index) => [name, bytes[index] === 1]),
  ) as Flags<Name>
}
