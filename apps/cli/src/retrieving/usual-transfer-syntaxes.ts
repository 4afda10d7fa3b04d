import { transferSyntaxes, type Uid, type UidKeyword, uidOf } from '@dcm/pdu'
import { usualCompression } from './usual-sop-classes.ts'

/** Any of these says the same, byte order and VRs aside: whoever has one can send another. */
export const uncompressed: readonly Uid[] = (
  [
    'ExplicitVRLittleEndian',
    'ImplicitVRLittleEndian',
    'DeflatedExplicitVRLittleEndian',
    'ExplicitVRBigEndian',
  ] as const
).map(uidOf)

/** What is met most, first: each of these is the only one in which an archive has an object that it cannot convert. */
const commonest = {
  grayscale: ['JPEG2000Lossless', 'JPEGLosslessSV1', 'JPEGLSLossless', 'JPEGBaseline8Bit', 'JPEG2000'],
  colour: ['JPEGBaseline8Bit', 'JPEG2000Lossless', 'JPEGLosslessSV1', 'RLELossless', 'JPEG2000'],
  video: ['MPEG4HP41', 'MPEG2MPML', 'MPEG2MPHL', 'MPEG4HP42STEREO', 'HEVCMP51'],
  none: [],
} as const satisfies Readonly<Record<string, readonly UidKeyword[]>>

/** The compressed transfer syntaxes in which objects of a SOP class may be kept, the likeliest first. */
export function usualTransferSyntaxes(sopClassUid: string): readonly Uid[] {
  const compression = usualCompression(sopClassUid)
  if (compression === 'none') return []
  const first: readonly Uid[] = commonest[compression ?? 'grayscale'].map(uidOf)
  const multiFrame = sopClassUid === uidOf('UltrasoundMultiFrameImageStorage') || compression === undefined
  const others = compressed
    .filter(({ isVideo }) => multiFrame || isVideo === (compression === 'video'))
    .map(({ uid }) => uid)
  return [...new Set([...first, ...others])]
}

/** PS3.5 A.4: what stands in fragments is kept byte for byte. Not what only refers to pixels elsewhere, nor what is retired. */
const compressed = transferSyntaxes()
  .filter(({ encapsulated, retired }) => encapsulated && !retired)
  .map(({ uid, keyword }) => ({ uid, isVideo: /^(MPEG|HEVC)/.test(keyword) }))
