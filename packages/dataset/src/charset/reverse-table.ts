import type { CodeElement } from './code-element.ts'
import { decoderOf } from './decoder-of.ts'

type Encoded = readonly number[]

const ofElements = new Map<CodeElement, ReadonlyMap<number, Encoded>>()

/** The bytes of a character in a code element, undefined when it is not there. The table is made, once, by decoding every code. */
export function characterIn(element: CodeElement, codePoint: number): Encoded | undefined {
  // Private use means something else to everyone.
  if (codePoint < 0x80 || (codePoint >= 0xe000 && codePoint <= 0xf8ff)) return undefined
  let table = ofElements.get(element)
  if (!table) {
    table = invert(codesOf(element), (bytes) => element.decode(bytes))
    ofElements.set(element, table)
  }
  return table.get(codePoint)
}

/** As {@link characterIn}, of a character that looks the same, for those that no set has. */
export function alikeIn(element: CodeElement, codePoint: number): Encoded | undefined {
  const alike = element.alike?.[String.fromCodePoint(codePoint)]?.codePointAt(0)
  return alike === undefined ? undefined : characterIn(element, alike)
}

/** ISO/IEC 2022 gives a set of 94 or 96 codes a place for each half of a byte. */
function* codesOf({ plane, bytesPerCharacter, assigned }: CodeElement): Generator<Encoded> {
  const high = plane === 'G1' ? 0x80 : 0
  if (bytesPerCharacter === 1) {
    for (let code = 0x20; code <= 0x7f; code += 1) yield [code | high]
    return
  }
  for (let row = 0x21; row <= 0x7e; row += 1) {
    for (let cell = 0x21; cell <= 0x7e; cell += 1) {
      const code = ((row | high) << 8) | cell | high
      if (assigned?.some(([first, last]) => code >= first && code <= last) ?? true) {
        yield [row | high, cell | high]
      }
    }
  }
}

const chineseTables = new Map<string, ReadonlyMap<number, Encoded>>()

/** As {@link characterIn}, for the sets that are no code elements of ISO/IEC 2022. */
export function reverseTable(term: 'GB18030' | 'GBK'): (codePoint: number) => Encoded | undefined {
  let table = chineseTables.get(term)
  if (!table) {
    const decoder = decoderOf(term)
    table = invert(chineseCodes(term), (bytes) => decoder.decode(bytes))
    chineseTables.set(term, table)
  }
  const codes = table
  return (codePoint) => {
    if (codePoint < 0x80) return [codePoint]
    return codes.get(codePoint) ?? (term === 'GB18030' ? supplementary(codePoint) : undefined)
  }
}

function* chineseCodes(term: 'GB18030' | 'GBK'): Generator<Encoded> {
  for (let lead = 0x81; lead <= 0xfe; lead += 1) {
    for (let trail = 0x40; trail <= 0xfe; trail += 1) if (trail !== 0x7f) yield [lead, trail]
  }
  // The rest of the basic plane ends at 84 31 A4 39.
  const last = term === 'GB18030' ? 39_420 : 0
  for (let linear = 0; linear < last; linear += 1) yield fourBytes(0x81, linear)
}

/** GB 18030: the planes above the basic one are in order, from 90 30 81 30 on. */
function supplementary(codePoint: number): Encoded | undefined {
  return codePoint >= 0x10000 ? fourBytes(0x90, codePoint - 0x10000) : undefined
}

function fourBytes(lead: number, linear: number): Encoded {
  return [
    lead + Math.floor(linear / 12_600),
    0x30 + (Math.floor(linear / 1_260) % 10),
    0x81 + (Math.floor(linear / 10) % 126),
    0x30 + (linear % 10),
  ]
}

/** The first code of a character counts; what decodes to none, or to more than one, has no code. */
function invert(
  codes: Iterable<Encoded>,
  decode: (bytes: Uint8Array) => string,
): ReadonlyMap<number, Encoded> {
  const table = new Map<number, Encoded>()
  for (const code of codes) {
    const [codePoint, more] = Array.from(decode(Uint8Array.from(code)), (each) => each.codePointAt(0) ?? 0)
    if (codePoint === undefined || more !== undefined || codePoint === 0xfffd || codePoint < 0x80) continue
    if (!table.has(codePoint)) table.set(codePoint, code)
  }
  return table
}
