import { systemClock } from '@dcm/transport'
import { describe, expect, it } from 'vitest'
import { type AssociationOptions, resolveOptions } from '../src/driver/options.ts'

describe('the options of an association', () => {
  it('have the defaults that their documentation names', () => {
    expect(resolveOptions({})).toEqual({
      artimTimeoutMs: 30_000,
      decisionTimeoutMs: 30_000,
      associationResponseTimeoutMs: 30_000,
      releaseResponseTimeoutMs: 30_000,
      idleTimeoutMs: 60_000,
      pduTimeoutMs: 30_000,
      writeStallTimeoutMs: 60_000,
      maximumLengthBytes: 131_072,
      maximumPDataLengthBytes: 131_072,
      maximumAssociatePduLengthBytes: 1_048_576,
      maximumPendingBytes: 4_194_304,
      clock: systemClock,
    })
  })

  it('follow one another', () => {
    expect(resolveOptions({ artimTimeoutMs: 7, maximumLengthBytes: 0 })).toMatchObject({
      pduTimeoutMs: 7,
      maximumPDataLengthBytes: 4_294_967_295,
    })
  })

  it.each<AssociationOptions>([
    { artimTimeoutMs: 1 },
    { idleTimeoutMs: 2_147_483_647 },
    { maximumPendingBytes: 0 },
    { maximumLengthBytes: 4_294_967_295 },
  ])('reach as far as %o', (options) => {
    expect(resolveOptions(options)).toMatchObject(options)
  })
})
