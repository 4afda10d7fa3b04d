import { implicit } from './served.ts'

/** Elements of text, in Implicit VR Little Endian. */
export function dataSet(elements: Readonly<Record<number, string>>): Uint8Array {
  const parts = Object.entries(elements)
    .map(([tag, text]) => ({ tag: Number(tag), text }))
    .sort((one, other) => one.tag - other.tag)
    .map(({ tag, text }) => {
      const value = Buffer.from(text.length % 2 === 0 ? text : `${text}\0`, 'latin1')
      const header = Buffer.alloc(8)
      header.writeUInt16LE(tag >>> 16, 0)
      header.writeUInt16LE(tag & 0xffff, 2)
      header.writeUInt32LE(value.length, 4)
      return Buffer.concat([header, value])
    })
  return Buffer.concat(parts)
}

/** The same as an identifier. */
export function identifier(elements: Readonly<Record<number, string>>) {
  return { transferSyntaxUid: implicit, bytes: dataSet(elements) }
}

export async function bytesOf(source: {
  read(): Promise<readonly Uint8Array[] | undefined>
}): Promise<Uint8Array> {
  const runs: Uint8Array[] = []
  for (let batch = await source.read(); batch; batch = await source.read()) runs.push(...batch)
  return Buffer.concat(runs)
}
