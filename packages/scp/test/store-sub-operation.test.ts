import { type CommandOf, responseTo, statuses, type StatusOf } from '@dcm/dimse'
import { expect, it } from 'vitest'
import { storeSubOperation, type StoreTarget } from '../src/sub-operations/store-sub-operation.ts'
import { ctImageStorage, explicitVrLittleEndian, instances } from './retrieving.ts'

const context = {
  presentationContextId: 1,
  abstractSyntax: ctImageStorage,
  transferSyntax: explicitVrLittleEndian,
  roles: { requestor: { scu: false, scp: true }, acceptor: { scu: true, scp: false } },
}

function store(
  next: Awaited<ReturnType<StoreTarget['invoke']>>['next'],
  contexts: StoreTarget['contexts'] = [context],
) {
  const [instance] = instances(1)
  if (!instance) throw new Error('no instance')
  return storeSubOperation(instance, {
    contexts,
    invoke: () => Promise.resolve({ next }),
    progress: () => undefined,
    unwanted: new AbortController().signal,
    fields: { priority: 'medium' },
  })
}

const request: CommandOf<'C-STORE-RQ'> = {
  type: 'C-STORE-RQ',
  messageId: 1,
  affectedSopClassUid: ctImageStorage,
  affectedSopInstanceUid: '2.25.1',
  priority: 'medium',
  hasDataSet: true,
}

/** A peer that answers so. */
const answering = (status: StatusOf<'C-STORE'>) => () =>
  Promise.resolve({ command: responseTo(request, { status }), dataSet: undefined, faults: [] })

it.each([
  [statuses.Success, 'completed'],
  [statuses.CoercionOfDataElements, 'warning'],
] as const)('ends as the peer says: %s', async (status, outcome) => {
  expect(await store(answering(status))).toBe(outcome)
})

it.each([
  ['a C-STORE was answered with failure A700H', answering(statuses.RefusedOutOfResources), [context]],
  ['a C-STORE was answered with failure 0110H', () => Promise.resolve(undefined), [context]],
  [
    `no accepted presentation context for ${ctImageStorage} in ${explicitVrLittleEndian}`,
    () => expect.unreachable('sent'),
    [],
  ],
] as const)('fails, and says why: %s', async (message, next, contexts) => {
  await expect(store(next, contexts)).rejects.toMatchObject({
    code: 'DCM_SUB_OPERATION_FAILED',
    message: expect.stringContaining(message) as string,
  })
})
