// The PDU codec alone: no socket, no disk. From the repository's root:
//
//   npx --yes pnpm@12.21.0 exec node --conditions=@dcm/source bench/pdu.ts
//
// Medians of 5 rounds of 0.5 s. MB = 10^6 bytes of payload, which neither direction copies above 1 KiB: the rates say what the
// codec adds to a transfer, not what a transfer can reach.
import {
  type AssociateRq,
  DicomApplicationContext,
  encodePDataTf,
  encodePdu,
  parseUid,
  PduDecoder,
  transferSyntaxes,
} from '../packages/pdu/src/index.ts'

const roundMs = 500
const chunkLengthBytes = 64 * 1024
/** What one pass decodes or encodes, in bytes: large beside a chunk, small beside a cache's worth of views. */
const streamLengthBytes = 64 * 1024 * 1024

interface Rates {
  readonly 'MB/s': string
  readonly 'PDUs/s': string
}

/** Does some work once and says how much it was. */
type Pass = () => { readonly payloadBytes: number; readonly pdus: number }

const sizes = [
  { name: '16 KiB PDUs', pduLengthBytes: 16 * 1024 },
  { name: '128 KiB PDUs', pduLengthBytes: 128 * 1024 },
  { name: 'unlimited PDUs', pduLengthBytes: streamLengthBytes },
]

console.table({
  ...Object.fromEntries(
    sizes.map(({ name, pduLengthBytes }) => [`decode ${name}`, measure(decodeStream(pduLengthBytes))]),
  ),
  'decode 80-byte PDUs': measure(decodeStream(80)),
  ...Object.fromEntries(
    sizes.map(({ name, pduLengthBytes }) => [`encode ${name}`, measure(encodeStream(pduLengthBytes))]),
  ),
  'encode 80-byte PDUs': measure(encodeStream(80)),
  'decode A-ASSOCIATE-RQ, 1 context': measure(decodeRequest(1)),
  'decode A-ASSOCIATE-RQ, 128 × 63': measure(decodeRequest(128)),
  'encode A-ASSOCIATE-RQ, 1 context': measure(encodeRequest(1)),
})

function measure(pass: Pass): Rates {
  const rounds = Array.from({ length: 6 }, () => round(pass)).slice(1)
  const median = (rate: 'megabytes' | 'pdus') =>
    rounds.map((each) => each[rate]).sort((a, b) => a - b)[2] ?? 0
  const format = (value: number) => Math.round(value).toLocaleString('en')
  return { 'MB/s': format(median('megabytes')), 'PDUs/s': format(median('pdus')) }
}

function round(pass: Pass) {
  let payloadBytes = 0
  let pdus = 0
  const begin = performance.now()
  let elapsed = 0
  while (elapsed < roundMs) {
    const done = pass()
    payloadBytes += done.payloadBytes
    pdus += done.pdus
    elapsed = performance.now() - begin
  }
  return { megabytes: payloadBytes / 1e3 / elapsed, pdus: (pdus * 1e3) / elapsed }
}

/** P-DATA-TFs of this length one after the other, in chunks as a socket gives them. */
function decodeStream(pduLengthBytes: number): Pass {
  const pdu = Buffer.concat(encodePDataTf([dataSet([new Uint8Array(pduLengthBytes - 6)])]))
  const stream = Buffer.concat(
    Array.from({ length: Math.max(1, Math.floor(streamLengthBytes / pdu.length)) }, () => pdu),
  )
  const chunks: Uint8Array[] = []
  for (let begin = 0; begin < stream.length; begin += chunkLengthBytes) {
    chunks.push(stream.subarray(begin, begin + chunkLengthBytes))
  }
  const decoder = new PduDecoder()
  return () => {
    let payloadBytes = 0
    let pdus = 0
    for (const chunk of chunks) {
      decoder.push(chunk)
      for (let event = decoder.next(); event !== undefined; event = decoder.next()) {
        if (event.type === 'PDV') payloadBytes += event.data.length
        else pdus++
      }
    }
    return { payloadBytes, pdus }
  }
}

/** P-DATA-TFs of this length from runs of a chunk, as a file or another socket gives them. */
function encodeStream(pduLengthBytes: number): Pass {
  const payloadPerPdu = pduLengthBytes - 6
  const data: Uint8Array[] = []
  for (let left = payloadPerPdu; left > 0; left -= chunkLengthBytes) {
    data.push(new Uint8Array(Math.min(left, chunkLengthBytes)))
  }
  const pdus = Math.max(1, Math.floor(streamLengthBytes / pduLengthBytes))
  return () => {
    let runs = 0
    for (let pdu = 0; pdu < pdus; pdu++) runs += encodePDataTf([dataSet(data)]).length
    return { payloadBytes: runs > 0 ? pdus * payloadPerPdu : 0, pdus }
  }
}

function decodeRequest(contexts: number): Pass {
  const bytes = encodePdu(request(contexts))
  const decoder = new PduDecoder()
  return () => {
    decoder.push(bytes)
    return { payloadBytes: bytes.length, pdus: decoder.next() === undefined ? 0 : 1 }
  }
}

function encodeRequest(contexts: number): Pass {
  const pdu = request(contexts)
  return () => ({ payloadBytes: encodePdu(pdu).length, pdus: 1 })
}

function dataSet(data: readonly Uint8Array[]) {
  return { presentationContextId: 1, isCommand: false, isLast: false, data }
}

function request(contexts: number): AssociateRq {
  const syntaxes = transferSyntaxes().map((syntax) => syntax.uid)
  return {
    type: 'A-ASSOCIATE-RQ',
    protocolVersion: 1,
    calledAeTitle: 'ARCHIVE',
    callingAeTitle: 'BENCH',
    applicationContextName: DicomApplicationContext,
    presentationContexts: Array.from({ length: contexts }, (_, index) => ({
      presentationContextId: index * 2 + 1,
      abstractSyntax: parseUid(`1.2.840.10008.5.1.4.1.1.${String(index)}`),
      transferSyntaxes: contexts === 1 ? syntaxes.slice(0, 2) : syntaxes,
    })),
    userInformation: { maximumLength: 131072, implementationClassUid: parseUid('1.2.3') },
  }
}
