import { copyFile, readFile, stat, truncate, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { encodeDataSet, encodeFileMeta, identifier } from '@dcm/dataset'
import { objects } from './dcm.ts'
import { temporaryFolder } from './folder.ts'
import { ran } from './program.ts'
import { runHere } from './run-here.ts'
import { sample } from './samples.ts'

it('shows meta, values of every language, and long ones by where they are', async () => {
  const { code, stdout } = await runHere('dump', sample('chrH31.dcm'))
  expect(stdout).toMatch(/^\(0002,0001\) OB FileMetaInformationVersion +00 01\n/)
  expect(stdout).toMatch(/\n\(0010,0010\) PN PatientName +Yamada\^Tarou=山田\^太郎=やまだ\^たろう\n/)
  expect(code).toBe(0)
  expect((await runHere('dump', sample('JPEG2000.dcm'))).stdout).toMatch(
    /\(7FE0,0010\) OB PixelData +encapsulated, at byte \d+\n$/,
  )
  expect((await runHere('dump', sample('CT_small.dcm'))).stdout).toMatch(
    /PixelData +32768 bytes, at byte \d+\n/,
  )
})

it.each(['taken@home.dcm', 'A@b:104'])('shows the file ./%s, which is no peer', async (name) => {
  await using folder = await temporaryFolder()
  await copyFile(sample('CT_small.dcm'), join(folder.path, name))
  // As `./NAME` is where it stands.
  const { code, stderr } = await runHere('dump', join(folder.path, name))
  expect(stderr).toBe('')
  expect(code).toBe(0)
})

it('indents sequences', async () => {
  const { stdout } = await runHere('dump', sample('rtplan.dcm'))
  expect(stdout).toMatch(/\(300A,0010\) SQ DoseReferenceSequence +2 items\n {2}item 1\n {4}\(300A,0012\) IS /)
})

it('is the DICOM JSON model for programs', async () => {
  expect(objects(await runHere('dump', sample('CT_small.dcm'), '--json'))).toMatchObject([
    {
      type: 'file',
      fileMeta: { '00020010': { vr: 'UI', Value: ['1.2.840.10008.1.2.1'] } },
      dataSet: {
        '00080060': { vr: 'CS', Value: ['CT'] },
        '7FE00010': { BulkDataURI: expect.stringMatching(/^file:.*#offset=\d+&length=32768$/) as string },
      },
    },
  ])
})

it('lets no file write on the terminal', async () => {
  await using folder = await temporaryFolder()
  const path = join(folder.path, 'x.dcm')
  const transferSyntaxUid = '1.2.840.10008.1.2.1'
  const meta = encodeFileMeta({
    mediaStorageSopClassUid: '1.2.840.10008.5.1.4.1.1.7',
    mediaStorageSopInstanceUid: '2.25.1',
    transferSyntaxUid,
    implementationClassUid: '2.25.2',
  })
  const dataSet = encodeDataSet(
    { '00104000': { vr: 'LT', Value: ['\u001b]0;title\u0007'] } },
    { transferSyntaxUid },
  )
  await writeFile(path, Buffer.concat([meta, dataSet]))
  const { stdout } = await runHere('dump', path)
  expect(stdout).toContain('\\u{1b}]0;title\\u{7}')
  expect(stdout).not.toContain('\u001b')
})

it.each([
  ['README.md', 'is no DICOM Part 10 file: it has no DICM prefix'],
  ['nothing.dcm', 'is not there; check the path.'],
])('says of %s what is wrong', async (name, why) => {
  const { code, stderr } = await runHere('dump', sample(name))
  expect(stderr).toContain(why)
  expect(code).toBe(8)
})

it('says of a word that is neither a file nor a peer both', async () => {
  const { code, stderr } = await runHere('dump', 'nothing')
  expect(stderr).toBe('dcm: There is no file and no peer "nothing"; check the path, or write AE@host:port.\n')
  expect(code).toBe(2)
})

it('prints what can be read of a file that is cut, and says where it ends', async () => {
  const { code, stdout, stderr } = await runHere('dump', sample('MR_truncated.dcm'))
  expect(stdout).toMatch(/\(0010,0010\) PN PatientName +CompressedSamples\^MR1\n/)
  const { size } = await stat(sample('MR_truncated.dcm'))
  expect(stderr).toMatch(
    new RegExp(`^dcm: .* is cut: it ends at byte ${String(size)}, inside an element; get it again.\n$`),
  )
  expect(code).toBe(8)
  const told = objects(await runHere('dump', sample('MR_truncated.dcm'), '--json'))
  expect(told).toMatchObject([
    { type: 'file', dataSet: { '00100010': {} }, fault: { code: 'DCM_FILE_CUT' } },
    { type: 'error', code: 'DCM_FILE_CUT', exitCode: 8 },
  ])
})

it('says at which byte of the file it stops making sense', async () => {
  await using folder = await temporaryFolder()
  const path = join(folder.path, 'x.dcm')
  const whole = await readFile(sample('CT_small.dcm'))
  const at = whole.indexOf(Buffer.from([0x10, 0x00, 0x20, 0x00]))
  whole.write('??', at + 4)
  await writeFile(path, whole)
  const { code, stdout, stderr } = await runHere('dump', path)
  expect(stdout).toMatch(/PatientName .*\n$/)
  expect(stderr).toContain(`x.dcm cannot be understood from byte ${String(at)} on: the element (0010,0020)`)
  expect(code).toBe(8)
})

it('goes on after a file that is not there', async () => {
  const paths = [sample('nothing.dcm'), sample('CT_small.dcm')]
  const { code, stdout, stderr } = await runHere('dump', ...paths)
  expect(stderr).toMatch(
    /^✗ .*nothing.dcm is not there; check the path.\ndcm: 1 of 2 files could not be read/,
  )
  expect(stdout).toContain('PatientName')
  expect(code).toBe(8)
  expect(objects(await runHere('dump', ...paths, '--json')).map(({ type }) => type)).toEqual([
    'file',
    'file',
    'error',
  ])
})

it('dumps a file of 3 GB by its header', async () => {
  await using folder = await temporaryFolder()
  const path = join(folder.path, 'x.dcm')
  const whole = await readFile(sample('CT_small.dcm'))
  const pixelData = whole.indexOf(Buffer.from([0xe0, 0x7f, 0x10, 0x00]))
  whole.writeUInt32LE(3_000_000_000, pixelData + 8)
  await writeFile(path, whole.subarray(0, pixelData + 12))
  await truncate(path, pixelData + 12 + 3_000_000_000)
  const { code, stdout } = await runHere('dump', path)
  expect(stdout).toMatch(new RegExp(`PixelData +3000000000 bytes, at byte ${String(pixelData + 12)}\n$`))
  expect(code).toBe(0)
  await truncate(path, 3_000_000_000)
  expect((await runHere('dump', path)).stderr).toContain(
    'is cut: it ends at byte 3000000000, inside an element',
  )
})

it('inflates more than it could hold', async () => {
  await using folder = await temporaryFolder()
  const path = join(folder.path, 'x.dcm')
  const transferSyntaxUid = '1.2.840.10008.1.2.1.99'
  const meta = encodeFileMeta({
    mediaStorageSopClassUid: '1.2.840.10008.5.1.4.1.1.7',
    mediaStorageSopInstanceUid: '2.25.1',
    transferSyntaxUid,
    implementationClassUid: '2.25.2',
  })
  const json = identifier({ PatientID: '4711', PixelData: new Uint8Array(40_000_000) })
  await writeFile(path, Buffer.concat([meta, encodeDataSet(json, { transferSyntaxUid })]))
  const { code, stdout } = await runHere('dump', path)
  expect(stdout).toMatch(/PatientID +4711\n.*PixelData +40000000 bytes, at byte 24 of what it inflates to\n$/)
  expect(code).toBe(0)
})

it.each([
  ['a folder', () => dirname(sample('x')), 'is a folder; name files, such as '],
  [
    'what cannot be read twice',
    () => '/dev/null',
    'is no file that can be read at any place; copy it into one.',
  ],
  ['a name that is not UTF-8', () => '/tmp/x\ufffd.dcm', 'its name is not UTF-8; rename it.'],
])('says of %s what is wrong', async (_, path, sentence) => {
  const { code, stderr } = await runHere('dump', path())
  expect(stderr).toContain(sentence)
  expect(code).toBe(8)
})

it('does not wait for a pipe that nobody writes to', async () => {
  await using folder = await temporaryFolder()
  const pipe = join(folder.path, 'pipe')
  expect((await ran('mkfifo', pipe)).code).toBe(0)
  const { code, stderr } = await runHere('dump', pipe)
  expect(stderr).toBe(`dcm: ${pipe} is no file that can be read at any place; copy it into one.\n`)
  expect(code).toBe(8)
})
