/** So large that a busy socket is read in few steps, in bytes; what a connection holds for reading at most. */
export const blockBytes = 131_072
/** Blocks kept for later; more are left to the garbage collection. */
const maximumFreeBlocks = 128

/** Memory that sockets read into, and again once nobody refers to what they read: warm in the CPU's caches, and no garbage. */
export class ReadMemory {
  readonly #free: Block[] = []
  readonly #blocks = new WeakMap<ArrayBufferLike, Block>()
  readonly #keep = (block: Block): void => {
    if (this.#free.length < maximumFreeBlocks) this.#free.push(block)
  }

  take(): Block {
    for (let free = this.#free.pop(); free; free = this.#free.pop()) {
      // Not so when somebody has given some of it back twice.
      if (free.isReturned) return free
    }
    const block = new Block(this.#keep)
    this.#blocks.set(block.memory, block)
    return block
  }

  /** As `Connection.recycle`. */
  readonly recycle = (memory: ArrayBufferLike, bytes: number): void => {
    this.#blocks.get(memory)?.recycle(bytes)
  }
}

/** A piece of memory that one socket at a time fills from its beginning. */
export class Block {
  readonly #bytes = Buffer.allocUnsafeSlow(blockBytes)
  readonly #free: (block: Block) => void
  #filled = 0
  /** Bytes that were read and have not come back. */
  #lent = 0
  #inUse = true

  constructor(free: (block: Block) => void) {
    this.#free = free
  }

  get memory(): ArrayBufferLike {
    return this.#bytes.buffer
  }

  /** Bytes that still fit. */
  get room(): number {
    return blockBytes - this.#filled
  }

  /** Whether all that was read has come back. */
  get isReturned(): boolean {
    return this.#lent === 0
  }

  /** Where to read to. Once all has come back, from the beginning. */
  rest(): Buffer {
    if (this.isReturned) this.#filled = 0
    this.#inUse = true
    return this.#bytes.subarray(this.#filled)
  }

  /** So many bytes were just read to `rest()`: somebody gets them, and gives them back. */
  lend(bytes: number): void {
    this.#filled += bytes
    this.#lent += bytes
  }

  /** The last bytes that were lent. */
  last(bytes: number): Buffer {
    return this.#bytes.subarray(this.#filled - bytes, this.#filled)
  }

  /** Its socket reads no more into it. */
  leave(): void {
    this.#inUse = false
    this.#freeIfReturned()
  }

  recycle(bytes: number): void {
    // An empty PDV, or a chunk without a header. A block that is free already would be so twice, and two sockets read into it.
    if (bytes === 0) return
    // Who gives more back than it got may still hold some of it: better never used again than overwritten.
    this.#lent = bytes > this.#lent ? Infinity : this.#lent - bytes
    this.#freeIfReturned()
  }

  #freeIfReturned(): void {
    if (!this.#inUse && this.isReturned) this.#free(this)
  }
}
