import { formatAddress, SecurityError, systemClock, TimeoutError, TransportError } from '@dcm/transport'
import { describe, expect, it, vi } from 'vitest'

describe('an address in words', () => {
  it.each([
    [{ host: '192.0.2.1', port: 104 }, '192.0.2.1:104'],
    [{ host: '2001:db8::1', port: 11112 }, '[2001:db8::1]:11112'],
    [{ path: '/run/dcm.sock' }, '/run/dcm.sock'],
  ])('%o', (address, words) => {
    expect(formatAddress(address)).toBe(words)
  })
})

describe('errors', () => {
  it('carry their code and cause', () => {
    const cause = new Error('ECONNRESET')
    const lost = new TransportError('lost', { code: 'DCM_CONNECTION_RESET', cause })
    expect(lost).toMatchObject({ name: 'TransportError', code: 'DCM_CONNECTION_RESET', cause })
    const refused = new SecurityError('no', { code: 'DCM_X', profile: 'x' })
    expect(refused).toMatchObject({ name: 'SecurityError', code: 'DCM_X', profile: 'x' })
    expect(refused).not.toHaveProperty('cause')
  })

  it('name the timer', () => {
    expect(new TimeoutError('artim', 30_000)).toMatchObject({
      name: 'TimeoutError',
      code: 'DCM_TIMEOUT',
      message: 'the artim timer ended after 30000 ms',
      timer: 'artim',
      timeoutMs: 30_000,
    })
  })
})

describe('the system clock', () => {
  it('fires once, and not after it was cleared', async () => {
    const before = systemClock.now()
    const fired = await new Promise((resolve) => {
      const cancelled = systemClock.setTimeout(() => {
        resolve('the cancelled one')
      }, 1)
      systemClock.clearTimeout(cancelled)
      systemClock.setTimeout(() => {
        resolve('the other')
      }, 2)
    })
    expect(fired).toBe('the other')
    expect(systemClock.now()).toBeGreaterThan(before)
  })

  it('goes on, its timers and its time alike, under the fake timers of a test framework', async () => {
    vi.useFakeTimers()
    try {
      const before = systemClock.now()
      await new Promise<void>((resolve) => systemClock.setTimeout(resolve, 1))
      expect(systemClock.now()).toBeGreaterThan(before)
    } finally {
      vi.useRealTimers()
    }
  })
})
