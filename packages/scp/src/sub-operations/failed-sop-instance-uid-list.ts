import { encodeDataSet } from '@dcm/dataset'

/**
 * The identifier of a last response: Failed SOP Instance UID List (0008,0058), and nothing else (PS3.4 C.4.2.1.4.2, C.4.3.1.3.2).
 * As bytes, since not everything that an instance calls its UID need be one.
 */
export function failedSopInstanceUidList(
  sopInstanceUids: readonly string[],
  transferSyntaxUid: string,
): Uint8Array {
  const value = Buffer.from(sopInstanceUids.join('\\'), 'latin1')
  return encodeDataSet(
    { '00080058': { vr: 'UI', InlineBinary: value.toString('base64') } },
    { transferSyntaxUid },
  )
}
