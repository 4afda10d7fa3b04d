import { describe, expect, it } from 'vitest'
import { LocalDisks } from '../src/instances/local-disks.ts'

describe('the disks of this computer', () => {
  it('are not what the kernel makes up, and what cannot be asked for', async () => {
    const disks = new LocalDisks()
    expect(await disks.have('/proc/self/stat', 1)).toBe(false)
    expect(await disks.have('/nowhere/at/all', 2)).toBe(false)
  })

  it('are asked for once', async () => {
    const disks = new LocalDisks()
    expect(disks.have('/nowhere/at/all', 1)).toBe(disks.have('/proc/self/stat', 1))
    await disks.have('/nowhere/at/all', 1)
  })
})
