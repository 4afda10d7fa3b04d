import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { startDcm } from './dcm.ts'
import { temporaryFolder } from './folder.ts'
import { sample } from './samples.ts'
import { startStorescp } from './storescp.ts'

// To load is most of what a command does, and an import that was added shows nowhere else.

/** What a command line loads that is worth a name: our packages, and Node's own modules that take a millisecond and more. */
async function loadedBy(...line: readonly string[]): Promise<string[]> {
  await using folder = await temporaryFolder()
  const { code } = await startDcm(line, { NODE_V8_COVERAGE: folder.path }).ended
  expect(code).toBe(0)
  const [report = ''] = await readdir(folder.path)
  const { result } = JSON.parse(await readFile(join(folder.path, report), 'utf8')) as {
    readonly result: readonly { readonly url: string }[]
  }
  const names = result.map(({ url }) => /\/packages\/([^/]+)\//.exec(url)?.[1] ?? url)
  const costly = ['crypto', 'tls', 'zlib', 'readline', 'v8', 'worker_threads', 'perf_hooks']
  return [...new Set(names)].filter(
    (name) => costly.includes(name.replace('node:', '')) || !/[:/]/.test(name),
  )
}

describe('what is said of the commands', () => {
  it.each([
    ['--version'],
    ['--help'],
    ['send', '--help'],
    ['certs', '--help'],
    ['completion', 'bash'],
    ['completion', 'peers'],
  ])('is said without the packages: %s %s', async (...line) => {
    expect(await loadedBy(...line)).toEqual([])
  })
})

describe('a plain association', () => {
  const packages = ['association', 'dataset', 'dimse', 'pdu', 'scu', 'transport', 'transport-tcp']

  it('asks for an echo without what secures and inflates', async () => {
    await using storescp = await startStorescp()
    expect((await loadedBy('echo', storescp.address)).sort()).toEqual(packages)
  })

  it('takes a file without what secures and inflates', async () => {
    await using storescp = await startStorescp()
    expect((await loadedBy('send', storescp.address, sample('CT_small.dcm'))).sort()).toEqual(packages)
  })
})
