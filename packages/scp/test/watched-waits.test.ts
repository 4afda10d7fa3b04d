import type { DataSetStream } from '@dcm/dimse'
import { FakeClock } from '@dcm/testkit'
import { expect, it } from 'vitest'
import { WatchedHandler } from '../src/handler-watch.ts'
import { WatchedDataSet } from '../src/watched-waits.ts'

it('a watched data set says what the one below does, and hands back to it what was read', () => {
  const recycled: (readonly Uint8Array[])[] = []
  const dataSet = {
    complete: false,
    unread: true,
    recycle: (runs: readonly Uint8Array[]) => recycled.push(runs),
  }
  const fate = { overdue: () => undefined, abandoned: () => undefined }
  const handler = new WatchedHandler(new FakeClock(), fate, [])
  const watched = new WatchedDataSet(dataSet as unknown as DataSetStream, handler)
  expect([watched.complete, watched.unread]).toEqual([false, true])
  Object.assign(dataSet, { complete: true, unread: false })
  expect([watched.complete, watched.unread]).toEqual([true, false])
  const runs = [new Uint8Array(2)]
  watched.recycle(runs)
  expect(recycled).toEqual([runs])
})
