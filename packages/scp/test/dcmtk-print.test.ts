import { open } from 'node:fs/promises'
import { elementOf, itemsOf, keywordValues, readPart10File } from '@dcm/dataset'
import { statuses } from '@dcm/dimse'
import { describe, expect, it } from 'vitest'
import { conversation } from './conversation.ts'
import { printJob } from './print-job.ts'
import { Printer } from './printer.ts'
import { samplePaths } from './sample-instances.ts'

/** A printer, and a film of one image that DCMTK's spooler brings there. */
async function spooling() {
  const printer = new Printer()
  const scp = await conversation({ services: [printer.service] })
  const [image = ''] = await samplePaths(/^CT_small\.dcm$/)
  const job = await printJob(image, scp.port)
  return {
    printer,
    job,
    log: scp.log,
    [Symbol.asyncDispose]: async () => {
      await job[Symbol.asyncDispose]()
      await scp[Symbol.asyncDispose]()
    },
  }
}

describe('dcmprscu', () => {
  it('prints a film', async () => {
    await using spooler = await spooling()
    const { code, output } = await spooler.job.print('--copies', '2', '--medium-type', 'BLUE FILM')
    expect(code, output).toBe(0)
    const { asked, films, instances } = spooler.printer
    expect(asked.map(([what]) => what)).toEqual([
      'N-GET Printer',
      'N-CREATE PresentationLUT',
      'N-CREATE BasicFilmSession',
      'N-CREATE BasicFilmBox',
      'N-SET BasicGrayscaleImageBox',
      'N-ACTION BasicFilmBox',
      'N-DELETE BasicFilmBox',
      'N-DELETE BasicFilmSession',
      'N-DELETE PresentationLUT',
    ])
    const attributes = asked.map(([, dataSet]) => dataSet)
    expect(keywordValues(attributes[1] ?? {})).toEqual({ PresentationLUTShape: 'IDENTITY' })
    expect(keywordValues(attributes[2] ?? {})).toMatchObject({ NumberOfCopies: 2, MediumType: 'BLUE FILM' })
    expect(keywordValues(attributes[3] ?? {})).toMatchObject({ ImageDisplayFormat: 'STANDARD\\1,1' })
    const [sent] = itemsOf(films[0]?.[0] ?? {}, 'BasicGrayscaleImageSequence')
    await using file = await open(spooler.job.image)
    const { dataSet: rendered } = await readPart10File(file)
    for (const keyword of ['Rows', 'Columns', 'BitsAllocated', 'BitsStored', 'PixelData']) {
      expect(elementOf(sent ?? {}, keyword), keyword).toEqual(elementOf(rendered, keyword))
    }
    expect(films).toHaveLength(1)
    // The image box is the film box's, and nobody deletes it alone.
    expect(instances.size).toBe(1)
  })

  it('prints the session instead of the film', async () => {
    await using spooler = await spooling()
    const { code, output } = await spooler.job.print('--session-print')
    expect(code, output).toBe(0)
    expect(spooler.printer.asked.map(([what]) => what)).toContain('N-ACTION BasicFilmSession')
    expect(spooler.printer.films).toHaveLength(1)
  })

  it.each([
    // PS3.4 Table H.4-10
    [0xb603, 'Basic film box warning - Empty page'],
    [0xc602, 'Basic film box failure - Print queue full'],
    [statuses.ProcessingFailure, 'Processing failure'],
  ] as const)('is told by status %i how printing went', async (status, words) => {
    await using spooler = await spooling()
    spooler.printer.outcome = status
    const { output } = await spooler.job.print()
    expect(output).toContain(`: ${words}\n`)
    expect(output.includes('unable to print')).toBe(status >= 0xc000 || status === statuses.ProcessingFailure)
    expect(spooler.printer.films).toEqual([])
  })
})
