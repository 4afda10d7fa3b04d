import type { CodeExtensions, Delimiters } from './code-extensions.ts'
import type { CodeElement } from './code-element.ts'
import { alikeIn, characterIn } from './reverse-table.ts'

const escapeByte = 0x1b
const lineControls = '\t\n\f\r'

/**
 * Text with code extensions: each character in the set designated if it is there, else in the first announced one that has it. Before
 * a delimiter and at the end G0 is the first set's again (PS3.5 6.1.2.5.3).
 *
 * @returns undefined when no announced set has a character.
 */
export function encodeIso2022(
  text: string,
  start: CodeExtensions,
  delimiters: Delimiters,
): Uint8Array | undefined {
  const bytes: number[] = []
  let { g0, g1 } = start
  const toFirstG0 = () => {
    if (g0 !== start.g0) bytes.push(escapeByte, ...start.g0.escape)
    g0 = start.g0
  }
  for (const character of text) {
    const codePoint = character.codePointAt(0) ?? 0
    if (codePoint < 0x80) {
      toFirstG0()
      bytes.push(codePoint)
      if (lineControls.includes(character) || delimiters.includes(character)) g1 = start.g1
      continue
    }
    const designated = g1 ? [g0, g1] : [g0]
    const elements: readonly CodeElement[] = [...designated, ...start.extensions]
    const element =
      elements.find((each) => characterIn(each, codePoint)) ??
      elements.find((each) => alikeIn(each, codePoint))
    const encoded = element && (characterIn(element, codePoint) ?? alikeIn(element, codePoint))
    if (!encoded) return undefined
    if (!designated.includes(element)) bytes.push(escapeByte, ...element.escape)
    if (element.plane === 'G0') g0 = element
    else g1 = element
    bytes.push(...encoded)
  }
  toFirstG0()
  return Uint8Array.from(bytes)
}
