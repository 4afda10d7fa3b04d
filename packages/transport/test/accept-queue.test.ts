import { getEventListeners } from 'node:events'
import { duplexPair } from 'node:stream'
import { AcceptQueue, type Connection } from '@dcm/transport'
import { describe, expect, it } from 'vitest'
import { turns } from './turns.ts'

const address = { host: 'streams', port: 104 }

function connection(): Connection {
  return { stream: duplexPair()[0], local: address, remote: address, security: [] }
}

describe('an accept queue', () => {
  it('hands out what waits, the oldest first, and refuses what is too much', async () => {
    const queue = new AcceptQueue(2)
    const [one, two, three] = [connection(), connection(), connection()]
    expect([queue.offer(one), queue.offer(two), queue.offer(three)]).toEqual([true, true, false])
    expect(await queue.take()).toBe(one)
    expect(queue.offer(three)).toBe(true)
    expect([await queue.take(), await queue.take()]).toEqual([two, three])
    expect(one.stream.listenerCount('close')).toBe(three.stream.listenerCount('close'))
  })

  it('serves who waits, the oldest first, and forgets who gave up', async () => {
    const queue = new AcceptQueue(2)
    const controller = new AbortController()
    const first = queue.take(controller.signal)
    const second = queue.take()
    const reason = new Error('enough')
    controller.abort(reason)
    await expect(first).rejects.toBe(reason)
    await expect(queue.take(controller.signal)).rejects.toBe(reason)
    const one = connection()
    queue.offer(one)
    expect(await second).toBe(one)
  })

  it('leaves no listener on a signal that was not used', async () => {
    const queue = new AcceptQueue(2)
    const { signal } = new AbortController()
    const taken = queue.take(signal)
    queue.offer(connection())
    await taken
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)
  })

  it('drops what closes while it waits, with an error or without, and tells of the room', async () => {
    let rooms = 0
    const queue = new AcceptQueue(2, () => rooms++)
    const [one, two] = [connection(), connection()]
    queue.offer(one)
    queue.offer(two)
    one.stream.destroy(new Error('reset'))
    await turns()
    expect([queue.size, rooms]).toEqual([1, 1])
    expect(await queue.take()).toBe(two)
    two.stream.destroy()
    await turns()
    expect(rooms).toBe(2)
  })

  it('destroys and rejects when it closes, and takes no more', async () => {
    const queue = new AcceptQueue(2)
    const one = connection()
    queue.offer(one)
    queue.close()
    expect([one.stream.destroyed, queue.size, queue.offer(connection())]).toEqual([true, 0, false])
    await expect(queue.take()).rejects.toMatchObject({ name: 'TransportError', code: 'DCM_LISTENER_CLOSED' })
  })

  it('holds 128 unless told otherwise', () => {
    const queue = new AcceptQueue()
    const offered = Array.from({ length: 129 }, () => queue.offer(connection()))
    expect([queue.maximum, queue.size, offered.indexOf(false)]).toEqual([128, 128, 128])
    queue.close()
  })

  it.each([0, -1, 1.5, NaN, Infinity])('refuses a length of %d', (length) => {
    expect(() => new AcceptQueue(length)).toThrow(expect.objectContaining({ code: 'DCM_LIMIT_RANGE' }))
  })
})
