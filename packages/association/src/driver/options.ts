import { type Clock, systemClock } from '@dcm/transport'
import { pdvHeaderBytes } from '../negotiation/maximum-pdv-length.ts'
import { requireRange, requireWholeNumber } from './require-range.ts'
import { requireTimeouts } from './require-timeouts.ts'

/**
 * Every wait and every bound of one association. All times in milliseconds, all sizes in bytes.
 */
export interface AssociationOptions {
  /**
   * ARTIM (PS3.8 9.1.5): from the transport connection to the A-ASSOCIATE-RQ, and from our last PDU to the peer's
   * close. Default 30 000: far over any honest peer's delay, short enough that silent ones do not pile up.
   */
  readonly artimTimeoutMs?: number
  /**
   * From the A-ASSOCIATE-RQ to our own accept or reject; then it is rejected (transient, temporary congestion).
   * Default 30 000: most requestors give up after 30 s.
   */
  readonly decisionTimeoutMs?: number
  /** Requestor: from the A-ASSOCIATE-RQ to the answer. Default 30 000, as other toolkits wait. */
  readonly associationResponseTimeoutMs?: number
  /** From our A-RELEASE-RQ to the answer. Default 30 000; an acceptor may first finish what it is doing. */
  readonly releaseResponseTimeoutMs?: number
  /**
   * Between PDUs while it is the peer's turn. Default 60 000: modalities pause between images, and a dead peer
   * must not hold an association for ever. Does not run while we hold the reading back or work on an answer.
   */
  readonly idleTimeoutMs?: number
  /**
   * Within a PDU: from its first byte to its last, or to the next 64 KiB of its payload. Default
   * {@link artimTimeoutMs}: whoever has begun a PDU has it ready.
   */
  readonly pduTimeoutMs?: number
  /** A peer that does not read while we write. Default 60 000: 1 MiB, a batch of ours, at 17 KB/s. */
  readonly writeStallTimeoutMs?: number
  /**
   * What we announce in sub-item 51H: the longest P-DATA-TF we want to get. 0 = unlimited, which costs no memory
   * here. Default 131 072: larger PDUs gain nothing.
   */
  readonly maximumLengthBytes?: number
  /**
   * The longest P-DATA-TF accepted. Default what was announced, as a longer one is a protocol error (PS3.8 D.1); 4 294 967 295,
   * the longest there can be, takes what a peer sends beyond it: payload streams through, so it costs nothing.
   */
  readonly maximumPDataLengthBytes?: number
  /**
   * The longest A-ASSOCIATE-RQ or -AC accepted. Default 1 048 576: 128 presentation contexts with all transfer syntaxes take 276 KiB,
   * and 610 KiB were all UIDs 64 characters long.
   */
  readonly maximumAssociatePduLengthBytes?: number
  /**
   * What may wait to leave, because the peer does not read, before `send` refuses more. Default 4 194 304: whoever waits for
   * `drained()`, as `send` says, stays far below; who does not shall not fill the memory.
   */
  readonly maximumPendingBytes?: number
  /** Replaced in tests. */
  readonly clock?: Clock
}

export type ResolvedAssociationOptions = Required<AssociationOptions>

/** @throws UsageError `DCM_LIMIT_RANGE` for a timer or a size that cannot be. */
export function resolveOptions(options: AssociationOptions): ResolvedAssociationOptions {
  requireTimeouts(options)
  const { artimTimeoutMs = 30_000, maximumLengthBytes = 131_072 } = options
  const maximumPendingBytes = options.maximumPendingBytes ?? 4_194_304
  // PS3.8 Table D.1-1: 51H has four bytes.
  requireWholeNumber('maximumLengthBytes', maximumLengthBytes, 0, 0xffffffff)
  requireRange('maximumPendingBytes', maximumPendingBytes, 0)
  return {
    artimTimeoutMs,
    decisionTimeoutMs: options.decisionTimeoutMs ?? 30_000,
    associationResponseTimeoutMs: options.associationResponseTimeoutMs ?? 30_000,
    releaseResponseTimeoutMs: options.releaseResponseTimeoutMs ?? 30_000,
    idleTimeoutMs: options.idleTimeoutMs ?? 60_000,
    pduTimeoutMs: options.pduTimeoutMs ?? artimTimeoutMs,
    writeStallTimeoutMs: options.writeStallTimeoutMs ?? 60_000,
    maximumLengthBytes,
    maximumPDataLengthBytes: options.maximumPDataLengthBytes ?? longestAllowed(maximumLengthBytes),
    maximumAssociatePduLengthBytes: options.maximumAssociatePduLengthBytes ?? 1_048_576,
    maximumPendingBytes,
    clock: options.clock ?? systemClock,
  }
}

/** PS3.8 Tables D.1-1 and D.1-2: the PDU length never exceeds what was announced; 0 is no maximum. No PDV is shorter than its header. */
function longestAllowed(maximumLengthBytes: number): number {
  return maximumLengthBytes === 0 ? 0xffffffff : Math.max(maximumLengthBytes, pdvHeaderBytes)
}
