import { readFile } from 'node:fs/promises'
import { createScp, type Scp, storage } from '@dcm/scp'
import { memoryTransport } from '@dcm/testkit'
import type { Transport } from '@dcm/transport'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fileStore } from '@dcm/storage'
import { router } from '../src/router.ts'
import { anyPort, portOf } from './address.ts'
import { run } from './program.ts'
import { sample } from './sample-files.ts'
import { TemporaryFolder } from './temporary-folder.ts'

let folder: TemporaryFolder
let transport: Transport
let archive: Scp
let gateway: Scp
let port = ''

beforeEach(async () => {
  folder = new TemporaryFolder()
  transport = memoryTransport()
  const store = await fileStore({ directory: folder.path })
  archive = createScp({ aeTitle: 'ARCHIVE', transport, services: [storage({ store })] })
  const to = await archive.listen({ host: 'archive', port: 104 })
  gateway = router({ to, transport, calledAeTitle: 'ARCHIVE' })
  port = portOf(await gateway.listen(anyPort))
})

afterEach(async () => {
  await gateway.close({ drainMs: 0 })
  await archive.close({ drainMs: 0 })
  folder[Symbol.dispose]()
})

const send = (...files: string[]) => run('storescu', '-v', '-aec', 'ROUTER', '127.0.0.1', port, ...files)

describe('the router', () => {
  it('passes objects on, by another transport, unchanged', async () => {
    const { code, output } = await send(sample('CT_small'), sample('qr_77654033_CT2_17106'))
    expect(code, output).toBe(0)
    const kept = await folder.objects()
    expect(kept).toHaveLength(2)
    const sent = await readFile(sample('CT_small'))
    const pixels = sent.subarray(20_000, 24_096)
    const contents = await Promise.all(kept.map((name) => readFile(folder.file(name))))
    expect(contents.some((content) => content.includes(pixels))).toBe(true)
  })

  it('tells the device that the archive is gone, and goes on', async () => {
    await archive.close({ drainMs: 0 })
    const { output } = await send(sample('CT_small'))
    expect(output).not.toContain('(Success)')
    expect((await run('echoscu', '127.0.0.1', port)).code).toBe(0)
  })

  it('tells the device what the archive would not keep', async () => {
    await archive.close({ drainMs: 0 })
    const full = { put: () => Promise.reject(new Error('no room')) }
    await using other = createScp({ aeTitle: 'ARCHIVE', transport, services: [storage({ store: full })] })
    await other.listen({ host: 'archive', port: 104 })
    const { output } = await send(sample('CT_small'))
    expect(output).not.toContain('(Success)')
  })
})
