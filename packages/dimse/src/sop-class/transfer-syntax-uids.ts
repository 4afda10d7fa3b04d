import { type TransferSyntaxKeyword, transferSyntaxes, type Uid } from '@dcm/pdu'

/** Named like transfer syntaxes, but no data set of an association is encoded so: documents (retired), and video and audio by RTP (PS3.22). */
const elsewhere: ReadonlySet<TransferSyntaxKeyword> = new Set([
  'RFC2557MIMEEncapsulation',
  'XMLEncoding',
  'SMPTEST211020UncompressedProgressiveActiveVideo',
  'SMPTEST211020UncompressedInterlacedActiveVideo',
  'SMPTEST211030PCMDigitalAudio',
])

/** Every transfer syntax of PS3.6 that a data set can travel in, retired ones included, in the order of the registry. */
export const transferSyntaxUids: readonly Uid[] = transferSyntaxes()
  .filter(({ keyword }) => !elsewhere.has(keyword))
  .map(({ uid }) => uid)
