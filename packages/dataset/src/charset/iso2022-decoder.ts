import type { CodeExtensions, Delimiters } from './character-set.ts'
import { allCodeElements, type CodeElement, codeElements } from './code-element.ts'

const escapeByte = 0x1b
/** PS3.5 6.1.2.5.3: TAB, LF, FF, CR end what was designated; the other delimiters depend on the VR. */
const lineControls = new Set([0x09, 0x0a, 0x0c, 0x0d])

/**
 * Text with code extensions (PS3.5 6.1.2.5). All sets of the standard are understood, also those that Specific Character Set did not
 * announce; an escape sequence that is none of theirs stays in the text.
 */
export function decodeIso2022(bytes: Uint8Array, start: CodeExtensions, delimiters: Delimiters): string {
  if (bytes.every((byte) => byte < 0x80 && byte !== escapeByte)) return codeElements['IR 6'].decode(bytes)
  const resetting = new Set([...lineControls, ...Buffer.from(delimiters, 'latin1')])
  const runs: string[] = []
  let { g0, g1 } = start
  let position = 0
  while (position < bytes.length) {
    const byte = bytes[position] ?? 0
    const designated = byte === escapeByte ? designatedAt(bytes, position + 1) : undefined
    if (designated) {
      if (designated.plane === 'G0') g0 = designated
      else g1 = designated
      position += 1 + designated.escape.length
      continue
    }
    // Controls are never part of a character of two bytes, so G0 is single again.
    const isControl = byte <= 0x20
    if (isControl || (g0.bytesPerCharacter === 1 && resetting.has(byte))) {
      runs.push(String.fromCharCode(byte))
      if (resetting.has(byte)) ({ g0, g1 } = start)
      position += 1
      continue
    }
    const isUpper = byte >= 0x80
    const end = runEnd(bytes, position, isUpper, g0.bytesPerCharacter === 1 ? resetting : new Set())
    const run = bytes.subarray(position, end)
    const element = isUpper ? (g1 ?? codeElements['IR 100']) : g0
    runs.push(element.decode(run))
    position = end
  }
  return runs.join('')
}

function designatedAt(bytes: Uint8Array, position: number): CodeElement | undefined {
  return allCodeElements.find(({ escape }) => escape.every((byte, index) => bytes[position + index] === byte))
}

/** Where bytes of the other half, a control or a delimiter come. */
function runEnd(bytes: Uint8Array, start: number, isUpper: boolean, resetting: ReadonlySet<number>): number {
  let end = start + 1
  while (end < bytes.length) {
    const byte = bytes[end] ?? 0
    if (byte <= 0x20 || byte >= 0x80 !== isUpper || resetting.has(byte)) break
    end += 1
  }
  return end
}
