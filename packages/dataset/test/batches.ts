/** Bytes in pieces of these sizes, over and over, as if they came from somewhere. */
export async function* cut(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  let offset = 0
  for (let turn = 0; offset < bytes.length; turn += 1) {
    const size = Math.max(1, sizes[turn % sizes.length] ?? 1)
    // A copy, as a source may use its buffer again.
    yield await Promise.resolve(Uint8Array.from(bytes.subarray(offset, offset + size)))
    offset += size
  }
}

export async function batches(source: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> {
  const all: Uint8Array[] = []
  for await (const batch of source) all.push(Uint8Array.from(batch))
  return all
}

export function join(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts))
}
