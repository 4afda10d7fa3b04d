import { randomUUID } from 'node:crypto'
import { type DicomJson, identifier, itemsOf, textOf } from '@dcm/dataset'
import { type StatusOf, statuses, uidOf } from '@dcm/dimse'
import { dicomJson, normalized, type Service, StatusError } from '@dcm/scp'

/** PS3.4 H.4.6.1: the well-known instance. */
const printerInstance = '1.2.840.10008.5.1.1.17'

/** A printer (PS3.4 H.4) that keeps what it printed instead of printing it. */
export class Printer {
  /** The image boxes of each film, in the order in which they were printed. */
  readonly films: DicomJson[][] = []
  /** `N-CREATE BasicFilmBox`, …, with what came along, in the order in which it was asked. */
  readonly asked: (readonly [what: string, dataSet: DicomJson])[] = []
  /** SOP instances that were created and not deleted, by UID: their attributes. */
  readonly instances = new Map<string, DicomJson>()
  /** The status of the next N-ACTION. */
  outcome: StatusOf<'N-ACTION', 'BasicFilmSession'> = statuses.Success

  get service(): Service {
    return normalized({
      sopClasses: ['BasicGrayscalePrintManagementMeta', 'PresentationLUT'],
      codec: dicomJson,
      handlers: {
        'N-GET-RQ': ({ request }) => {
          this.#ask('N-GET', request.requestedSopClassUid)
          if (request.requestedSopInstanceUid !== printerInstance) {
            throw new StatusError(statuses.NoSuchSopInstance)
          }
          return Promise.resolve({ dataSet: identifier({ PrinterStatus: 'NORMAL', PrinterName: 'FILM1' }) })
        },
        'N-CREATE-RQ': ({ request, dataSet = {} }) => {
          const { affectedSopClassUid, affectedSopInstanceUid } = request
          this.#ask('N-CREATE', affectedSopClassUid, dataSet)
          const images = affectedSopClassUid === uidOf('BasicFilmBox') ? this.#imageBox() : {}
          const attributes = { ...dataSet, ...images }
          return Promise.resolve({
            affectedSopInstanceUid: this.#create(attributes, affectedSopInstanceUid),
            dataSet: attributes,
          })
        },
        'N-SET-RQ': ({ request, dataSet = {} }) => {
          this.#ask('N-SET', request.requestedSopClassUid, dataSet)
          const before = this.#instance(request.requestedSopInstanceUid)
          this.instances.set(request.requestedSopInstanceUid, { ...before, ...dataSet })
          return Promise.resolve(undefined)
        },
        'N-ACTION-RQ': ({ request }) => {
          this.#ask('N-ACTION', request.requestedSopClassUid)
          this.#instance(request.requestedSopInstanceUid)
          if (this.outcome === statuses.Success) {
            for (const film of this.instances.values()) this.#print(film)
          }
          return Promise.resolve({ status: this.outcome })
        },
        'N-DELETE-RQ': ({ request }) => {
          this.#ask('N-DELETE', request.requestedSopClassUid)
          this.#instance(request.requestedSopInstanceUid)
          this.instances.delete(request.requestedSopInstanceUid)
          return Promise.resolve(undefined)
        },
      },
    })
  }

  #ask(service: string, sopClassUid: string, dataSet: DicomJson = {}): void {
    const sopClass = printed.find((keyword) => uidOf(keyword) === sopClassUid)
    this.asked.push([`${service} ${String(sopClass)}`, dataSet])
  }

  #imageBox(): DicomJson {
    return identifier({
      ReferencedImageBoxSequence: [
        {
          ReferencedSOPClassUID: uidOf('BasicGrayscaleImageBox'),
          ReferencedSOPInstanceUID: this.#create({}),
        },
      ],
    })
  }

  #create(attributes: DicomJson, uid = `2.25.${String(BigInt(`0x${randomUUID().replaceAll('-', '')}`))}`) {
    // PS3.7 10.1.5.1.6
    if (this.instances.has(uid)) throw new StatusError(statuses.DuplicateSopInstance)
    this.instances.set(uid, attributes)
    return uid
  }

  #instance(uid: string): DicomJson {
    const instance = this.instances.get(uid)
    if (!instance) throw new StatusError(statuses.NoSuchSopInstance)
    return instance
  }

  /** PS3.4 H.4.2.2.4: a film is the image boxes that its film box refers to. */
  #print(film: DicomJson): void {
    const boxes = itemsOf(film, 'ReferencedImageBoxSequence')
    if (boxes.length === 0) return
    this.films.push(boxes.map((box) => this.#instance(textOf(box, 'ReferencedSOPInstanceUID') ?? '')))
  }
}

const printed = [
  'Printer',
  'BasicFilmSession',
  'BasicFilmBox',
  'BasicGrayscaleImageBox',
  'PresentationLUT',
] as const
