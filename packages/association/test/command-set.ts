/** An element of a command set: group 0000H, Implicit VR Little Endian (PS3.7 6.3.1). */
type CommandElement = readonly [element: number, value: Uint8Array]

export function us(element: number, value: number): CommandElement {
  return [element, Uint8Array.of(value, value >> 8)]
}

export function ui(element: number, uid: string): CommandElement {
  return [element, uidValue(uid)]
}

/** Padded to an even length (PS3.5 6.2). */
export function uidValue(uid: string): Uint8Array {
  return Buffer.from(uid.length % 2 === 0 ? uid : `${uid}\0`, 'latin1')
}

/** The command set, its group length first: what this package itself has no need to know. */
export function commandSet(...elements: readonly CommandElement[]): Buffer {
  const body = Buffer.concat(elements.map((element) => implicitElement(0x0000, ...element)))
  const length = Buffer.alloc(4)
  length.writeUInt32LE(body.length)
  return Buffer.concat([implicitElement(0x0000, 0x0000, length), body])
}

export function implicitElement(group: number, element: number, value: Uint8Array): Buffer {
  const header = Buffer.alloc(8)
  header.writeUInt16LE(group, 0)
  header.writeUInt16LE(element, 2)
  header.writeUInt32LE(value.length, 4)
  return Buffer.concat([header, value])
}
