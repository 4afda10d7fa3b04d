import { decoderOf } from './decoder-of.ts'

/** One coded character set that can stand in G0 (bytes below 80H) or G1 (from 80H up) of a text (PS3.5 6.1.2). */
export interface CodeElement {
  readonly plane: 'G0' | 'G1'
  /** What designates it, behind ESC (PS3.3 C.12.1.1.2). */
  readonly escape: readonly number[]
  readonly bytesPerCharacter: 1 | 2
  /**
   * The codes of a set of two bytes that may be written, where its decoder knows more: those of vendors, or of a later set.
   */
  readonly assigned?: readonly (readonly [first: number, last: number])[]
  /** Characters that have a code here, and that its decoder knows by another. */
  readonly alike?: Readonly<Record<string, string>>
  /** Bytes of this set to text; where it stands in G1, ASCII among them too. */
  decode(bytes: Uint8Array): string
}

function ascii(escape: readonly number[]): CodeElement {
  return { plane: 'G0', escape, bytesPerCharacter: 1, decode: latin1 }
}

function upperHalf(escape: readonly number[], label: string): CodeElement {
  return { plane: 'G1', escape, bytesPerCharacter: 1, decode: (bytes) => decoderOf(label).decode(bytes) }
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
}

/** Half-width katakana, in the same order as in Unicode. */
function katakana(bytes: Uint8Array): string {
  return latin1(bytes).replaceAll(/[\x80-\xff]/g, (character) => {
    const byte = character.charCodeAt(0)
    return byte >= 0xa1 && byte <= 0xdf ? String.fromCharCode(0xff61 + byte - 0xa1) : '\ufffd'
  })
}

/** EUC-JP holds both Japanese sets, JIS X 0208 with the high bits set and JIS X 0212 so behind 8FH. */
function eucJp(bytes: Uint8Array, ...shift: readonly number[]): string {
  const euc = Buffer.alloc(Math.ceil(bytes.length / 2) * (2 + shift.length))
  let length = 0
  for (let index = 0; index < bytes.length; index += 2) {
    euc.set([...shift, (bytes[index] ?? 0) | 0x80, (bytes[index + 1] ?? 0) | 0x80], length)
    length += 2 + shift.length
  }
  return decoderOf('euc-jp').decode(euc)
}

/**
 * The sets of PS3.3 Tables C.12-3 and C.12-4, by their registration. ISO-IR 14 differs from ASCII in two characters, ¥ for the
 * backslash and ‾ for the tilde; the first is the delimiter of values in DICOM whatever it looks like, so both are read as ASCII.
 */
export const codeElements = {
  'IR 6': ascii([0x28, 0x42]),
  'IR 14': ascii([0x28, 0x4a]),
  'IR 13': { plane: 'G1', escape: [0x29, 0x49], bytesPerCharacter: 1, decode: katakana },
  'IR 100': { plane: 'G1', escape: [0x2d, 0x41], bytesPerCharacter: 1, decode: latin1 },
  'IR 101': upperHalf([0x2d, 0x42], 'iso-8859-2'),
  'IR 109': upperHalf([0x2d, 0x43], 'iso-8859-3'),
  'IR 110': upperHalf([0x2d, 0x44], 'iso-8859-4'),
  'IR 144': upperHalf([0x2d, 0x4c], 'iso-8859-5'),
  'IR 127': upperHalf([0x2d, 0x47], 'iso-8859-6'),
  'IR 126': upperHalf([0x2d, 0x46], 'iso-8859-7'),
  'IR 138': upperHalf([0x2d, 0x48], 'iso-8859-8'),
  'IR 148': upperHalf([0x2d, 0x4d], 'windows-1254'),
  'IR 166': upperHalf([0x2d, 0x54], 'windows-874'),
  'IR 203': upperHalf([0x2d, 0x62], 'iso-8859-15'),
  // JIS X 0208: rows 1 to 8, and 16 to 84.
  'IR 87': {
    plane: 'G0',
    escape: [0x24, 0x42],
    bytesPerCharacter: 2,
    assigned: [
      [0x2121, 0x287e],
      [0x3021, 0x747e],
    ],
    alike: { '〜': '～', '‖': '∥', '−': '－', '¢': '￠', '£': '￡', '¬': '￢' },
    decode: (bytes) => eucJp(bytes),
  },
  // JIS X 0212: rows 2 to 77.
  'IR 159': {
    plane: 'G0',
    escape: [0x24, 0x28, 0x44],
    bytesPerCharacter: 2,
    assigned: [[0x2221, 0x6d7e]],
    decode: (bytes) => eucJp(bytes, 0x8f),
  },
  'IR 149': {
    plane: 'G1',
    escape: [0x24, 0x29, 0x43],
    bytesPerCharacter: 2,
    decode: (bytes) => decoderOf('euc-kr').decode(bytes),
  },
  // GB 2312, without what GBK has in its gaps.
  'IR 58': {
    plane: 'G1',
    escape: [0x24, 0x29, 0x41],
    bytesPerCharacter: 2,
    assigned: [
      [0xa1a1, 0xa1fe],
      [0xa2b1, 0xa2e2],
      [0xa2e5, 0xa6d8],
      [0xa7a1, 0xa8ba],
      [0xa8c5, 0xf7fe],
    ],
    decode: (bytes) => decoderOf('gbk').decode(bytes),
  },
} as const satisfies Readonly<Record<string, CodeElement>>

export type CodeElementName = keyof typeof codeElements

export function isCodeElementName(name: string): name is CodeElementName {
  return Object.hasOwn(codeElements, name)
}

export const allCodeElements: readonly CodeElement[] = Object.values(codeElements)
