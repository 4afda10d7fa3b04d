import { isUid, parseUid, UsageError } from '@dcm/pdu'
import {
  type CharacterSet,
  characterSet,
  defaultCharacterSet,
  utf8CharacterSet,
} from '../charset/character-set.ts'
import { dataSetEncoding } from '../encoding.ts'
import type { DicomJson } from '../model/dicom-json.ts'
import { requireElements, requireTransferSyntax } from '../require-usable.ts'
import { zlib } from '../zlib.ts'
import { checkedElement } from './checked-element.ts'
import { isAscii } from './is-ascii.ts'
import { JsonEncoder, orInvalid } from './json-encoder.ts'

export interface EncodeDataSetOptions {
  /** How the data set is to be written; what is not known is taken as explicit little endian. */
  readonly transferSyntaxUid: string
  /**
   * The values of Specific Character Set to write the text in, such as `['ISO_IR 100']` or `['', 'ISO 2022 IR 87']`. Default: those that
   * the data set has; when it has none, or `ISO_IR 192` as what was decoded, none where ASCII is enough, and else UTF-8.
   */
  readonly specificCharacterSet?: readonly string[]
  /** Sequences inside sequences. Default 64, as for decoding. */
  readonly maximumDepth?: number
  /** The bytes that a BulkDataURI stands for, as they are to be written. */
  readonly bulkData?: (uri: string) => Uint8Array
}

/**
 * A data set in the DICOM JSON model as bytes. Elements are put in order, values padded, group lengths left out, and Specific Character
 * Set says what the text is written in.
 *
 * @throws UsageError `DCM_DATA_SET_INVALID` for what cannot be written, `DCM_CHARACTER_SET_UNKNOWN` for a character set that is none,
 * `DCM_UID_INVALID` for a transfer syntax that is none.
 */
export function encodeDataSet(json: DicomJson, options: EncodeDataSetOptions): Uint8Array {
  requireTransferSyntax(options)
  requireElements(json)
  const encoding = dataSetEncoding(knownUid(options.transferSyntaxUid))
  const { maximumDepth = 64, bulkData } = options
  const rest = Object.fromEntries(Object.entries(json).filter(([key]) => key !== '00080005'))
  const set = options.specificCharacterSet
    ? namedCharacterSet(options.specificCharacterSet)
    : (ownCharacterSet(json) ?? (isAscii(rest, maximumDepth) ? defaultCharacterSet : utf8CharacterSet))
  const announced: DicomJson = set.terms.length > 0 ? { ...rest, '00080005': { vr: 'CS' } } : rest
  const bytes = new JsonEncoder({ encoding, characterSet: set, maximumDepth, bulkData }).encode(announced)
  return encoding.deflated ? deflated(bytes) : bytes
}

/** A keyword, or a UID with a padding, would be explicit little endian, as what is not known. */
function knownUid(transferSyntaxUid: string): string {
  return isUid(transferSyntaxUid) ? transferSyntaxUid : parseUid(transferSyntaxUid)
}

/** The one that the data set names. Without a value it asks for one back, and `ISO_IR 192` says only that the text is Unicode. */
function ownCharacterSet(json: DicomJson): CharacterSet | undefined {
  const { '00080005': named = { vr: 'CS' } } = json
  return orInvalid(0x00080005, () => {
    const { Value = [] } = checkedElement(named)
    const terms = Value.map((term) => (typeof term === 'string' ? term : ''))
    if (terms.every((term) => term === '' || term === 'ISO_IR 192')) return undefined
    const set = characterSet(terms)
    if (set) return set
    throw new RangeError(`it is ${terms.join('\\')}, allowed are the terms of PS3.3 C.12.1.1.2`)
  })
}

function namedCharacterSet(terms: readonly string[]): CharacterSet {
  const given: unknown = terms
  const set = Array.isArray(given) ? characterSet(terms) : undefined
  if (set) return set
  throw new UsageError(
    `the character set is ${Array.isArray(given) ? terms.join('\\') : 'no array of terms'}, allowed are the terms of PS3.3 C.12.1.1.2`,
    'DCM_CHARACTER_SET_UNKNOWN',
  )
}

/** PS3.5 A.5: padded to even length. */
function deflated(bytes: Uint8Array): Uint8Array {
  const compressed = zlib().deflateRawSync(bytes)
  return compressed.length % 2 === 0 ? compressed : Buffer.concat([compressed, new Uint8Array(1)])
}
