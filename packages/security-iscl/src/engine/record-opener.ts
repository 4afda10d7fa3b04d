import { Fault } from './fault.ts'
import { nextTrafficSecret, type RecordKeys, recordKeys } from './key-schedule.ts'
import type { EpochLimits } from './limits.ts'
import { HEADER_BYTES, type PacketHeader } from './packet-header.ts'
import { RecordReader } from './record-reader.ts'
import type { Suite } from './packet-protection.ts'

/** Opens the peer's packets, and holds the peer to the epoch's limits. */
export class RecordOpener {
  readonly #suite: Suite
  readonly #limits: EpochLimits
  #secret: Uint8Array
  #keys: RecordKeys
  #epoch = 1
  #sequence = 0
  #epochBytes = 0

  constructor(suite: Suite, secret: Uint8Array, limits: EpochLimits) {
    this.#suite = suite
    this.#limits = limits
    this.#secret = secret
    this.#keys = recordKeys(secret)
  }

  get tagBytes(): number {
    return this.#suite.tagBytes
  }

  /**
   * Begins the next packet; the caller has checked its length.
   *
   * @throws Fault BAD_EPOCH, LIMIT
   */
  open(header: PacketHeader, headerBytes: Uint8Array): RecordReader {
    if (header.epoch !== this.#epoch) {
      throw new Fault('BAD_EPOCH', `packet of epoch ${String(header.epoch)} in epoch ${String(this.#epoch)}`)
    }
    this.#epochBytes += HEADER_BYTES + header.payloadBytes
    if (this.#epochBytes > this.#limits.hardStopBytes) {
      const limit = String(this.#limits.hardStopBytes)
      throw new Fault('LIMIT', `the peer sent more than ${limit} octets without a REKEY`)
    }
    const unsealer = this.#suite.unseal(this.#keys, this.#sequence, headerBytes)
    this.#sequence++
    return new RecordReader(unsealer, header.payloadBytes - this.#suite.tagBytes, this.#suite.tagBytes)
  }

  /**
   * The peer's REKEY was genuine.
   *
   * @throws Fault LIMIT when it came too soon
   */
  rekey(): void {
    if (this.#epochBytes < this.#limits.minBytesBetweenRekeys) {
      const least = String(this.#limits.minBytesBetweenRekeys)
      throw new Fault('LIMIT', `REKEY after ${String(this.#epochBytes)} octets; ${least} is the least`)
    }
    // No guard for epoch 256: no header octet equals it, so that any further packet is BAD_EPOCH.
    this.#epoch++
    this.#secret = nextTrafficSecret(this.#secret)
    this.#keys = recordKeys(this.#secret)
    this.#sequence = 0
    this.#epochBytes = 0
  }
}
