import { availableParallelism } from 'node:os'
import { expect, it } from 'vitest'
import { tuneThreadPool } from '../src/tune-thread-pool.ts'

it.each([
  ['os', {}, String(Math.max(2, availableParallelism()))],
  ['os', { UV_THREADPOOL_SIZE: '7' }, '7'],
  ['fsync', {}, undefined],
] as const)('with durability %s and %o has %s threads', (durability, given, threads) => {
  const environment: NodeJS.ProcessEnv = { ...given }
  tuneThreadPool(durability, environment)
  expect(environment.UV_THREADPOOL_SIZE).toBe(threads)
})
