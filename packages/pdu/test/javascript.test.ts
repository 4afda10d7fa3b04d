import { encodePdu, isUid, parseAeTitle, parseUid } from '@dcm/pdu'
import { describe, expect, test } from 'vitest'

// What a compiler would say, where there is one.
describe('from JavaScript', () => {
  test.each([undefined, null, 5, Buffer.from('1.2')])('%o is neither a UID nor an AE title', (wrong) => {
    expect(isUid(wrong as never)).toBe(false)
    expect(() => parseUid(wrong as never)).toThrow(
      expect.objectContaining({ name: 'UsageError', code: 'DCM_UID_INVALID' }) as Error,
    )
    expect(() => parseAeTitle(wrong as never)).toThrow(
      expect.objectContaining({ name: 'UsageError', code: 'DCM_AE_TITLE_INVALID' }) as Error,
    )
  })

  test.each([{}, { type: 'A-ABORTED' }, { type: 'P-DATA-TF' }])('%o is no PDU', (wrong) => {
    expect(() => encodePdu(wrong as never)).toThrow(
      expect.objectContaining({ name: 'UsageError', code: 'DCM_PDU_TYPE' }) as Error,
    )
  })
})
