import { type CodeElementName, codeElements, isCodeElementName } from './code-element.ts'
import type { CodeExtensions, Delimiters } from './code-extensions.ts'
import { decoderOf } from './decoder-of.ts'
import { decodeIso2022 } from './iso2022-decoder.ts'
import { encodeIso2022 } from './iso2022-encoder.ts'
import { reverseTable } from './reverse-table.ts'

/** What Specific Character Set (0008,0005) says of the text of a data set. */
export interface CharacterSet {
  /** The values of Specific Character Set; none for the default repertoire. */
  readonly terms: readonly string[]
  decode(bytes: Uint8Array, delimiters: Delimiters): string
  /** Undefined when a character is not in it. */
  encode(text: string, delimiters: Delimiters): Uint8Array | undefined
}

export const utf8CharacterSet: CharacterSet = {
  terms: ['ISO_IR 192'],
  decode: (bytes) => decoderOf('utf-8').decode(bytes),
  encode: (text) => (text.isWellFormed() ? Buffer.from(text, 'utf8') : undefined),
}

/**
 * The default repertoire. What lies outside it, in data sets that ought to have said so, is read as UTF-8 where it can be and as
 * Latin-1 where not, so that it is readable more often than not.
 */
export const defaultCharacterSet: CharacterSet = lenient([], iso2022([]))

/**
 * The character set that the values of Specific Character Set mean (PS3.3 C.12.1.1.2). Undefined for terms the standard does not
 * define or combine so.
 */
export function characterSet(terms: readonly string[]): CharacterSet | undefined {
  const [first = '', ...others] = terms.map((term) => term.replace(/[ \0]+$/, '').trimStart())
  if (others.length === 0) {
    if (first === '' || first === 'ISO_IR 6') return defaultCharacterSet
    if (first === 'ISO_IR 192') return utf8CharacterSet
    if (first === 'GB18030' || first === 'GBK') return chinese(first)
  }
  const named = [first === '' ? 'ISO 2022 IR 6' : first, ...others].map((term) =>
    term.replace(/^ISO(?: 2022 |[_ ])IR /, 'IR '),
  )
  return named.every(isCodeElementName) ? iso2022(named, terms) : undefined
}

/** As {@link characterSet}, for data sets from others: terms not known are read like none. */
export function readableCharacterSet(terms: readonly string[]): CharacterSet {
  return characterSet(terms) ?? lenient(terms, defaultCharacterSet)
}

function iso2022(names: readonly CodeElementName[], terms: readonly string[] = []): CharacterSet {
  const elements = names.map((name) => codeElements[name])
  const [first] = names
  const start: CodeExtensions = {
    // PS3.3 Table C.12-2: katakana comes with JIS X 0201's romaji in G0.
    g0: codeElements[first === 'IR 13' ? 'IR 14' : 'IR 6'],
    g1: first === undefined || codeElements[first].plane === 'G0' ? undefined : codeElements[first],
    extensions: terms.length > 1 || terms[0]?.startsWith('ISO 2022') ? elements : [],
  }
  return {
    terms,
    decode: (bytes, delimiters) => decodeIso2022(bytes, start, delimiters),
    encode: (text, delimiters) => encodeIso2022(text, start, delimiters),
  }
}

function chinese(term: 'GB18030' | 'GBK'): CharacterSet {
  return {
    terms: [term],
    decode: (bytes) => decoderOf(term).decode(bytes),
    encode: (text) => {
      const table = reverseTable(term)
      const characters = Array.from(text, (character) => table(character.codePointAt(0) ?? 0))
      return characters.every((bytes) => bytes !== undefined) ? Buffer.from(characters.flat()) : undefined
    },
  }
}

function lenient(terms: readonly string[], strict: CharacterSet): CharacterSet {
  return {
    terms,
    decode: (bytes, delimiters) => {
      const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
      if (!text.some((byte) => byte >= 0x80)) return strict.decode(bytes, delimiters)
      const utf8 = text.toString('utf8')
      return utf8.includes('\ufffd') ? text.toString('latin1') : utf8
    },
    encode: (text, delimiters) => strict.encode(text, delimiters),
  }
}
