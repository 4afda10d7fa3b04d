import { open, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openPart10 } from '@dcm/scu'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { OpenFile } from '../src/instances/open-file.ts'
import { identify, readIdentity } from '../src/instances/read-identity.ts'
import { bytesOf } from './data-set.ts'
import { Part10Folder } from './part10-folder.ts'

let folder: Part10Folder
beforeAll(async () => {
  folder = await Part10Folder.create()
})
afterAll(() => folder[Symbol.asyncDispose]())

describe('a Part 10 file', () => {
  it('is closed once, whoever closes it again', async () => {
    const path = await folder.add('once.dcm')
    const file = await openPart10(path)
    await file.close()
    // The descriptor's number is this one's now.
    await using other = await open(path)
    await file.close()
    await file[Symbol.asyncDispose]()
    await file.dataSet[Symbol.asyncDispose]()
    await expect(other.stat()).resolves.toMatchObject({ size: expect.any(Number) as number })
  })

  it('that is closed gives nothing of the file that is opened next', async () => {
    const path = await folder.add('closed.dcm', { filler: 3_000_000 })
    const file = await openPart10(path)
    await file.close()
    await using other = await open(path)
    const unreadable = {
      code: 'DCM_INSTANCE_UNREADABLE',
      message: `${path} cannot be read: it was closed`,
    }
    await expect(bytesOf(file.dataSet)).rejects.toMatchObject(unreadable)
    expect(other.fd).toBeGreaterThan(0)
  })

  it('is closed by who disposes of its data set, to whom that was handed on alone', async () => {
    const { dataSet } = await openPart10(await folder.add('alone.dcm', { filler: 3_000_000 }))
    expect(await dataSet.read()).toHaveLength(1)
    await dataSet[Symbol.asyncDispose]()
    await expect(bytesOf(dataSet)).rejects.toMatchObject({ code: 'DCM_INSTANCE_UNREADABLE' })
  })

  it('that became shorter since it was opened says so where it ends', async () => {
    const path = await folder.add('shorter.dcm', { filler: 3_000_000 })
    await using file = await openPart10(path)
    await truncate(path, 600_000)
    await expect(bytesOf(file.dataSet)).rejects.toMatchObject({
      code: 'DCM_INSTANCE_CHANGED',
      message: expect.stringMatching(/^the file ends at byte 600000; it had 30\d{5} bytes/) as string,
    })
  })

  it('is closed when it has said what it is, or that it is none', async () => {
    const close = vi.spyOn(OpenFile.prototype, 'close')
    try {
      await readIdentity(await folder.add('looked-at.dcm'))
      expect(close).toHaveBeenCalledTimes(1)
      const none = join(folder.path, 'none')
      await writeFile(none, 'no DICOM')
      await expect(readIdentity(none)).rejects.toMatchObject({ code: 'DCM_INSTANCE_NOT_PART10' })
      expect(close).toHaveBeenCalledTimes(2)
    } finally {
      close.mockRestore()
    }
  })

  it('whose meta is longer than its first read cannot be read once it is gone', async () => {
    const path = await folder.add('gone.dcm')
    const file = await OpenFile.open(path)
    await rm(path)
    await expect(identify(path, file, () => new Uint8Array(140))).rejects.toMatchObject({
      code: 'DCM_INSTANCE_UNREADABLE',
    })
    await file.close()
  })
})
