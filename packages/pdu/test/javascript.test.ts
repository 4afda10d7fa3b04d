import {
  decodeFindApplicationInformation,
  decodeRetrieveApplicationInformation,
  decodeStorageApplicationInformation,
  encodeFindApplicationInformation,
  encodePDataTf,
  encodePdu,
  isAeTitle,
  isUid,
  parseAeTitle,
  parseUid,
  PduDecoder,
} from '@dcm/pdu'
import { describe, expect, test } from 'vitest'

// What a compiler would say, where there is one.
describe('from JavaScript', () => {
  test.each([undefined, null, 5, Buffer.from('1.2')])('%o is neither a UID nor an AE title', (wrong) => {
    expect(isUid(wrong as never)).toBe(false)
    expect(isAeTitle(wrong as never)).toBe(false)
    expect(() => parseUid(wrong as never)).toThrow(
      expect.objectContaining({ name: 'UsageError', code: 'DCM_UID_INVALID' }) as Error,
    )
    expect(() => parseAeTitle(wrong as never)).toThrow(
      expect.objectContaining({ name: 'UsageError', code: 'DCM_AE_TITLE_INVALID' }) as Error,
    )
  })

  const pdv = { presentationContextId: 1, isCommand: true, isLast: true }
  const decoder = new PduDecoder()
  test.each<[string, (bytes: never) => unknown]>([
    ['a chunk', decoder.push.bind(decoder)],
    ['a run of a PDV', (run) => encodePDataTf([{ ...pdv, data: [run] }])],
    ['information on C-FIND', decodeFindApplicationInformation],
    ['information on C-MOVE', decodeRetrieveApplicationInformation],
    ['information on C-STORE', decodeStorageApplicationInformation],
  ])('%s may not be what is no Uint8Array, and was taken for other bytes, or none', (_what, take) => {
    for (const wrong of [undefined, 'text', [1, 2], new ArrayBuffer(8), new DataView(new ArrayBuffer(8))]) {
      expect(() => take(wrong as never)).toThrow(
        expect.objectContaining({ name: 'UsageError', code: 'DCM_BYTES_TYPE' }) as Error,
      )
    }
  })

  test.each([
    { relationalQuery: true },
    { relationalQueries: 'yes' },
    { relationalQueries: 1 },
    'relationalQueries',
  ])('%j are no flags, of which some were left out, and others 0', (wrong) => {
    expect(() => encodeFindApplicationInformation(wrong as never)).toThrow(
      expect.objectContaining({ name: 'UsageError', code: 'DCM_FIELD_RANGE' }) as Error,
    )
  })

  test.each([{}, { type: 'A-ABORTED' }, { type: 'P-DATA-TF' }])('%o is no PDU', (wrong) => {
    expect(() => encodePdu(wrong as never)).toThrow(
      expect.objectContaining({ name: 'UsageError', code: 'DCM_PDU_TYPE' }) as Error,
    )
  })
})
