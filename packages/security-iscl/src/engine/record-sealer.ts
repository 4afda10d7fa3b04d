import { Fault } from './fault.ts'
import { nextTrafficSecret, type RecordKeys, recordKeys } from './key-schedule.ts'
import { type EpochLimits, MAX_EPOCH } from './limits.ts'
import { gatherSmall, GATHER_BELOW_BYTES } from './gather-small.ts'
import { HEADER_BYTES, PROTECTED_FLAG, writePacketHeader } from './packet-header.ts'
import { PacketType } from './packet-type.ts'
import type { Suite } from './packet-protection.ts'

/** Seals one direction's packets, counts them, and changes keys in time. */
export class RecordSealer {
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

  /** The packet as runs of octets to send in this order. `length` is that of all pieces. */
  seal(type: number, pieces: readonly Uint8Array[], length: number): Uint8Array[] {
    const payloadBytes = length + this.#suite.tagBytes
    const packetBytes = HEADER_BYTES + payloadBytes
    const small = packetBytes <= GATHER_BELOW_BYTES
    const head = new Uint8Array(small ? packetBytes : HEADER_BYTES)
    writePacketHeader(head, { type, flags: PROTECTED_FLAG, epoch: this.#epoch, payloadBytes })
    const sealer = this.#suite.seal(this.#keys, this.#sequence, head.subarray(0, HEADER_BYTES))
    this.#sequence++
    this.#epochBytes += packetBytes

    const sealed: Uint8Array[] = []
    for (const piece of pieces.length < 2 ? pieces : gatherSmall(pieces)) sealed.push(sealer.update(piece))
    sealed.push(sealer.tag())
    if (!small) return [head, ...sealed]
    let offset = HEADER_BYTES
    for (const run of sealed) {
      head.set(run, offset)
      offset += run.length
    }
    return [head]
  }

  /**
   * The REKEY packet when this epoch is used up; the next packet is sealed in the next one.
   *
   * @throws Fault LIMIT after epoch 255
   */
  rekeyWhenDue(): Uint8Array[] {
    const due =
      this.#epochBytes >= this.#limits.rekeyAfterBytes || this.#sequence >= this.#limits.rekeyAfterPackets
    if (!due) return []
    if (this.#epoch === MAX_EPOCH)
      throw new Fault('LIMIT', `epoch ${String(MAX_EPOCH)}, the last, is used up`)
    const packet = this.seal(PacketType.REKEY, [], 0)
    this.#secret = nextTrafficSecret(this.#secret)
    this.#keys = recordKeys(this.#secret)
    this.#epoch++
    this.#sequence = 0
    this.#epochBytes = 0
    return packet
  }
}
