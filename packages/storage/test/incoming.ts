import type { IncomingObject } from '@dcm/storage'

export const explicitLittleEndian = '1.2.840.10008.1.2.1'
const ctImageStorage = '1.2.840.10008.5.1.4.1.1.2'

/** An element in explicit little endian with a 16-bit length; text is padded with NUL. */
function element(tag: number, vr: string, text: string): Buffer {
  const value = Buffer.from(text + (text.length % 2 ? '\0' : ''), 'latin1')
  const header = Buffer.alloc(8)
  header.writeUInt16LE(tag >>> 16, 0)
  header.writeUInt16LE(tag & 0xffff, 2)
  header.write(vr, 4, 'latin1')
  header.writeUInt16LE(value.length, 6)
  return Buffer.concat([header, value])
}

/** A small data set of a study, told apart by its patient comment. */
export function dataSetOf(studyInstanceUid: string, comment = ''): Buffer {
  return Buffer.concat([
    element(0x00080060, 'CS', 'CT'),
    element(0x0020000d, 'UI', studyInstanceUid),
    element(0x0020000e, 'UI', '1.2.9'),
    element(0x00204000, 'LT', comment),
  ])
}

/** An object whose data set comes in these batches of runs; then it ends, or breaks. */
export function incoming(
  batches: readonly (readonly Uint8Array[])[],
  fields: Partial<IncomingObject> = {},
  broken?: Error,
): IncomingObject {
  const rest = [...batches]
  return {
    sopClassUid: ctImageStorage,
    sopInstanceUid: '1.2.3',
    transferSyntaxUid: explicitLittleEndian,
    dataSet: {
      read: () => {
        const batch = rest.shift()
        return batch === undefined && broken ? Promise.reject(broken) : Promise.resolve(batch)
      },
    },
    ...fields,
  }
}
