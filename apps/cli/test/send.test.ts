import { existsSync } from 'node:fs'
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { dcm, dcmCommand, objects, startDcm } from './dcm.ts'
import { dicomFilesIn, temporaryFolder } from './folder.ts'
import { freePort } from '@dcm/testkit'
import { ran } from './program.ts'
import { queryable, sample } from './samples.ts'
import { startStorescp } from './storescp.ts'

it('sends files and a folder, and sums up', async () => {
  await using store = await startStorescp('+xa')
  await using folder = await temporaryFolder()
  await mkdir(join(folder.path, 'below'))
  await copyFile(sample('JPEG2000.dcm'), join(folder.path, 'below', 'a'))
  await writeFile(join(folder.path, 'README'), 'not DICOM')
  const { code, stdout, stderr } = await dcm('send', store.address, ...queryable, folder.path)
  expect(stderr).toBe('')
  expect(stdout.split('\n').map((line) => line.replaceAll(/ {2,}/g, ' | '))).toEqual([
    'SOP class | stored | not DICOM | size',
    expect.stringMatching(/^– \| 1 \| /) as string,
    expect.stringMatching(/^Computed Radiography Image Storage \| 3 \| /) as string,
    expect.stringMatching(/^CT Image Storage \| 2 \| /) as string,
    expect.stringMatching(/^Secondary Capture Image Storage \| 1 \| /) as string,
    expect.stringMatching(/^✓ STORE@127\.0\.0\.1:\d+ has 6 of 7 files \| .* in .*\/s$/) as string,
    '',
  ])
  expect(code).toBe(0)
  expect(await dicomFilesIn(store.folder)).toHaveLength(6)
})

it('takes a list from standard input, and tells programs of each file', async () => {
  await using store = await startStorescp()
  await using sending = startDcm(['send', store.address, '-', '--json'])
  sending.child.stdin.end(`${queryable.join('\n')}\n`)
  const outcome = await sending.ended
  const told = objects(outcome)
  expect(told.map(({ type }) => type)).toEqual(['planned', ...Array<string>(5).fill('result'), 'summary'])
  const results = told.filter(({ type }) => type === 'result')
  // The next file is opened while one is sent, so that neither has to be the first.
  expect(results.map(({ path }) => path).sort()).toEqual([...queryable].sort())
  for (const result of results) expect(result).toMatchObject({ outcome: 'stored', status: 0, attempts: 1 })
  expect(told.at(-1)).toMatchObject({ type: 'summary', files: 5, stored: 5 })
  expect(outcome.code).toBe(0)
})

it.each([
  ['an image', 'II*\0T\u0018\b\0'],
  ['a line longer than any path', 'x'.repeat(100_000)],
])('refuses %s as a list on standard input', async (_, text) => {
  await using sending = startDcm(['send', 'A@127.0.0.1:1', '-'])
  sending.child.stdin.end(text)
  const { code, stderr } = await sending.ended
  expect(stderr).toBe(
    'dcm: What is on standard input is no list of paths; write one a line, or name the file itself.\n',
  )
  expect(code).toBe(8)
})

it('does not wait for the rest of a list on Ctrl-C', async () => {
  await using folder = await temporaryFolder()
  const journal = join(folder.path, 'journal')
  await using sending = startDcm(['send', 'A@127.0.0.1:1', '-', '--resume', journal])
  // The journal is there once the list is read.
  while (!existsSync(journal)) await setImmediate()
  sending.child.kill('SIGINT')
  const { code, stderr } = await sending.ended
  expect(stderr).toBe('dcm: Stopped by Ctrl-C; what was done until then is done.\n')
  expect(code).toBe(130)
})

it('does not send again what the journal has', async () => {
  await using store = await startStorescp()
  await using folder = await temporaryFolder()
  const journal = join(folder.path, 'journal')
  expect((await dcm('send', store.address, ...queryable.slice(0, 2), '--resume', journal)).code).toBe(0)
  const { code, stdout } = await dcm('send', store.address, ...queryable, '--resume', journal)
  expect(stdout).toMatch(/stored {2}before/)
  expect(stdout).toContain('has 5 of 5 files')
  expect(code).toBe(0)
  expect((await readFile(journal, 'utf8')).split('\n').filter(Boolean)).toHaveLength(5)
})

it('says that nobody listens, having tried again', async () => {
  const port = await freePort()
  const address = `A@127.0.0.1:${String(port)}`
  const { code, stdout, stderr } = await dcm('send', address, ...queryable, '--attempts', '1')
  expect(stdout).toContain('has 0 of 5 files')
  expect(stderr).toBe(
    `dcm: ${address} refused the connection; nobody listens there: check the port, and whether it runs.\n`,
  )
  expect(code).toBe(3)
})

it('gives up on who rejects', async () => {
  await using store = await startStorescp('--refuse')
  const { code, stderr } = await dcm('send', store.address, ...queryable.slice(0, 1), '--attempts', '1')
  expect(stderr).toContain('rejected the association')
  expect(code).toBe(5)
})

it('tells who aborts in the middle', async () => {
  await using store = await startStorescp('--abort-during')
  const { code, stderr } = await dcm('send', store.address, ...queryable.slice(0, 1), '--attempts', '1')
  expect(stderr).toMatch(/aborted the association|closed the connection/)
  expect(code).toBe(7)
})

it('tells a compressed file that the peer does not take', async () => {
  await using store = await startStorescp('+xi')
  const jpeg2000 = sample('JPEG2000.dcm')
  const { code, stdout, stderr } = await dcm('send', store.address, jpeg2000, '--attempts', '1')
  expect(stderr).toMatch(/ takes .* Image Storage not in JPEG 2000 .*, but in Implicit VR Little Endian/)
  expect(stderr).toContain(`✗ ${jpeg2000}: ${store.address} takes `)
  expect(stdout).toContain('not accepted')
  expect(code).toBe(6)
})

it.each([
  ['a path that is not there', '/nonexistent/x.dcm', 'dcm: /nonexistent/x.dcm is not there; check the path.'],
  ['a file that is no DICOM', sample('README.md'), 'README.md is no Part 10 file that can be sent'],
  ['a file that is cut', sample('MR_truncated.dcm'), 'MR_truncated.dcm is cut: its data set has 9296 bytes'],
])('says of %s what is wrong', async (_, path, sentence) => {
  await using store = await startStorescp()
  const { code, stderr } = await dcm('send', store.address, path)
  expect(stderr).toContain(sentence)
  expect(code).toBe(8)
})

it('says that an empty folder holds nothing to send, and nothing else', async () => {
  await using folder = await temporaryFolder()
  const { code, stdout, stderr } = await dcm('send', 'A@127.0.0.1:1', folder.path)
  expect(stdout).toBe('')
  expect(stderr).toBe('dcm: There are no files there; check the paths.\n')
  expect(code).toBe(8)
})

it('says that a folder without DICOM holds nothing to send', async () => {
  await using folder = await temporaryFolder()
  await writeFile(join(folder.path, 'notes.txt'), 'no DICOM')
  const { code, stdout, stderr } = await dcm('send', 'A@127.0.0.1:1', folder.path)
  expect(stdout).toContain('✗ A@127.0.0.1:1 has 0 of 1 file')
  expect(stderr).toBe('dcm: There are no DICOM files there; check the paths.\n')
  expect(code).toBe(8)
})

it('says that its journal has no room', async () => {
  await using store = await startStorescp()
  await using folder = await temporaryFolder()
  const files = Array.from({ length: 16 }, (_, index) => join(folder.path, `${String(index)}.dcm`))
  for (const file of files) await copyFile(sample('CT_small.dcm'), file)
  const journal = join(folder.path, 'ct.journal')
  // The limit is one block, which a few lines fill, as a full disk would.
  const line = [...dcmCommand, 'send', store.address, ...files, '--resume', journal]
  const { code, stderr } = await ran('sh', '-c', 'ulimit -f 1; exec "$0" "$@"', ...line)
  expect(stderr).toBe(
    `dcm: ${journal} is as large as a file may be; choose another place, or raise the limit (ulimit -f).\n`,
  )
  expect(code).toBe(8)
})
