import * as pdu from '@dcm/pdu'
import {
  isUid,
  sopClasses,
  transferSyntax,
  transferSyntaxes,
  uidEntries,
  uidEntry,
  uidName,
  uidOf,
} from '@dcm/pdu'
import { expect, test } from 'vitest'

test('every entry is whole: UID, keyword and name of its own, a known type', () => {
  const entries = uidEntries()
  expect(entries).toHaveLength(403)
  expect(new Set(entries.map((entry) => entry.uid)).size).toBe(403)
  const nameless = entries.filter((entry) => entry.keyword === '')
  expect(nameless.map(({ uid, type, retired }) => [uid, type, retired])).toEqual([
    ['1.2.840.10008.5.1.4.1.1.12.77', 'SOP Class', true],
    ['1.2.840.10008.5.1.4.1.1.40', 'SOP Class', true],
  ])
  expect(new Set(entries.map((entry) => entry.keyword)).size).toBe(402)
  for (const entry of entries) {
    expect(isUid(entry.uid)).toBe(true)
    expect(entry.type).toMatch(
      /^(Meta )?SOP Class$|^Transfer Syntax$|^Well-known SOP Instance$|^Service Class$|^Application Context Name$/,
    )
    expect(Object.values(entry)).not.toContain(undefined)
  }
})

test('look-ups', () => {
  expect(uidEntry('1.2.840.10008.1.1')).toEqual({
    uid: '1.2.840.10008.1.1',
    keyword: 'Verification',
    name: 'Verification SOP Class',
    type: 'SOP Class',
    retired: false,
    service: 'verification',
  })
  expect(uidEntry('1.2.840.10008.3.1.1.1')).not.toHaveProperty('service')
  expect(uidEntry('1.2.3')).toBeUndefined()
  expect(uidName('1.2.840.10008.1.2.4.90')).toBe('JPEG 2000 Image Compression (Lossless Only)')
  expect(uidName('1.2.840.10008.5.1.4.1.1.40')).toBe('1.2.840.10008.5.1.4.1.1.40')
  expect(uidName('1.2.3')).toBe('1.2.3')
  expect(uidOf('CTImageStorage')).toBe('1.2.840.10008.5.1.4.1.1.2')
  expect(() => uidOf('Nonsense' as 'CTImageStorage')).toThrow(
    expect.objectContaining({ code: 'DCM_UID_KEYWORD' }),
  )
})

test('SOP classes by service, and all of them', () => {
  expect(sopClasses('verification').map((entry) => entry.uid)).toEqual(['1.2.840.10008.1.1'])
  expect(sopClasses('storage')).toHaveLength(168)
  expect(sopClasses('print-management').some((entry) => entry.type === 'Meta SOP Class')).toBe(true)
  expect(sopClasses()).toHaveLength(317)
})

test('the named constants are what the registry says', () => {
  for (const [name, uid] of Object.entries(pdu)) {
    // Keywords begin with a capital letter; our own names do not.
    if (typeof uid !== 'string' || !/^[A-Z]/.test(name)) continue
    expect(uidEntry(uid)?.keyword.replace('DICOM', 'Dicom')).toBe(name)
  }
})

test('transfer syntaxes say how they encode', () => {
  expect(transferSyntaxes().map((syntax) => syntax.uid)).toEqual(
    uidEntries().flatMap((entry) => (entry.type === 'Transfer Syntax' ? [entry.uid] : [])),
  )
  expect(transferSyntax(pdu.ImplicitVRLittleEndian)).toEqual({
    uid: '1.2.840.10008.1.2',
    keyword: 'ImplicitVRLittleEndian',
    name: 'Implicit VR Little Endian',
    retired: false,
    byteOrder: 'little-endian',
    vr: 'implicit',
    deflated: false,
    encapsulated: false,
    compression: 'none',
  })
  expect(transferSyntax(pdu.ExplicitVRBigEndian)).toMatchObject({
    retired: true,
    byteOrder: 'big-endian',
    vr: 'explicit',
  })
  expect(transferSyntax(pdu.DeflatedExplicitVRLittleEndian)).toMatchObject({
    deflated: true,
    encapsulated: false,
  })
  expect(transferSyntax(uidOf('JPEG2000Lossless'))).toMatchObject({
    encapsulated: true,
    compression: 'lossless',
  })
  expect(transferSyntax(uidOf('JPEG2000'))).toMatchObject({ encapsulated: true, compression: 'lossy' })
  expect(transferSyntax(uidOf('JPIPReferencedDeflate'))).toMatchObject({
    encapsulated: false,
    deflated: true,
    compression: 'lossy',
  })
  expect(transferSyntax(uidOf('EncapsulatedUncompressedExplicitVRLittleEndian'))).toMatchObject({
    vr: 'explicit',
    encapsulated: true,
    compression: 'none',
  })
  expect(transferSyntax(uidOf('Papyrus3ImplicitVRLittleEndian'))).toMatchObject({ vr: 'implicit' })
  expect(transferSyntax(pdu.Verification)).toBeUndefined()
})

test('a name that promises lossless is lossless, and video is encapsulated', () => {
  for (const { name, compression, encapsulated } of transferSyntaxes()) {
    if (/(?<!near-)lossless|RLE|process (14|15|28|29)/i.test(name))
      expect([name, compression]).toEqual([name, 'lossless'])
    if (/MPEG|HEVC/i.test(name)) expect([name, encapsulated]).toEqual([name, true])
  }
})
