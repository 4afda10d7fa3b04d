import { settled } from '@dcm/testkit'
import { describe, expect, it } from 'vitest'
import { openDataSet } from '../src/sub-operations/opened-data-set.ts'
import type { DataSetToSend } from '../src/sub-operations/retrievable-instance.ts'
import { ctImageStorage, explicitVrLittleEndian, instances } from './retrieving.ts'

const context = {
  presentationContextId: 1,
  abstractSyntax: ctImageStorage,
  transferSyntax: explicitVrLittleEndian,
  roles: { requestor: { scu: false, scp: true }, acceptor: { scu: true, scp: false } },
}

async function opened(dataSet: DataSetToSend, openIn = explicitVrLittleEndian) {
  const [instance] = instances(1, { open: () => dataSet })
  if (!instance) throw new Error('no instance')
  return openDataSet(instance, { context, openIn }, () => undefined)
}

/** A batch after the other, as it is given, with a close that waits until it is told. */
function closing(batches: (readonly Uint8Array[] | Error)[]) {
  const gate = Promise.withResolvers<undefined>()
  const told: string[] = []
  const close = async (): Promise<void> => {
    told.push('closing')
    await gate.promise
    told.push('closed')
  }
  const next = (): Promise<readonly Uint8Array[] | undefined> => {
    const batch = batches.shift()
    return batch instanceof Error ? Promise.reject(batch) : Promise.resolve(batch)
  }
  const source = { read: next, [Symbol.asyncDispose]: close }
  const iteration = {
    [Symbol.asyncIterator]: () => ({
      next: async () => {
        const [value] = (await next()) ?? []
        return value ? { value } : { value, done: true as const }
      },
      return: async () => {
        await close()
        return { value: undefined, done: true as const }
      },
    }),
  }
  return { source, iteration, gate, told }
}

async function lengths(dataSet: DataSetToSend): Promise<number[]> {
  await using open = await opened(dataSet)
  const all: number[] = []
  for (let runs = await open.dataSet.read(); runs; runs = await open.dataSet.read()) {
    all.push(...runs.map(({ length }) => length))
    if (all.length > 10) throw new Error('it has no end')
  }
  return all
}

describe('a data set that is opened to be sent', () => {
  // PS3.8 E.1, PS3.5 A.5.
  it('has an even length: an odd one gets a NUL', async () => {
    const bytes = (...all: number[]) => all.map((length) => new Uint8Array(length))
    expect(await lengths(bytes(3, 2))).toEqual([3, 2, 1])
    expect(await lengths(bytes(3, 3))).toEqual([3, 3])
    expect(await lengths([])).toEqual([])
    const { source, gate } = closing([bytes(2, 1), bytes(2), bytes(4)])
    gate.resolve(undefined)
    expect(await lengths(source)).toEqual([2, 1, 2, 4, 1])
  })

  it.each(['source', 'iteration'] as const)(
    'is closed before whoever disposed of it goes on: %s',
    async (kind) => {
      const { told, gate, ...given } = closing([[Buffer.from('data')]])
      const open = await opened(given[kind])
      const disposed = open[Symbol.asyncDispose]().then(() => told.push('disposed'))
      await settled()
      expect(told).toEqual(['closing'])
      gate.resolve(undefined)
      await disposed
      expect(told).toEqual(['closing', 'closed', 'disposed'])
    },
  )

  it.each(['source', 'iteration'] as const)('is closed before its failure is told: %s', async (kind) => {
    const broken = new Error('the disk is gone')
    const { told, gate, ...given } = closing([broken])
    const failed = opened(given[kind]).catch((error: unknown) => {
      told.push('failed')
      return error
    })
    await settled()
    expect(told).toEqual(['closing'])
    gate.resolve(undefined)
    expect(await failed).toBe(broken)
    expect(told).toEqual(['closing', 'closed', 'failed'])
  })
})
