import fc from 'fast-check'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { blockBytes, ReadMemory } from '../src/read-memory.ts'
import { type Reading, readingInto } from '../src/recycle-reads.ts'

/** What a socket gave: of each of its reads the bytes of one value. */
interface Lent {
  readonly first: number
  readonly last: number
  /** What its reader still has. */
  rest: Buffer
  isWhole: boolean
}

const partBytes = 16_384

/** Reads as Node's sockets do: where to is settled before anything comes. */
class ReadingSocket {
  readonly #reading: Reading
  #into: Uint8Array
  /** What was read, and not handed on yet. */
  #reads: { readonly value: number; readonly length: number }[] = []

  constructor(memory: ReadMemory, lent: Lent[], isOfParts: boolean) {
    const push = (rest: Buffer) => {
      let begin = 0
      for (const { value, length } of this.#reads) {
        expect([rest.at(begin), rest.at(begin + length - 1)]).toEqual([value, value])
        begin += length
      }
      expect(begin).toBe(rest.length)
      lent.push({ first: rest[0] ?? 0, last: rest.at(-1) ?? 0, rest, isWhole: true })
      this.#reads = []
      return true
    }
    const stream = { push, readableLength: 0, readableHighWaterMark: 65_536 }
    this.#reading = readingInto(memory, stream, isOfParts ? partBytes : undefined)
    this.#into = this.#reading.buffer()
  }

  read(bytes: number, value: number): void {
    const length = Math.min(bytes, this.#into.length)
    this.#into.fill(value, 0, length)
    this.#reads.push({ value, length })
    this.#reading.callback(length)
    this.#into = this.#reading.buffer()
  }
}

const steps = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        socket: fc.nat(2),
        bytes: fc.constantFrom(1, 2_048, 2_049, partBytes, partBytes, 65_536, blockBytes),
      }),
    },
    // Of what came last, so that most comes back at some time; of what has come back, nothing does.
    { weight: 6, arbitrary: fc.record({ back: fc.nat(9), part: fc.constantFrom(0.5, 1, 1) }) },
    { weight: 1, arbitrary: fc.constant('the turn of the event loop is over' as const) },
  ),
  { minLength: 20, maxLength: 80 },
)

const endsOfTurn: (() => void)[] = []
beforeEach(() => {
  vi.stubGlobal('setImmediate', (end: () => void) => endsOfTurn.push(end))
})
afterEach(() => {
  vi.unstubAllGlobals()
})

it('is read into again only when its readers have given all back, in whatever order and parts', () => {
  fc.assert(
    fc.property(steps, (all) => {
      const memory = new ReadMemory()
      const lent: Lent[] = []
      const sockets = [false, false, true].map((isOfParts) => new ReadingSocket(memory, lent, isOfParts))
      for (const [value, step] of all.entries()) {
        if (typeof step === 'string') {
          for (const end of endsOfTurn.splice(0)) end()
        } else if ('bytes' in step) {
          sockets[step.socket]?.read(step.bytes, value)
        } else {
          const given = lent.at(-1 - step.back)
          if (!given) continue
          const length = Math.ceil(given.rest.length * step.part)
          const { buffer } = given.rest
          given.rest = given.rest.subarray(length)
          given.isWhole &&= length === 0
          memory.recycle(buffer, length)
        }
        for (const { first, last, rest, isWhole } of lent) {
          if (isWhole) expect(rest[0]).toBe(first)
          if (rest.length > 0) expect(rest.at(-1)).toBe(last)
        }
      }
      endsOfTurn.length = 0
    }),
    { numRuns: 500 },
  )
})
