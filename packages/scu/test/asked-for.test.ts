import { describe, expect, it } from 'vitest'
import { AskedFor } from '@dcm/scu'
import { dataSet, identifier } from './data-set.ts'
import { implicit as transferSyntaxUid } from './served.ts'

const studyInstanceUid = 0x0020000d
const sopInstanceUid = 0x00080018

function askedFor(keys: Readonly<Record<number, string>>): AskedFor {
  return new AskedFor(identifier(keys))
}

/** An instance of this study, in two batches. */
function instance(uid: string, study: string) {
  const batches = [[dataSet({ [studyInstanceUid]: study })], [new Uint8Array(8)]]
  return { sopInstanceUid: uid, transferSyntaxUid, dataSet: { read: () => Promise.resolve(batches.shift()) } }
}

describe('what a C-MOVE asked for', () => {
  it('is given back with all of its data set', async () => {
    const asked = await askedFor({ [studyInstanceUid]: '1.2.3' }).filter(instance('1.2.3.4', '1.2.3'))
    expect(asked).toMatchObject({ sopInstanceUid: '1.2.3.4', transferSyntaxUid })
    expect(await asked?.dataSet.read()).toEqual([dataSet({ [studyInstanceUid]: '1.2.3' })])
    expect(await asked?.dataSet.read()).toEqual([new Uint8Array(8)])
    expect(await asked?.dataSet.read()).toBeUndefined()
  })

  it('is no instance of another study, or with another UID', async () => {
    expect(await askedFor({ [studyInstanceUid]: '1.2.3' }).filter(instance('1.2.3.4', '9.9'))).toBeUndefined()
    expect(
      await askedFor({ [sopInstanceUid]: '1.2.3.5' }).filter(instance('1.2.3.4', '1.2.3')),
    ).toBeUndefined()
  })

  // PS3.4 Y: what frames are retrieved as has a UID of its own.
  it('may have any UID where frames of it were asked for', async () => {
    const asked = askedFor({ [sopInstanceUid]: '1.2.3.5', 0x00081160: '1' })
    expect(await asked.filter(instance('1.2.3.4', '1.2.3'))).toBeDefined()
  })

  it('may have no data set, and hands back what was read of one that it has', async () => {
    const recycled: unknown[] = []
    const none = { read: () => Promise.resolve(undefined), recycle: (runs: unknown) => recycled.push(runs) }
    const arriving = { ...instance('1.2.3.4', '1.2.3'), dataSet: none }
    const asked = await askedFor({ [studyInstanceUid]: '1.2.3' }).filter(arriving)
    expect(await asked?.dataSet.read()).toBeUndefined()
    const runs = [new Uint8Array(2)]
    asked?.dataSet.recycle?.(runs)
    expect(recycled).toEqual([runs])
  })

  it('may be anything where no UIDs say more', async () => {
    expect(await askedFor({}).filter(instance('1.2.3.4', '1.2.3'))).toBeDefined()
  })
})
