import type { Scp } from '@dcm/scp'
import { associate } from '@dcm/scu'
import { iscl, type PacketTrace, readIsclKeyFile } from '@dcm/security-iscl'
import { type NetworkAddress, secured } from '@dcm/transport'
import { tcp } from '@dcm/transport-tcp'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isclScp } from '../src/iscl-scp.ts'
import { isclScu } from '../src/iscl-scu.ts'
import { anyPort, portOf } from './address.ts'
import { makeKeyFiles } from './key-files.ts'
import { run } from './program.ts'
import { sample } from './sample-files.ts'
import { TemporaryFolder } from './temporary-folder.ts'

let folder: TemporaryFolder
let scp: Scp
let address: NetworkAddress

beforeEach(async () => {
  folder = new TemporaryFolder()
  await makeKeyFiles([
    { path: folder.file('scp.json'), peer: 'CT1' },
    { path: folder.file('scu.json'), peer: 'ISCL_SCP' },
  ])
  scp = await isclScp(folder.file('scp.json'), folder.path)
  address = await scp.listen(anyPort)
})

afterEach(async () => {
  await scp.close()
  folder[Symbol.dispose]()
})

const files = [sample('CT_small'), sample('JPEG2000')]

describe('the ISCL SCP and its SCU', () => {
  it('pass files over a protected connection', async () => {
    expect(await isclScu(address, 'CT1', folder.file('scu.json'), files)).toEqual([0, 0])
    expect(await folder.objects()).toHaveLength(2)
  })

  it('part with an authenticated disconnection', async () => {
    const keys = await readIsclKeyFile(folder.file('scu.json'))
    const packets: string[] = []
    const onPacket = ({ direction, type }: PacketTrace) => {
      packets.push(`${direction} ${type}`)
    }
    const association = await associate({
      to: address,
      transport: secured(tcp(), { providers: [iscl({ identity: 'CT1', keys, onPacket })] }),
      callingAeTitle: 'CT1',
      calledAeTitle: 'ISCL_SCP',
      contexts: [{ abstractSyntax: '1.2.840.10008.1.1' }],
    })
    await association.release()
    await expect.poll(() => packets.slice(-2)).toEqual(['received DATA', 'sent DISC_RQ'])
  })

  it('do not know a wrong key from a stranger', async () => {
    await makeKeyFiles([{ path: folder.file('scu.json'), peer: 'ISCL_SCP' }])
    for (const identity of ['CT1', 'NOBODY']) {
      const sent = isclScu(address, identity, folder.file('scu.json'), files)
      await expect(sent).rejects.toMatchObject({ code: 'DCM_ISCL_AUTH_FAILED' })
    }
    expect(await folder.objects()).toEqual([])
  })

  it('let nobody call itself by the AE title of another', async () => {
    const keys = await readIsclKeyFile(folder.file('scu.json'))
    const association = associate({
      to: address,
      transport: secured(tcp(), { providers: [iscl({ identity: 'CT1', keys })] }),
      callingAeTitle: 'CT2',
      calledAeTitle: 'ISCL_SCP',
      contexts: [{ abstractSyntax: '1.2.840.10008.1.1' }],
    })
    await expect(association).rejects.toMatchObject({ code: 'DCM_REJECTED', source: 1, reason: 3 })
  })

  it('serve nobody in the clear (echoscu)', async () => {
    const { code } = await run('echoscu', '127.0.0.1', portOf(address))
    expect(code).not.toBe(0)
  })
})
