import { fileStore } from '@dcm/storage'
import { describe, expect, it } from 'vitest'
import { dataSetOf, incoming } from './incoming.ts'
import { temporaryFolder } from './temporary-folder.ts'

const folder = temporaryFolder()

// What a compiler would say, where there is one.
describe('from JavaScript', () => {
  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['a path in place of options', '/data'],
    ['no directory', {}],
    ['an empty directory, which would be the current one', { directory: '' }],
    ['a URL', { directory: new URL('file:///data') }],
    ['a number for a UID', { directory: '/data', implementationClassUid: 1.2 }],
    ['a durability that is none', { directory: '/data', durability: 'none' }],
  ])('a store does not open with %s', async (_what, options) => {
    await expect(fileStore(options as never)).rejects.toMatchObject({
      name: 'UsageError',
      code: 'DCM_OPTION',
    })
  })

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['an object without a data set', { ...incoming([[dataSetOf('1.2')]]), dataSet: undefined }],
    ['the bytes themselves', { ...incoming([[dataSetOf('1.2')]]), dataSet: dataSetOf('1.2') }],
  ])('a store does not take %s', async (_what, object) => {
    await using store = await fileStore({ directory: folder.path })
    await expect(store.put(object as never)).rejects.toMatchObject({
      name: 'UsageError',
      code: 'DCM_DATA_SET_TYPE',
    })
  })
})
