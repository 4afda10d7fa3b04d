import { FakeClock } from '@dcm/testkit'
import { describe, expect, it } from 'vitest'

describe('a clock that is moved by hand', () => {
  it('fires what falls due, in order, those set on the way too', () => {
    const clock = new FakeClock()
    const fired: string[] = []
    clock.setTimeout(() => fired.push(`late ${String(clock.now())}`), 20)
    clock.setTimeout(() => {
      fired.push(`early ${String(clock.now())}`)
      clock.setTimeout(() => fired.push(`chained ${String(clock.now())}`), 5)
    }, 10)
    clock.advance(9)
    expect(fired).toEqual([])
    clock.advance(21)
    expect(fired).toEqual(['early 10', 'chained 15', 'late 20'])
    expect(clock.now()).toBe(30)
  })

  it('forgets what was cancelled', () => {
    const clock = new FakeClock()
    const timer = clock.setTimeout(() => {
      throw new Error('cancelled')
    }, 10)
    expect(clock.pending).toBe(1)
    clock.clearTimeout(timer)
    clock.clearTimeout(timer)
    clock.advance(100)
    expect(clock.pending).toBe(0)
  })

  it('says what it waits for, the next first', () => {
    const clock = new FakeClock()
    for (const ms of [20, 10, 20]) clock.setTimeout(() => undefined, ms)
    clock.advance(5)
    expect(clock.remainingMs).toEqual([5, 15, 15])
  })

  it('fires in the order of their setting what falls due together', () => {
    const clock = new FakeClock()
    const fired: number[] = []
    for (const number of [1, 2, 3]) clock.setTimeout(() => fired.push(number), 10)
    clock.advance(10)
    expect(fired).toEqual([1, 2, 3])
  })
})
