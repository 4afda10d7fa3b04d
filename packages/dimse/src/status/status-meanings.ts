import type { SopClassService } from '@dcm/pdu'
import { statuses } from './statuses.ts'

/** Whose statuses: the same code means different things to different services. */
export type StatusContext = SopClassService | 'C-STORE' | 'C-FIND' | 'C-MOVE' | 'C-GET' | 'repository-query'

type Meanings = Readonly<Record<number, string>>

interface ServiceMeanings {
  readonly codes: Meanings
  /** All of a range means the same: the low byte, or the low 12 bits of Cxxx, are the implementation's. */
  readonly ranges?: readonly (readonly [from: number, to: number, meaning: string])[]
}

/** PS3.7 Annex C. */
export const generalMeanings: Meanings = {
  [statuses.Success]: 'success',
  [statuses.OptionalAttributesNotSupported]: 'requested optional attributes are not supported',
  [statuses.NoSuchAttribute]: 'no such attribute',
  [statuses.InvalidAttributeValue]: 'invalid attribute value',
  [statuses.AttributeListError]: 'attribute list error',
  [statuses.ProcessingFailure]: 'processing failure',
  [statuses.DuplicateSopInstance]: 'duplicate SOP instance',
  [statuses.NoSuchSopInstance]: 'no such SOP instance',
  [statuses.NoSuchEventType]: 'no such event type',
  [statuses.NoSuchArgument]: 'no such argument',
  [statuses.InvalidArgumentValue]: 'invalid argument value',
  [statuses.AttributeValueOutOfRange]: 'attribute value out of range',
  [statuses.InvalidSopInstance]: 'invalid SOP instance',
  [statuses.NoSuchSopClass]: 'no such SOP class',
  [statuses.ClassInstanceConflict]: 'class and instance conflict',
  [statuses.MissingAttribute]: 'missing attribute',
  [statuses.MissingAttributeValue]: 'missing attribute value',
  [statuses.SopClassNotSupported]: 'refused, SOP class not supported',
  [statuses.NoSuchActionType]: 'no such action type',
  [statuses.NotAuthorized]: 'refused, not authorized',
  [statuses.DuplicateInvocation]: 'duplicate invocation',
  [statuses.UnrecognizedOperation]: 'unrecognized operation',
  [statuses.MistypedArgument]: 'mistyped argument',
  [statuses.ResourceLimitation]: 'resource limitation',
  [statuses.Cancel]: 'cancelled',
  [statuses.Pending]: 'more to come',
  [statuses.PendingWithWarning]: 'more to come, with a warning',
}

/** PS3.4 B.2.3, GG */
const store = {
  codes: {
    [statuses.CoercionOfDataElements]: 'data elements were coerced',
    [statuses.ElementsDiscarded]: 'elements were discarded',
    [statuses.DataSetDoesNotMatchSopClassWarning]: 'the data set does not match its SOP class',
  },
  ranges: [
    [0xa700, 0xa7ff, 'refused, out of resources'],
    [0xa900, 0xa9ff, 'the data set does not match its SOP class'],
    [0xc000, 0xcfff, 'cannot understand'],
  ],
} as const satisfies ServiceMeanings

/** PS3.4 C.4.1.1.4, K, V and the like */
const find = {
  codes: {
    [statuses.RefusedOutOfResources]: 'refused, out of resources',
    [statuses.IdentifierDoesNotMatchSopClass]: 'the identifier does not match the SOP class',
    [statuses.Pending]: 'a match, more to come',
    [statuses.PendingWithWarning]: 'a match, more to come; some optional keys are not supported',
  },
  ranges: [[0xc000, 0xcfff, 'unable to process']],
} as const satisfies ServiceMeanings

/** PS3.4 C.6.4 */
const repositoryQuery = {
  ...find,
  codes: {
    ...find.codes,
    0xa710: 'no record has the prior record key',
    0xb001: 'as many matches as one response may have; another request may give more',
  },
} as const satisfies ServiceMeanings

/** PS3.4 C.4.3.1.4, Y */
const get = {
  codes: {
    [statuses.UnableToCalculateNumberOfMatches]:
      'refused, out of resources: the number of matches cannot be calculated',
    [statuses.UnableToPerformSuboperations]: 'refused, out of resources: sub-operations cannot be performed',
    [statuses.IdentifierDoesNotMatchSopClass]: 'the identifier does not match the SOP class',
    0xaa00: 'the instance has none of the frames that were asked for',
    0xaa01: 'no new object can be made for this SOP class',
    0xaa02: 'frames cannot be extracted',
    0xaa03: 'asked by time of an instance that has no time base',
    0xaa04: 'invalid request',
    [statuses.SuboperationsCompleteWithFailures]:
      'sub-operations are complete, some with failures or warnings',
    [statuses.Pending]: 'sub-operations continue',
  },
  ranges: [[0xc000, 0xcfff, 'unable to process']],
} as const satisfies ServiceMeanings

/** PS3.4 C.4.2.1.5, Y */
const move = {
  ...get,
  codes: { ...get.codes, 0xa801: 'refused, the move destination is unknown' },
} as const satisfies ServiceMeanings

/** What services of PS3.4 add to, or read into, the general statuses: the source of {@link StatusOf} and of the words. */
export const serviceMeanings = {
  'C-STORE': store,
  storage: store,
  'non-patient-object': store,
  'C-FIND': find,
  'basic-worklist': find,
  'substance-administration': find,
  'C-MOVE': move,
  'C-GET': get,
  'repository-query': repositoryQuery,

  /** PS3.4 Table Q.2-1 */
  'relevant-patient-query': {
    codes: {
      [statuses.RefusedOutOfResources]: 'refused, out of resources',
      [statuses.IdentifierDoesNotMatchSopClass]: 'the identifier does not match the SOP class',
      [statuses.Pending]: 'a match, more to come',
      [statuses.UnableToProcess]: 'unable to process',
      0xc100: 'more than one match',
      0xc200: 'the template asked for is not supported',
    },
  },

  /** PS3.3 C.14.1.1: its failure reasons, which share the values of statuses. */
  'storage-commitment': {
    codes: {
      [statuses.NoSuchSopInstance]: 'the instance is not here',
      [statuses.ClassInstanceConflict]: 'the instance is here under another SOP class',
      [statuses.DuplicateTransactionUid]: 'the transaction UID is in use already',
    },
  },

  /** PS3.4 Table F.7.2-2: the Error ID (0000,0903) tells an N-SET that came too late from any other processing failure. */
  'procedure-step': {
    codes: {
      [statuses.ProcessingFailure]:
        'processing failure; with error ID A710H, the performed procedure step may no longer be updated',
    },
  },

  /** PS3.4 H.4 */
  'print-management': {
    codes: {
      0xb600: 'memory allocation is not supported',
      0xb601: 'film sessions cannot be collated',
      0xb602: 'an empty page: the film session has no image boxes',
      0xb603: 'an empty page: the film box has no image boxes',
      0xb604: 'the image was demagnified to fit its box',
      0xb605: 'a density was out of the range of the printer, whose own limit is used',
      0xb609: 'the image was cropped to fit its box',
      0xb60a: 'the image was decimated to fit its box',
      0xc600: 'the film session has no film boxes',
      0xc601: 'no print job can be made: the print queue is full',
      0xc602: 'no print job can be made: the print queue is full',
      0xc603: 'the image is larger than its box',
      0xc605: 'the printer has too little memory for the image',
      0xc613: 'the combined print image is larger than its box',
      0xc616: 'a film box that has not been printed bars a new one',
    },
  },

  /** PS3.4 P */
  'application-event': {
    codes: {
      0xb101: "the synchronization frame of reference UID is not the SCP's",
      0xb102: 'logged under another study instance UID',
      0xb104: 'logged, although the IDs are inconsistent',
      0xc101: 'this study has no procedural log',
      0xc102: 'the event information does not match its template',
      0xc103: 'no current study matches the event',
      0xc104: 'not logged, since the IDs are inconsistent',
      0xc10e: 'the operator may not add to the medication administration record',
      0xc110: 'the patient cannot be identified',
      0xc111: 'the medication administration record could not be updated',
    },
  },

  /** PS3.4 S */
  'media-creation': {
    codes: {
      0xa510: 'refused, media creation was already initiated for this instance',
      0xc201: 'the media creation request is completed already',
      0xc202: 'the media creation request is in progress and cannot be interrupted',
      0xc203: 'cancellation denied',
    },
  },

  /** PS3.4 KK.2 */
  'storage-management': { codes: { 0xb010: 'some key attributes are not supported for matching' } },

  /** PS3.4 CC.2 */
  'unified-procedure-step': {
    codes: {
      0xb300: 'the UPS was created with modifications',
      0xb301: 'the deletion lock was not granted',
      0xb304: 'the UPS is canceled already',
      0xb305: 'invalid values were coerced to valid ones',
      0xb306: 'the UPS is completed already',
      0xc300: 'the UPS may no longer be updated',
      0xc301: 'not the right transaction UID',
      0xc302: 'the UPS is in progress already',
      0xc303: 'only N-CREATE makes a UPS scheduled',
      0xc304: 'the UPS has not met the requirements of its final state',
      0xc307: 'no such UPS here',
      0xc308: 'the receiving AE title is unknown',
      0xc309: 'a UPS is created scheduled and nothing else',
      0xc310: 'the UPS is not in progress yet',
      0xc311: 'the UPS is completed already',
      0xc312: 'the performer cannot be contacted',
      0xc313: 'the performer chose not to cancel',
      0xc314: 'the action does not suit this instance',
      0xc315: 'event reports are not supported',
    },
  },

  /** PS3.4 DD */
  'rt-machine-verification': {
    codes: {
      0xc112: 'no such machine verification instance',
      0xc221: 'the plan has no such fraction group',
      0xc222: 'the fraction group has no beams',
      0xc223: 'a verification is running already',
      0xc224: 'the fraction group has no such beam',
      0xc225: 'the device or accessory is not supported',
      0xc226: 'the beam has no such device or accessory',
      0xc227: 'no such RT plan',
    },
  },
} as const satisfies Partial<Record<StatusContext, ServiceMeanings>>

/** The same, to look up. */
export function meaningsOf(context: StatusContext): ServiceMeanings | undefined {
  const table: Partial<Record<StatusContext, ServiceMeanings>> = serviceMeanings
  return table[context]
}
