import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { transferSyntaxes, uidOf } from '@dcm/pdu'
import { queryModels } from '@dcm/scu'
import { contextsToRetrieve } from '../src/retrieving/contexts-to-retrieve.ts'
import { archiveOfFiles } from './archive-of-files.ts'
import { dcm, objects } from './dcm.ts'
import { dicomFilesIn, temporaryFolder } from './folder.ts'
import { runHere } from './run-here.ts'
import { sample } from './samples.ts'

const model = queryModels.studyRoot
const [ct, us] = [uidOf('CTImageStorage'), uidOf('UltrasoundMultiFrameImageStorage')]

/** What is compressed as it usually is: two MR objects in two ways. */
const usual = [
  'MR_small_jp2klossless.dcm',
  'MR_small_jpeg_ls_lossless.dcm',
  'SC_rgb_jpeg_dcmtk.dcm',
  'SC_rgb_small_odd.dcm',
  'encapsulated_pdf.dcm',
].map(sample)
const rare = ['MR_small_RLE.dcm', 'SC_rgb_rle_2frame.dcm', 'JPEG2000.dcm'].map(sample)

describe('the contexts of a retrieval', () => {
  it('are 128 at most, uncompressed for every SOP class, and compressions of their own for the commonest', () => {
    const contexts = contextsToRetrieve(model)
    expect(contexts).toHaveLength(128)
    const ofCt = contexts.filter(({ abstractSyntax }) => abstractSyntax === ct)
    expect(ofCt.map((context) => context.transferSyntaxes?.[0])).toEqual(
      ['ExplicitVRLittleEndian', 'JPEG2000Lossless', 'JPEGLosslessSV1', 'JPEGLSLossless'].map(uidOf as never),
    )
    expect(ofCt.every(({ roles }) => roles?.scp === true && !roles.scu)).toBe(true)
  })

  it('hold every transfer syntax of PS3.5 that is kept as bytes, once for each SOP class', () => {
    const kept = transferSyntaxes().filter(
      ({ keyword, retired }) =>
        !/^(JPIP|SMPTE)/.test(keyword) && (!retired || keyword === 'ExplicitVRBigEndian'),
    )
    const proposed = contextsToRetrieve(model)
      .filter(({ abstractSyntax }) => abstractSyntax === us)
      .flatMap((context) => context.transferSyntaxes ?? [])
    expect(proposed.toSorted()).toEqual(kept.map(({ uid }) => uid).toSorted())
  })

  it('give each transfer syntax its own where few SOP classes are named', () => {
    const contexts = contextsToRetrieve(model, { sopClasses: [ct, '1.2.3'] })
    expect(
      contexts.slice(2).every((each) => each.transferSyntaxes?.length === 1 || each.abstractSyntax !== ct),
    ).toBe(true)
    expect(contexts.filter(({ abstractSyntax }) => abstractSyntax === '1.2.3').length).toBeGreaterThan(30)
    expect(contexts.length).toBeLessThan(128)
  })

  it('are those that were asked for, and no more than there is room for', () => {
    const transferSyntax = uidOf('JPEG2000Lossless')
    expect(
      contextsToRetrieve(model, { sopClasses: [ct], transferSyntaxes: [transferSyntax] }).slice(1),
    ).toEqual([{ abstractSyntax: ct, transferSyntaxes: [transferSyntax], roles: { scu: false, scp: true } }])
    const many = Array.from({ length: 128 }, (_, index) => `1.2.${String(index)}`)
    expect(() => contextsToRetrieve(model, { sopClasses: many })).toThrow('give fewer --sop-class')
    expect(() =>
      contextsToRetrieve(model, { sopClasses: many.slice(1), transferSyntaxes: [transferSyntax] }),
    ).not.toThrow()
  })
})

const ask = (to: string, ...options: string[]) => dcm('get', to, '-m', 'patient', 'PatientID=1', ...options)

it('keeps objects byte for byte as an archive has them, which converts nothing', async () => {
  await using archive = await archiveOfFiles(usual)
  await using folder = await temporaryFolder()
  const outcome = await ask(archive.to, '-o', folder.path, '--json')
  const told = objects(outcome)
  expect(told.at(-1)).toMatchObject({ type: 'result', completed: usual.length, failed: 0 })
  expect(outcome.code).toBe(0)
  const stored = told.filter(({ type }) => type === 'stored')
  expect(stored.map(({ transferSyntaxUid }) => transferSyntaxUid)).toEqual(
    [
      'JPEG2000Lossless',
      'JPEGLSLossless',
      'JPEGBaseline8Bit',
      'ExplicitVRLittleEndian',
      'ExplicitVRLittleEndian',
    ].map(uidOf as never),
  )
  const [kept, held] = [
    await readFile(String(stored[2]?.location)),
    await readFile(sample('SC_rgb_jpeg_dcmtk.dcm')),
  ]
  const bytes = Number(stored[2]?.bytes)
  expect(bytes).toBeGreaterThan(3_000)
  expect(kept.subarray(-bytes).equals(held.subarray(-bytes))).toBe(true)
})

it('keeps rare ones too when their SOP classes are named', async () => {
  await using archive = await archiveOfFiles([...usual.slice(0, 3), ...rare])
  await using folder = await temporaryFolder()
  const unnamed = await ask(archive.to, '-o', folder.path)
  expect(unnamed.stdout).toBe('✗ 3 objects retrieved, 3 failed\n')
  expect(unnamed.stderr).toContain('--sop-class')
  expect(unnamed.code).toBe(1)
  const classes = ['MRImageStorage', 'SecondaryCaptureImageStorage']
  const { code, stdout } = await ask(
    archive.to,
    ...classes.flatMap((name) => ['--sop-class', name]),
    '-o',
    folder.path,
  )
  expect({ code, stdout }).toEqual({ code: 0, stdout: '✓ 6 objects retrieved\n' })
})

it.each([
  ['all', ['CT_small.dcm'], '✗ 0 objects retrieved, 1 failed\n'],
  ['some', ['CT_small.dcm', 'encapsulated_pdf.dcm'], '✗ 1 object retrieved, 1 failed\n'],
])('says why %s could not be kept here, and does not blame the peer', async (_, names, stdout) => {
  await using archive = await archiveOfFiles(names.map(sample))
  await using folder = await temporaryFolder()
  const inTheWay = join(folder.path, '1.3.6.1.4.1.5962.1.2.1.20040119072730.12322')
  await writeFile(inTheWay, '')
  const outcome = await ask(archive.to, '-o', folder.path)
  expect(outcome.stdout).toBe(stdout)
  expect(outcome.stderr).toContain(inTheWay)
  expect(outcome.stderr).not.toMatch(/--sop-class|answered/)
  expect(outcome.code).toBe(8)
})

it.each([
  ['and nothing else', ['CT_small.dcm', 'MR_small_jp2klossless.dcm', 'encapsulated_pdf.dcm'], false],
  ['besides what was not proposed', ['CT_small.dcm', 'JPEG2000.dcm', 'encapsulated_pdf.dcm'], true],
])('says what it refused as not asked for, %s', async (_, names, wantsOthers) => {
  await using archive = await archiveOfFiles(names.map(sample))
  await using folder = await temporaryFolder()
  const study = 'StudyInstanceUID=1.3.6.1.4.1.5962.1.2.1.20040119072730.12322'
  const outcome = await ask(archive.to, '-l', 'study', study, '-o', folder.path)
  expect(outcome.stdout).toBe('✗ 1 object retrieved, 2 failed\n')
  const ours = wantsOthers ? '1 object' : '2 objects'
  expect(outcome.stderr).toContain(
    `${ours} of ${archive.to} refused here: not asked for (0124H); ask who runs it.\n`,
  )
  expect(outcome.stderr.includes('--sop-class')).toBe(wantsOthers)
  expect(outcome.code).toBe(1)
})

it('takes what is named only', async () => {
  await using archive = await archiveOfFiles(usual)
  await using folder = await temporaryFolder()
  const { code, stdout } = await ask(archive.to, '--transfer-syntax', 'jpeg2000lossless', '-o', folder.path)
  expect(stdout).toBe('✗ 1 object retrieved, 4 failed\n')
  expect(code).toBe(1)
  expect(await dicomFilesIn(folder.path)).toHaveLength(1)
})

it.each([
  ['--sop-class', 'CTImage', 'takes a keyword such as CTImageStorage, or a UID, not "CTImage".'],
  ['--transfer-syntax', 'CTImageStorage', 'takes a keyword such as JPEG2000Lossless, or a UID'],
])('%s %s is a usage error', async (option, value, sentence) => {
  const { code, stderr } = await runHere('get', 'A@h:1', 'StudyInstanceUID=1', option, value)
  expect(stderr).toContain(sentence)
  expect(code).toBe(2)
})
