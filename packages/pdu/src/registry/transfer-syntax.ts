import type { Uid } from '../uid.ts'
import { uidEntries } from './uid-entry.ts'
import type { TransferSyntaxKeyword } from './uid-table.ts'

/** How a data set is encoded (PS3.5 Annex A): what a receiver must know to read or to prefer it. */
export interface TransferSyntax extends TransferSyntaxFacts {
  readonly uid: Uid
  readonly keyword: TransferSyntaxKeyword
  readonly name: string
  readonly retired: boolean
}

export interface TransferSyntaxFacts {
  readonly byteOrder: 'little-endian' | 'big-endian'
  readonly vr: 'explicit' | 'implicit'
  /** The whole data set is deflated (PS3.5 A.5). */
  readonly deflated: boolean
  /** Pixel data stands in fragments of its own (PS3.5 A.4). */
  readonly encapsulated: boolean
  /** What was done to the pixels: nothing, something that can be undone, or something that may have lost detail. */
  readonly compression: 'none' | 'lossless' | 'lossy'
}

/** The transfer syntax with a UID; undefined for private and unknown ones, and for UIDs of other things. */
export function transferSyntax(uid: string): TransferSyntax | undefined {
  return index().get(uid)
}

/** Every registered transfer syntax, retired ones included, in the order of PS3.6 Table A-1. */
export function transferSyntaxes(): readonly TransferSyntax[] {
  return [...index().values()]
}

let built: ReadonlyMap<string, TransferSyntax> | undefined

function index(): ReadonlyMap<string, TransferSyntax> {
  built ??= build(factsByKeyword())
  return built
}

function build(
  facts: Record<TransferSyntaxKeyword, TransferSyntaxFacts>,
): ReadonlyMap<string, TransferSyntax> {
  const byUid = new Map<string, TransferSyntax>()
  for (const { uid, keyword, name, type, retired } of uidEntries()) {
    if (type !== 'Transfer Syntax') continue
    // Generated from the entries of this type.
    const ownKeyword = keyword as TransferSyntaxKeyword
    byUid.set(uid, { uid, keyword: ownKeyword, name, retired, ...facts[ownKeyword] })
  }
  return byUid
}

/** In a function, so that who imports the codec alone can leave it out. */
function factsByKeyword() {
  const native: TransferSyntaxFacts = {
    byteOrder: 'little-endian',
    vr: 'explicit',
    deflated: false,
    encapsulated: false,
    compression: 'none',
  }
  const lossless: TransferSyntaxFacts = { ...native, encapsulated: true, compression: 'lossless' }
  /** Includes the syntaxes that may hold either, such as JPEG 2000: nothing in the syntax promises that no detail is lost. */
  const lossy: TransferSyntaxFacts = { ...native, encapsulated: true, compression: 'lossy' }
  /** PS3.5 A.6: the pixels are elsewhere, at a URL, in whatever quality is fetched. */
  const referenced: TransferSyntaxFacts = { ...native, compression: 'lossy' }

  return {
    ImplicitVRLittleEndian: { ...native, vr: 'implicit' },
    ExplicitVRLittleEndian: native,
    EncapsulatedUncompressedExplicitVRLittleEndian: { ...native, encapsulated: true },
    DeflatedExplicitVRLittleEndian: { ...native, deflated: true },
    ExplicitVRBigEndian: { ...native, byteOrder: 'big-endian' },
    JPEGBaseline8Bit: lossy,
    JPEGExtended12Bit: lossy,
    JPEGExtended35: lossy,
    JPEGSpectralSelectionNonHierarchical68: lossy,
    JPEGSpectralSelectionNonHierarchical79: lossy,
    JPEGFullProgressionNonHierarchical1012: lossy,
    JPEGFullProgressionNonHierarchical1113: lossy,
    JPEGLossless: lossless,
    JPEGLosslessNonHierarchical15: lossless,
    JPEGExtendedHierarchical1618: lossy,
    JPEGExtendedHierarchical1719: lossy,
    JPEGSpectralSelectionHierarchical2022: lossy,
    JPEGSpectralSelectionHierarchical2123: lossy,
    JPEGFullProgressionHierarchical2426: lossy,
    JPEGFullProgressionHierarchical2527: lossy,
    JPEGLosslessHierarchical28: lossless,
    JPEGLosslessHierarchical29: lossless,
    JPEGLosslessSV1: lossless,
    JPEGLSLossless: lossless,
    JPEGLSNearLossless: lossy,
    JPEG2000Lossless: lossless,
    JPEG2000: lossy,
    JPEG2000MCLossless: lossless,
    JPEG2000MC: lossy,
    JPIPReferenced: referenced,
    JPIPReferencedDeflate: { ...referenced, deflated: true },
    MPEG2MPML: lossy,
    MPEG2MPMLF: lossy,
    MPEG2MPHL: lossy,
    MPEG2MPHLF: lossy,
    MPEG4HP41: lossy,
    MPEG4HP41F: lossy,
    MPEG4HP41BD: lossy,
    MPEG4HP41BDF: lossy,
    MPEG4HP422D: lossy,
    MPEG4HP422DF: lossy,
    MPEG4HP423D: lossy,
    MPEG4HP423DF: lossy,
    MPEG4HP42STEREO: lossy,
    MPEG4HP42STEREOF: lossy,
    HEVCMP51: lossy,
    HEVCM10P51: lossy,
    JPEGXLLossless: lossless,
    // PS3.5 8.2.15: keeps the bits of a JPEG stream, which itself is lossy.
    JPEGXLJPEGRecompression: lossy,
    JPEGXL: lossy,
    HTJ2KLossless: lossless,
    HTJ2KLosslessRPCL: lossless,
    HTJ2K: lossy,
    JPIPHTJ2KReferenced: referenced,
    JPIPHTJ2KReferencedDeflate: { ...referenced, deflated: true },
    RLELossless: lossless,
    // Retired names for documents that a data set refers to; no data set is encoded so.
    RFC2557MIMEEncapsulation: native,
    XMLEncoding: native,
    // PS3.22: the essence travels by RTP beside the data set.
    SMPTEST211020UncompressedProgressiveActiveVideo: native,
    SMPTEST211020UncompressedInterlacedActiveVideo: native,
    SMPTEST211030PCMDigitalAudio: native,
    DeflatedImageFrameCompression: lossless,
    Papyrus3ImplicitVRLittleEndian: { ...native, vr: 'implicit' },
  } satisfies Record<TransferSyntaxKeyword, TransferSyntaxFacts>
}
