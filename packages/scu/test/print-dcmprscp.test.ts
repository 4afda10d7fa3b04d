import { open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type DicomJson, elementOf, itemsOf, readPart10File, textOf } from '@dcm/dataset'
import { uidOf } from '@dcm/dimse'
import { associate, type InstanceReference, type ScuAssociation } from '@dcm/scu'
import { tcp } from '@dcm/transport-tcp'
import { expect, it } from 'vitest'
import { startDcmprscp } from './dcmprscp.ts'
import type { PeerProgram } from './dcmtk.ts'

const printMeta = uidOf('BasicGrayscalePrintManagementMeta')
const presentationLut = uidOf('PresentationLUT')
/** The context that all SOP classes of the Meta SOP class travel on. */
const on = { abstractSyntax: printMeta }
/** PS3.4 H.4.6.1: the well-known instance. */
const printer = { sopClassUid: uidOf('Printer'), sopInstanceUid: uidOf('PrinterInstance') }
const filmSession = uidOf('BasicFilmSession')
const filmBox = uidOf('BasicFilmBox')

function connect(program: PeerProgram): Promise<ScuAssociation> {
  return associate({
    to: program.to,
    transport: tcp(),
    callingAeTitle: 'DCM',
    calledAeTitle: 'PRINTER',
    contexts: [{ abstractSyntax: printMeta }, { abstractSyntax: presentationLut }],
  })
}

/** An image of so many rows and columns, of which each pixel is another. */
function image(Rows: number, Columns: number) {
  return {
    SamplesPerPixel: 1,
    PhotometricInterpretation: 'MONOCHROME2',
    Rows,
    Columns,
    BitsAllocated: 8,
    BitsStored: 8,
    HighBit: 7,
    PixelRepresentation: 0,
    PixelData: Uint8Array.from({ length: Rows * Columns }, (_, index) => index),
  }
}

/** A session, and a film in it with room for two images. */
async function createFilm(association: ScuAssociation) {
  const attributes = { NumberOfCopies: 2, MediumType: 'BLUE FILM' }
  const created = await association.nCreate({ sopClassUid: filmSession, attributes }, on)
  expect(created.status).toBe(0)
  expect(textOf(created.dataSet?.json() ?? {}, 'MediumType')).toBe('BLUE FILM')
  const session = { sopClassUid: filmSession, sopInstanceUid: created.affectedSopInstanceUid ?? '' }
  const answer = await association.nCreate(
    {
      sopClassUid: filmBox,
      attributes: {
        ImageDisplayFormat: 'STANDARD\\2,1',
        ReferencedFilmSessionSequence: [
          { ReferencedSOPClassUID: filmSession, ReferencedSOPInstanceUID: session.sopInstanceUid },
        ],
      },
    },
    on,
  )
  expect(answer.status).toBe(0)
  const film = { sopClassUid: filmBox, sopInstanceUid: answer.affectedSopInstanceUid ?? '' }
  const boxes = itemsOf(answer.dataSet?.json() ?? {}, 'ReferencedImageBoxSequence')
  return { session, film, boxes: boxes.map(referenced) }
}

function referenced(item: DicomJson): InstanceReference {
  return {
    sopClassUid: textOf(item, 'ReferencedSOPClassUID') ?? '',
    sopInstanceUid: textOf(item, 'ReferencedSOPInstanceUID') ?? '',
  }
}

async function imagesIn(folder: string): Promise<DicomJson[]> {
  const names = (await readdir(folder)).filter((name) => name.startsWith('HG_'))
  return Promise.all(
    names.map(async (name) => {
      await using file = await open(join(folder, name))
      return (await readPart10File(file)).dataSet
    }),
  )
}

it('asks dcmprscp how it is, wholly and by attribute', async () => {
  await using program = await startDcmprscp()
  await using association = await connect(program)
  const all = await association.nGet(printer, on)
  expect(all).toMatchObject({ type: 'N-GET-RSP', status: 0 })
  expect(all.dataSet?.json()).toEqual({
    '21100010': { vr: 'CS', Value: ['NORMAL'] },
    '21100020': { vr: 'CS', Value: ['NORMAL'] },
  })
  const one = await association.nGet({ ...printer, attributes: [0x21100010] }, on)
  expect(one.dataSet?.json()).toEqual({ '21100010': { vr: 'CS', Value: ['NORMAL'] } })
})

it('prints two images, which dcmprscp keeps pixel for pixel', async () => {
  await using program = await startDcmprscp()
  await using association = await connect(program)
  const shape = await association.nCreate({
    sopClassUid: presentationLut,
    attributes: { PresentationLUTShape: 'IDENTITY' },
  })
  expect(shape.status).toBe(0)
  const { session, film, boxes } = await createFilm(association)
  expect(boxes).toHaveLength(2)
  const images = [image(4, 6), image(10, 24)]
  for (const [index, box] of boxes.entries()) {
    const modifications = {
      ImageBoxPosition: index + 1,
      BasicGrayscaleImageSequence: images.slice(index, index + 1),
    }
    expect((await association.nSet({ ...box, modifications }, on)).status).toBe(0)
  }
  const printed = await association.nAction({ ...film, actionTypeId: 1 }, on)
  expect(printed).toMatchObject({ type: 'N-ACTION-RSP', status: 0, actionTypeId: 1 })
  expect((await association.nDelete(film, on)).status).toBe(0)
  expect((await association.nDelete(session, on)).status).toBe(0)
  const lut = { sopClassUid: presentationLut, sopInstanceUid: shape.affectedSopInstanceUid ?? '' }
  expect((await association.nDelete(lut)).status).toBe(0)
  await association.release()

  const kept = await imagesIn(program.folder)
  const pixels = kept.map((dataSet) => elementOf(dataSet, 'PixelData')?.InlineBinary)
  expect(pixels.sort()).toEqual(
    images.map(({ PixelData }) => Buffer.from(PixelData).toString('base64')).sort(),
  )
})

it('returns what dcmprscp refuses and warns of, and goes on', async () => {
  await using program = await startDcmprscp()
  await using association = await connect(program)
  const {
    session,
    film,
    boxes: [box = film],
  } = await createFilm(association)
  const wrong = { ...image(4, 6), BitsStored: 7 }
  const set = await association.nSet(
    { ...box, modifications: { ImageBoxPosition: 1, BasicGrayscaleImageSequence: [wrong] } },
    on,
  )
  expect(set.status).toBe(0x0106)
  // PS3.4 Table H.4-10: an empty page is not printed.
  expect((await association.nAction({ ...film, actionTypeId: 1 }, on)).status).toBe(0xb603)
  const unknown = { sopClassUid: filmBox, sopInstanceUid: '2.25.1' }
  expect((await association.nAction({ ...unknown, actionTypeId: 1 }, on)).status).toBe(0x0112)
  const nowhere = { sopClassUid: printer.sopClassUid, sopInstanceUid: '2.25.1' }
  expect((await association.nGet(nowhere, on)).status).toBe(0x0112)
  expect((await association.nDelete(session, on)).status).toBe(0)
  expect((await association.nDelete(session, on)).status).toBe(0x0112)
  expect((await association.nGet(printer, on)).status).toBe(0)
  await association.release()
  expect(await imagesIn(program.folder)).toEqual([])
})
