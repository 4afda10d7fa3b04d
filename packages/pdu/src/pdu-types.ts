/** PDU-type byte of each PDU (PS3.8 9.3.2 to 9.3.8). */
export const pduTypes = {
  'A-ASSOCIATE-RQ': 0x01,
  'A-ASSOCIATE-AC': 0x02,
  'A-ASSOCIATE-RJ': 0x03,
  'P-DATA-TF': 0x04,
  'A-RELEASE-RQ': 0x05,
  'A-RELEASE-RP': 0x06,
  'A-ABORT': 0x07,
} as const

export type PduName = keyof typeof pduTypes

/** By PDU-type byte: the table above has them all in their order, from 01H on. */
const names: readonly (PduName | undefined)[] = [undefined, ...(Object.keys(pduTypes) as PduName[])]

/** The PDU that a PDU-type byte stands for, if any. */
export function pduName(pduType: number): PduName | undefined {
  return names[pduType]
}
