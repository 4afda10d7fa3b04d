import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { encodeDataSet, encodeFileMeta } from '@dcm/dataset'
import { objects } from './dcm.ts'
import { temporaryFolder } from './folder.ts'
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
  ['MR_truncated.dcm', 'cannot be understood: the data set ends inside an element'],
  ['nothing.dcm', 'is not there; check the path.'],
])('says of %s what is wrong', async (name, why) => {
  const { code, stderr } = await runHere('dump', sample(name))
  expect(stderr).toContain(why)
  expect(code).toBe(8)
})
