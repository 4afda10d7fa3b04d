import {
  decodeFindApplicationInformation,
  decodeRetrieveApplicationInformation,
  decodeStorageApplicationInformation,
  encodeFindApplicationInformation,
  encodeRetrieveApplicationInformation,
  encodeStorageApplicationInformation,
} from '@dcm/pdu'
import { expect, test } from 'vitest'
import { hex } from './hex.ts'

test.each([
  ['', {}],
  ['01', { relationalQueries: true }],
  ['00 01 01', { relationalQueries: false, dateTimeMatching: true, fuzzySemanticMatching: true }],
  [
    '01 00 01 00 01 00 01',
    {
      relationalQueries: true,
      dateTimeMatching: false,
      fuzzySemanticMatching: true,
      timezoneQueryAdjustment: false,
      enhancedMultiFrameImageConversion: true,
      emptyValueMatching: false,
      multipleValueMatching: true,
    },
  ],
])('PS3.4 C.5.1.1: %s', (bytes, information) => {
  expect(decodeFindApplicationInformation(hex(bytes))).toEqual(information)
  expect(encodeFindApplicationInformation(information)).toEqual(hex(bytes))
})

test('flags left out before one that is given are 0, and so are values other than 1', () => {
  expect(encodeFindApplicationInformation({ fuzzySemanticMatching: true })).toEqual(hex('00 00 01'))
  expect(decodeFindApplicationInformation(hex('02 ff'))).toEqual({
    relationalQueries: false,
    dateTimeMatching: false,
  })
})

test('PS3.4 C.5.2.1: retrieval, with bytes that are not known', () => {
  const information = { relationalRetrieval: true, enhancedMultiFrameImageConversion: false }
  expect(encodeRetrieveApplicationInformation(information)).toEqual(hex('01 00'))
  expect(decodeRetrieveApplicationInformation(hex('01 00 01 01'))).toEqual(information)
})

test('PS3.4 B.3.1: storage', () => {
  const information = { levelOfSupport: 2, levelOfDigitalSignatureSupport: 3, elementCoercion: 1 }
  expect(encodeStorageApplicationInformation(information)).toEqual(hex('02 00 03 00 01 00'))
  expect(decodeStorageApplicationInformation(hex('02 ff 03 ff 01 ff ff'))).toEqual(information)
  expect(() => encodeStorageApplicationInformation({ ...information, levelOfSupport: 256 })).toThrow(
    expect.objectContaining({ code: 'DCM_FIELD_RANGE' }),
  )
})

test.each(['', '02', '02 00', '02 00 03', '02 00 03 00'])('PS3.4 B.3.1: %j is too short', (bytes) => {
  expect(decodeStorageApplicationInformation(hex(bytes))).toBeUndefined()
})
