import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { iscl, type IsclRefusedMessage, type IsclSecuredMessage } from '@dcm/security-iscl'
import { afterEach, expect, test } from 'vitest'
import { keysFor, REQUESTOR } from './support/engine-pair.ts'
import { acceptorOptions, bareAndRaw, refusal, securedPair } from './support/secured-pair.ts'

const seen: unknown[] = []
const listen = (message: unknown) => seen.push(message)
const names = ['dcm:security-iscl:secured', 'dcm:security-iscl:refused']

afterEach(() => {
  for (const name of names) unsubscribe(name, listen)
  seen.length = 0
})

test('every handshake is published with its outcome', async () => {
  for (const name of names) subscribe(name, listen)
  await securedPair()
  const [bare] = bareAndRaw()
  const aborted = AbortSignal.abort()
  await refusal(iscl(acceptorOptions()).upgrade(bare, 'acceptor', { signal: aborted }))

  const [accepted, requested, refused] = seen as [IsclSecuredMessage, IsclSecuredMessage, IsclRefusedMessage]
  expect([accepted.role, requested.role].sort()).toEqual(['acceptor', 'requestor'])
  expect(accepted.security).toMatchObject({ profile: 'iscl' })
  expect(refused).toMatchObject({ role: 'acceptor', error: { code: 'DCM_ISCL_CLOSED' } })
})

test('the audit says of a stranger what the wire does not', async () => {
  subscribe('dcm:security-iscl:refused', listen)
  await securedPair({ acceptor: { keys: keysFor('SOMEONE') } }).catch(() => undefined)

  const mine = (seen as IsclRefusedMessage[]).find(({ role }) => role === 'acceptor')
  expect(mine?.error.message).toBe(`no keys are accepted from "${REQUESTOR}" with key indexes 1 and 3`)
})
