import {
  optionFault,
  requireSignal,
  secured,
  type SecurityProvider,
  type Transport,
  UsageError,
} from '@dcm/transport'
import { describe, expect, it } from 'vitest'

describe('options, as JavaScript gives them', () => {
  const kinds = {
    name: 'string',
    keys: 'object|function',
    limit: 'number',
    list: 'array',
    other: 'any',
  } as const
  const faultOf = (options: unknown, required?: readonly string[]) =>
    optionFault('made()', options, kinds, required)

  it.each([
    ['none', {}],
    ['each of its kind', { name: '', keys: () => ({}), limit: NaN, list: [], other: null }],
    ['one that is undefined', { name: undefined, nothing: undefined }],
  ])('are without fault: %s', (_what, options) => {
    expect(faultOf(options)).toBeUndefined()
  })

  it.each<[unknown, string]>([
    [undefined, 'the options of made() are undefined; allowed is an object'],
    [null, 'the options of made() are null; allowed is an object'],
    ['secret', 'the options of made() are a string; allowed is an object'],
    [[], 'the options of made() are an array; allowed is an object'],
    [{ Name: '' }, 'made() has no option Name; allowed are name, keys, limit, list, other'],
    [{ toString: 1 }, 'made() has no option toString; allowed are name, keys, limit, list, other'],
    [{ limit: 'secret' }, 'limit of made() is a string; allowed is a number'],
    [{ keys: [] }, 'keys of made() is an array; allowed is an object or a function'],
    [{ list: {} }, 'list of made() is an object; allowed is an array'],
    [{ name: null }, 'name of made() is null; allowed is a string'],
    [{ name: true }, 'name of made() is true; allowed is a string'],
  ])('%j: %s', (options, fault) => {
    expect(faultOf(options)).toBe(fault)
  })

  it('are complete with what is required', () => {
    expect(faultOf({ name: undefined }, ['name'])).toBe('made() needs name')
    expect(faultOf({ name: 'x' }, ['name'])).toBeUndefined()
  })
})

describe('a signal', () => {
  it('is an AbortSignal, or nothing', () => {
    requireSignal(undefined)
    requireSignal(AbortSignal.abort())
  })

  it.each<[unknown, string]>([
    [new AbortController(), 'signal is an AbortController; allowed is its signal'],
    [null, 'signal is null; allowed is an AbortSignal'],
    [true, 'signal is true; allowed is an AbortSignal'],
    [{}, 'signal is an object; allowed is an AbortSignal'],
  ])('is not %s', (signal, message) => {
    const error = new UsageError(message, { code: 'DCM_OPTION' })
    expect(() => {
      requireSignal(signal as AbortSignal)
    }).toThrow(error)
  })
})

describe('secured(), from JavaScript', () => {
  const nothing = () => Promise.reject(new Error('not to be reached'))
  const below: Transport = { connect: nothing, listen: nothing }
  const provider: SecurityProvider = { profile: 'mine', upgrade: (connection) => Promise.resolve(connection) }
  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['a misspelt list', { provider: [provider] }],
    ['a provider alone', { providers: provider }],
    ['the function that makes one', { providers: [() => provider] }],
    ['nothing for one', { providers: [undefined] }],
    ['a number as text', { providers: [provider], handshakeTimeoutMs: '5' }],
  ])('refuses %s', (_what, options) => {
    expect(() => secured(below, options as never)).toThrow(
      expect.objectContaining({ name: 'UsageError', code: 'DCM_OPTION' }) as Error,
    )
  })

  it('refuses the function that makes a transport', () => {
    expect(() => secured((() => below) as never, { providers: [provider] })).toThrow(
      expect.objectContaining({ name: 'UsageError', code: 'DCM_OPTION' }) as Error,
    )
  })

  it('refuses an AbortController in place of its signal before it connects', async () => {
    const transport = secured(below, { providers: [provider] })
    const signal = new AbortController() as unknown as AbortSignal
    await expect(transport.connect({ host: 'a', port: 1 }, { signal })).rejects.toMatchObject({
      code: 'DCM_OPTION',
    })
  })
})
