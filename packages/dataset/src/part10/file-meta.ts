/** The file meta information of a Part 10 file (PS3.10 7.1), in one-byte characters without padding. */
export interface FileMeta {
  readonly mediaStorageSopClassUid: string
  readonly mediaStorageSopInstanceUid: string
  readonly transferSyntaxUid: string
  readonly implementationClassUid: string
  readonly implementationVersionName?: string
  /** The AE that wrote the content of the file. */
  readonly sourceApplicationEntityTitle?: string
  /** The AE that sent the content over a network. */
  readonly sendingApplicationEntityTitle?: string
  /** The AE that received the content over a network. */
  readonly receivingApplicationEntityTitle?: string
  readonly privateInformationCreatorUid?: string
}

/** A file meta as found: any field may be missing. */
export type PartialFileMeta = Readonly<Partial<FileMeta>>

interface FileMetaElement {
  readonly field: keyof FileMeta
  readonly tag: number
  readonly vr: 'UI' | 'SH' | 'AE'
  /** Type 1: it is there, and not empty. */
  readonly required?: true
}

/** The text elements of group 0002 in ascending order (PS3.10 Table 7.1-1). */
export const fileMetaElements = [
  { field: 'mediaStorageSopClassUid', tag: 0x00020002, vr: 'UI', required: true },
  { field: 'mediaStorageSopInstanceUid', tag: 0x00020003, vr: 'UI', required: true },
  { field: 'transferSyntaxUid', tag: 0x00020010, vr: 'UI', required: true },
  { field: 'implementationClassUid', tag: 0x00020012, vr: 'UI', required: true },
  { field: 'implementationVersionName', tag: 0x00020013, vr: 'SH' },
  { field: 'sourceApplicationEntityTitle', tag: 0x00020016, vr: 'AE' },
  { field: 'sendingApplicationEntityTitle', tag: 0x00020017, vr: 'AE' },
  { field: 'receivingApplicationEntityTitle', tag: 0x00020018, vr: 'AE' },
  { field: 'privateInformationCreatorUid', tag: 0x00020100, vr: 'UI' },
] as const satisfies readonly FileMetaElement[]

/** PS3.10 7.1: 128 bytes for the application, then the prefix `DICM`. */
export const preambleBytes = 128
export const prefix = 'DICM'
/** Where group 0002 begins. */
export const metaOffset = preambleBytes + prefix.length
