/** Service-class-application-information made of one byte a flag, 1 or 0: as many bytes as were offered or answered. */
export type Flags<Name extends string> = Readonly<Partial<Record<Name, boolean>>>

/** A byte for every flag up to the last one that is given; those left out before it are 0. */
export function encodeFlags<Name extends string>(names: readonly Name[], flags: Flags<Name>): Uint8Array {
  const length = names.findLastIndex((name) => flags[name] !== undefined) + 1
  return Uint8Array.from(names.slice(0, length), (name) => Number(flags[name] ?? false))
}

/** The flags whose bytes are there; bytes behind the last known flag are ignored. */
export function decodeFlags<Name extends string>(names: readonly Name[], bytes: Uint8Array): Flags<Name> {
  return Object.fromEntries(
    names.slice(0, bytes.length).map((name, index) => [name, bytes[index] === 1]),
  ) as Flags<Name>
}
