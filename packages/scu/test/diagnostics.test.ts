import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { statuses } from '@dcm/dimse'
import { queryModels } from '@dcm/scu'
import { settled } from '@dcm/testkit'
import { expect, it, onTestFinished } from 'vitest'
import { answer, nextOperation, served, verification } from './served.ts'

/** What is published from now on, in order. */
function published(): unknown[] {
  const seen: unknown[] = []
  const onMessage = (message: unknown): void => {
    seen.push(message)
  }
  subscribe('dcm:scu:operation-ended', onMessage)
  onTestFinished(() => {
    unsubscribe('dcm:scu:operation-ended', onMessage)
  })
  return seen
}

const echo = { command: 'C-ECHO-RQ', abstractSyntax: verification }

it('publishes an operation with the status of its last response', async () => {
  const seen = published()
  const { scu, peer } = await served()
  const echoed = scu.echo()
  await answer(await nextOperation(peer), { status: statuses.SopClassNotSupported })
  await echoed
  expect(seen).toEqual([{ associationId: scu.association.id, ...echo, status: 0x0122 }])
})

it('publishes one that was cancelled with what the peer said to that, and what its caller got', async () => {
  const seen = published()
  const abstractSyntax = queryModels.studyRoot.find
  const { scu, peer } = await served({ contexts: [{ abstractSyntax }] })
  const enough = new AbortController()
  const found = scu.find(queryModels.studyRoot, { PatientName: 'PATIENT^A' }, { signal: enough.signal })
  const final = found.final().catch((error: unknown) => error)
  const operation = await nextOperation(peer)
  const reason = new Error('enough')
  enough.abort(reason)
  await final
  await answer(operation, { status: statuses.Cancel })
  await settled()
  expect(seen).toEqual([
    {
      associationId: scu.association.id,
      command: 'C-FIND-RQ',
      abstractSyntax,
      status: 0xfe00,
      error: reason,
    },
  ])
})

it('publishes one that has no last response with why', async () => {
  const seen = published()
  const { scu, peer } = await served()
  const echoed = scu.echo()
  await nextOperation(peer)
  peer.abort()
  await expect(echoed).rejects.toThrow()
  expect(seen).toMatchObject([{ ...echo, error: { code: 'DCM_ABORTED_BY_PEER' } }])
  expect(seen[0]).not.toHaveProperty('status')
})

it('publishes one that was never sent', async () => {
  const seen = published()
  const { scu, peer } = await served()
  const first = scu.echo()
  const operation = await nextOperation(peer)
  const reason = new Error('gave up in the queue')
  await expect(scu.echo({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
  expect(seen).toEqual([{ associationId: scu.association.id, ...echo, error: reason }])
  await answer(operation, { status: statuses.Success })
  await first
})
