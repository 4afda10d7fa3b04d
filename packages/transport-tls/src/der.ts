/** One element of DER: its tag byte and the bytes of its value, a view. */
export interface DerElement {
  readonly tag: number
  readonly value: Uint8Array
}

/** The elements that stand one after the other in `bytes` (X.690 8.1); what does not parse is left out. */
export function readDer(bytes: Uint8Array): readonly DerElement[] {
  const elements: DerElement[] = []
  let offset = 0
  while (offset + 2 <= bytes.length) {
    const tag = bytes[offset] ?? 0
    let length = bytes[offset + 1] ?? 0
    offset += 2
    if (length > 0x80) {
      const end = offset + (length & 0x7f)
      for (length = 0; offset < end; offset++) length = length * 256 + (bytes[offset] ?? 0)
    }
    if (offset + length > bytes.length) break
    elements.push({ tag, value: bytes.subarray(offset, offset + length) })
    offset += length
  }
  return elements
}

/** The elements that a constructed one holds; those of none are none. */
export function inside(element: DerElement | undefined): readonly DerElement[] {
  return element ? readDer(element.value) : []
}

/** The value in hex: an OBJECT IDENTIFIER, to be compared with one. */
export function hex(element: DerElement | undefined): string {
  return Buffer.from(element?.value ?? []).toString('hex')
}
