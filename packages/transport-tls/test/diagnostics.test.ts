import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { archive, modality, outcomes } from './upgrade-both.ts'

const names = ['secured', 'refused', 'anonymous', 'rotated'] as const
const heard: (readonly [string, Record<string, unknown>])[] = []
const listen = (message: unknown, channel: string | symbol) => {
  heard.push([String(channel).replace('dcm:transport-tls:', ''), message as Record<string, unknown>])
}

beforeEach(() => {
  heard.length = 0
  for (const name of names) subscribe(`dcm:transport-tls:${name}`, listen)
})

afterEach(() => {
  for (const name of names) unsubscribe(`dcm:transport-tls:${name}`, listen)
})

test('a secured connection is published on both sides', async () => {
  await outcomes(archive(), modality())
  expect(heard).toHaveLength(2)
  expect(heard).toContainEqual([
    'secured',
    {
      role: 'acceptor',
      remote: expect.objectContaining({ host: '127.0.0.1' }) as object,
      security: expect.objectContaining({
        peer: expect.objectContaining({ name: 'CN=modality' }) as object,
      }) as object,
    },
  ])
})

test('a refusal is published with its typed reason', async () => {
  await outcomes(archive(), modality({ clientAuthentication: 'none' }))
  expect(heard).toContainEqual([
    'refused',
    {
      role: 'acceptor',
      remote: expect.anything() as unknown,
      error: expect.objectContaining({ name: 'SecurityError', code: 'DCM_TLS_NO_CERTIFICATE' }) as object,
    },
  ])
})

test('each anonymous client is published', async () => {
  const policy = { clientAuthentication: 'none' } as const
  await outcomes(archive(policy), modality(policy))
  expect(heard).toContainEqual([
    'anonymous',
    { remote: expect.objectContaining({ host: '127.0.0.1' }) as object },
  ])
})

test('a rotation is published with the certificates now in force', async () => {
  await archive().rotate()
  expect(heard).toEqual([['rotated', { certificates: [expect.objectContaining({ subject: 'CN=archive' })] }]])
})
