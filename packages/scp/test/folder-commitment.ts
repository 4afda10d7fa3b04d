import { parseUid, planAssociations, requestAssociation } from '@dcm/association'
import { type DicomJson, encodeDataSet, identifier, itemsOf, textOf } from '@dcm/dataset'
import { DimseChannel, type Response, uidOf } from '@dcm/dimse'
import { dicomJson, type MoveDestination, normalized, type Service } from '@dcm/scp'
import type { FolderArchive } from './folder-archive.ts'

const pushModel = uidOf('StorageCommitmentPushModel')

/** Commits to what is in the folder of an archive, and reports so to who asked, on an association of its own (PS3.4 J). */
export class FolderCommitment {
  readonly #archive: FolderArchive
  readonly #requestors: ReadonlyMap<string, MoveDestination>
  #reported = Promise.withResolvers<number | undefined>()

  constructor(archive: FolderArchive, requestors: ReadonlyMap<string, MoveDestination>) {
    this.#archive = archive
    this.#requestors = requestors
  }

  /** What the next report is answered with, or the last one since this was asked. */
  async reported(): Promise<number | undefined> {
    const status = await this.#reported.promise
    this.#reported = Promise.withResolvers()
    return status
  }

  get service(): Service {
    return normalized({
      sopClasses: ['StorageCommitmentPushModel'],
      codec: dicomJson,
      handlers: {
        'N-ACTION-RQ': async ({ dataSet = {}, respond, peer }) => {
          await respond({})
          const outcome = await this.#outcomeOf(dataSet)
          this.#reported.resolve(this.#report(peer.callingAeTitle, peer.calledAeTitle, outcome))
          return undefined
        },
      },
    })
  }

  async #outcomeOf(asked: DicomJson): Promise<DicomJson> {
    const names = await this.#archive.names()
    const references = itemsOf(asked, 'ReferencedSOPSequence').map((item) => ({
      ReferencedSOPClassUID: textOf(item, 'ReferencedSOPClassUID'),
      ReferencedSOPInstanceUID: textOf(item, 'ReferencedSOPInstanceUID') ?? '',
    }))
    const isHere = (each: { readonly ReferencedSOPInstanceUID: string }): boolean =>
      names.includes(`${each.ReferencedSOPInstanceUID}.dcm`)
    const failed = references.filter((each) => !isHere(each))
    return identifier({
      TransactionUID: textOf(asked, 'TransactionUID'),
      ReferencedSOPSequence: references.filter(isHere),
      // PS3.4 J.3.3.1.3
      ...(failed.length > 0 && {
        FailedSOPSequence: failed.map((each) => ({ ...each, FailureReason: 0x0112 })),
      }),
    })
  }

  async #report(to: string, from: string, information: DicomJson): Promise<number | undefined> {
    const requestor = this.#requestors.get(to)
    const [proposal] = planAssociations([
      {
        abstractSyntax: pushModel,
        transferSyntaxes: [parseUid('1.2.840.10008.1.2')],
        roles: { scu: false, scp: true },
      },
    ])
    if (!requestor || !proposal) throw new Error(`${to} is not known here`)
    const channel = new DimseChannel(
      await requestAssociation(await requestor.transport.connect(requestor.address), {
        callingAeTitle: from,
        calledAeTitle: to,
        ...proposal,
      }),
    )
    const [context] = channel.association.facts.contexts.values()
    if (!context) throw new Error(`${to} does not take reports`)
    const invocation = await channel.invoke(
      context,
      {
        type: 'N-EVENT-REPORT-RQ',
        affectedSopClassUid: pushModel,
        affectedSopInstanceUid: uidOf('StorageCommitmentPushModelInstance'),
        eventTypeId: information['00081198'] ? 2 : 1,
      },
      [encodeDataSet(information, { transferSyntaxUid: context.transferSyntax })],
    )
    const answer: Response | undefined = (await invocation.next())?.command
    await channel.release()
    return answer?.status
  }
}
