import type { CodeExtensions, Delimiters } from './code-extensions.ts'
import { allCodeElements, type CodeElement, codeElements } from './code-element.ts'

const escapeByte = 0x1b
const latin1 = codeElements['IR 100']
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
    const state = { g0, g1, resetting }
    const end = runEnd(bytes, position, state, g0 !== start.g0 || g1 !== start.g1)
    runs.push(decoderOfRun(byte, state).decode(bytes.subarray(position, end)))
    position = end
    // In a set of two bytes, what looks like a delimiter is half a character; controls never are.
    const last = bytes[end - 1] ?? 0
    if (resetting.has(last) && (g0.bytesPerCharacter === 1 || last <= 0x20)) ({ g0, g1 } = start)
  }
  return runs.join('')
}

interface State {
  readonly g0: CodeElement
  readonly g1: CodeElement | undefined
  readonly resetting: ReadonlySet<number>
}

/** By the first byte behind ESC: most escapes in broken text are none of these. */
const byIntermediate = Map.groupBy(allCodeElements, ({ escape }) => escape[0])

function designatedAt(bytes: Uint8Array, position: number): CodeElement | undefined {
  const candidates = byIntermediate.get(bytes[position])
  return candidates?.find(({ escape }) => escape.every((byte, index) => bytes[position + index] === byte))
}

/** Single-byte sets of G1 have ASCII too, so that a run of both halves is one piece. */
function isOnePiece({ g0, g1 }: State): boolean {
  return g0.bytesPerCharacter === 1 && (g1 ?? latin1).bytesPerCharacter === 1
}

function decoderOfRun(firstByte: number, state: State): CodeElement {
  const { g0, g1 = latin1 } = state
  if (firstByte >= 0x80 || isOnePiece(state)) return g1
  return firstByte <= 0x20 ? latin1 : g0
}

/** Where an escape comes, or a delimiter that matters was, or bytes of another set come. */
function runEnd(bytes: Uint8Array, start: number, state: State, isDesignated: boolean): number {
  const onePiece = isOnePiece(state)
  const kind = kindOf(bytes[start] ?? 0)
  let end = start
  while (end < bytes.length) {
    const byte = bytes[end] ?? 0
    if (end > start && (byte === escapeByte || (!onePiece && kindOf(byte) !== kind))) break
    end += 1
    if (isDesignated && state.resetting.has(byte) && (state.g0.bytesPerCharacter === 1 || byte <= 0x20)) break
  }
  return end
}

/** Controls and the space are in no set of two bytes. */
function kindOf(byte: number): 'control' | 'lower' | 'upper' {
  if (byte <= 0x20) return 'control'
  return byte >= 0x80 ? 'upper' : 'lower'
}
