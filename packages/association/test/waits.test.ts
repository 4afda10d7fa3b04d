import { type Wait, Waits } from '@dcm/association'
import { FakeClock } from '@dcm/testkit'
import { describe, expect, it, vi } from 'vitest'

function waiting(restMs?: number) {
  const clock = new FakeClock()
  const waits = new Waits(clock, restMs)
  const ended: string[] = []
  const wait = (timer: string, timeoutMs: number): Wait => ({
    timer,
    timeoutMs,
    expired: (error) =>
      ended.push(`${error.timer} after ${String(error.timeoutMs)} at ${String(clock.now())}`),
  })
  return { clock, waits, ended, wait }
}

describe('waits', () => {
  it('end each in its time, by one timer of the clock', () => {
    const { clock, waits, ended, wait } = waiting()
    waits.begin(wait('long', 100))
    clock.advance(10)
    waits.begin(wait('short', 20))
    waits.begin(wait('middle', 50))
    expect(clock.remainingMs).toEqual([20])
    clock.advance(1_000)
    expect(ended).toEqual(['short after 20 at 30', 'middle after 50 at 60', 'long after 100 at 100'])
    expect(clock.pending).toBe(0)
  })

  it('that begin and end with every message set one timer, which fires for nothing once', () => {
    const { clock, waits, ended, wait } = waiting()
    const set = vi.spyOn(clock, 'setTimeout')
    const [one, other] = [wait('one', 100), wait('other', 100)]
    for (let message = 0; message < 90; message++) {
      waits.begin(one)
      waits.begin(other)
      clock.advance(1)
      waits.end(one)
      waits.end(other)
    }
    expect(set).toHaveBeenCalledTimes(1)
    clock.advance(10)
    expect([set.mock.calls.length, clock.pending, ended]).toEqual([1, 0, []])
  })

  it('that begin anew have all their time', () => {
    const { clock, waits, ended, wait } = waiting()
    const again = wait('again', 100)
    waits.begin(again)
    clock.advance(99)
    waits.begin(again)
    clock.advance(99)
    expect(ended).toEqual([])
    clock.advance(1)
    expect(ended).toEqual(['again after 100 at 199'])
  })

  it('that another ends when its time is over are not told', () => {
    const { clock, waits, ended, wait } = waiting()
    const other = wait('other', 100)
    waits.begin({
      ...wait('first', 100),
      expired: () => {
        waits.end(other)
      },
    })
    waits.begin(other)
    clock.advance(100)
    expect([ended, clock.pending]).toEqual([[], 0])
  })

  it('that fall due while another is told end at once, without a negative time, of which Node.js would warn', () => {
    const { clock, waits, ended, wait } = waiting()
    const set = vi.spyOn(clock, 'setTimeout')
    waits.begin({
      ...wait('first', 100),
      expired: () => {
        clock.advance(20)
      },
    })
    waits.begin(wait('meanwhile', 110))
    clock.advance(100)
    expect(set.mock.calls.map(([, ms]) => ms)).toEqual([100, 0])
    clock.advance(20)
    expect(ended).toEqual(['meanwhile after 110 at 120'])
  })

  it('rest while they are held, those that begin meanwhile too, and then begin anew', () => {
    const { clock, waits, ended, wait } = waiting(10_000)
    waits.begin(wait('before', 100))
    clock.advance(99)
    waits.held = true
    clock.advance(1_000)
    waits.begin(wait('meanwhile', 50))
    clock.advance(1_000)
    waits.held = false
    waits.held = false
    clock.advance(49)
    expect(ended).toEqual([])
    waits.held = false
    clock.advance(51)
    expect(ended).toEqual(['meanwhile after 50 at 2149', 'before after 100 at 2199'])
  })

  it.each([
    ['no longer than they may', 500, 500],
    ['not at all when they may not', 0, 100],
  ])('rest %s', (_, restMs, endsAt) => {
    const { clock, waits, ended, wait } = waiting(restMs)
    waits.held = true
    waits.begin(wait('held', 100))
    clock.advance(endsAt - 1)
    expect(ended).toEqual([])
    clock.advance(1)
    expect(ended).toEqual([`held after 100 at ${String(endsAt)}`])
  })

  it('that are closed leave no timer behind the last, and those that begin later end in their time', () => {
    const { clock, waits, ended, wait } = waiting()
    const [one, other] = [wait('one', 100), wait('other', 100)]
    waits.begin(one)
    waits.begin(other)
    waits.end(one)
    waits.close()
    expect(clock.pending).toBe(1)
    waits.end(other)
    expect(clock.pending).toBe(0)
    waits.begin(one)
    clock.advance(50)
    waits.end(one)
    expect(clock.pending).toBe(0)
    waits.begin(other)
    clock.advance(100)
    expect([ended, clock.pending]).toEqual([['other after 100 at 150'], 0])
  })
})
