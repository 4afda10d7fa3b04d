import { vrsOf } from '../dictionary/dictionary.ts'
import type { ElementHeader } from './element-sink.ts'

/** Its value is 1 where pixels are signed. */
export const pixelRepresentationTag = 0x00280103

/** Implicit VR leaves open whether some values are signed; the nearest Pixel Representation says it (PS3.5 A.1, PS3.3 C.7.6.3.1.5). */
export function decidedVr({ tag, vr, encoding }: ElementHeader, isSigned: boolean): string {
  return !encoding.explicitVr && vr === 'US' && isSigned && vrsOf(tag).includes('SS') ? 'SS' : vr
}
