import { fileURLToPath } from 'node:url'
import { OperationCancelledError } from '@dcm/dimse'
import { expect, it } from 'vitest'
import { conversation } from './conversation.ts'
import { dcmtk } from './dcmtk.ts'
import { getService } from './retrieving.ts'
import { sampleInstances } from './sample-instances.ts'

// DCMTK's getscu cannot cancel, and neither gdcmscu nor Debian's Orthanc has a C-GET. odil sends what it is told to.

const script = fileURLToPath(new URL('odil_get.py', import.meta.url))

/** A C-GET of these that odil cancels while it stores the nth, or never. */
async function gotten(
  yielded: Parameters<typeof getService>[0],
  cancelAt: number,
): Promise<Record<'status' | 'stored' | 'completed' | 'remaining' | 'failed', number>> {
  await using scp = await conversation({ services: [getService(yielded)] })
  // Debian's Python is the one that has its odil.
  const { code, output } = await dcmtk('/usr/bin/python3', '-B', script, String(scp.port), String(cancelAt))
  expect(code, output).toBe(0)
  return JSON.parse(output) as Awaited<ReturnType<typeof gotten>>
}

it('odil gets all', async () => {
  const instances = await sampleInstances(/^qr_.*CT.*\.dcm$/)
  const { length } = instances
  expect(await gotten(() => instances, -1)).toEqual({
    status: 0x0000,
    stored: length,
    completed: length,
    remaining: 0,
    failed: 0,
  })
})

it('odil cancels: what is under way ends, and nothing new begins', async () => {
  const instances = await sampleInstances(/^qr_.*CT.*\.dcm$/)
  const signals: AbortSignal[] = []
  const yielded: Parameters<typeof getService>[0] = ({ signal }) => {
    signals.push(signal)
    return instances
  }
  expect(await gotten(yielded, 2)).toEqual({
    status: 0xfe00,
    stored: 2,
    completed: 2,
    remaining: instances.length - 2,
    failed: 0,
  })
  expect(signals[0]?.reason).toBeInstanceOf(OperationCancelledError)
})
