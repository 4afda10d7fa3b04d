import type { Uid } from '@dcm/association'
import {
  type CommandOf,
  type Request,
  type ServiceOf,
  type StatusOf,
  statuses,
  type UidKeyword,
} from '@dcm/dimse'
import { requireAnswer } from '../require-answer.ts'
import type { Answer, ServiceOperation } from '../service-operation.ts'
import type { DataSetCodec } from './data-set-codec.ts'
import { readDataSet, type UnreadableStatuses } from './read-data-set.ts'

/** An operation of DIMSE-N for its handler: what came with it is decoded. */
export interface DecodedOperation<
  Type extends Request['type'],
  T,
  SopClass extends UidKeyword | Uid = Uid,
> extends Omit<ServiceOperation<CommandOf<Type>>, 'dataSet' | 'respond'> {
  /** Attribute list, modification list, action or event information. */
  readonly dataSet: T | undefined
  /** Answers now, and lets the handler go on: to `invoke` an N-EVENT-REPORT about what it did. */
  readonly respond: (answer: DecodedAnswer<Type, T, SopClass>) => Promise<void>
}

/** How such an operation ended; the default status is success. */
export type DecodedAnswer<Type extends Request['type'], T, SopClass extends UidKeyword | Uid = Uid> = Omit<
  Answer<CommandOf<Type>>,
  'status' | 'dataSet'
> & {
  readonly status?: StatusOf<ServiceOf<Type>, SopClass>
  /** Attribute list, action or event reply. */
  readonly dataSet?: T
}

/** Resolves with how the operation ended; nothing is success, or what `respond` said already. */
export type DecodedHandler<Type extends Request['type'], T, SopClass extends UidKeyword | Uid = Uid> = (
  operation: DecodedOperation<Type, T, SopClass>,
) => Promise<DecodedAnswer<Type, T, SopClass> | undefined>

export interface DecodingOptions<T> {
  readonly codec: DataSetCodec<T>
  readonly maximumDataSetBytes: number | undefined
}

/** PS3.7 C.5.10: arguments are those of N-ACTION and N-EVENT-REPORT; N-CREATE and N-SET have lists of attributes. */
function unreadable(type: Request['type']): UnreadableStatuses {
  const isList = type === 'N-CREATE-RQ' || type === 'N-SET-RQ'
  return {
    tooLong: statuses.ResourceLimitation,
    undecodable: isList ? statuses.InvalidAttributeValue : statuses.InvalidArgumentValue,
  }
}

export async function performDecoded<Type extends Request['type'], T>(
  operation: ServiceOperation<CommandOf<Type>>,
  handler: DecodedHandler<Type, T>,
  { codec, maximumDataSetBytes }: DecodingOptions<T>,
): Promise<Answer<CommandOf<Type>> | undefined> {
  const { transferSyntax } = operation.context
  const { type } = operation.request as Request
  const encoded = ({ dataSet, ...fields }: Partial<DecodedAnswer<Type, T>>): Answer<CommandOf<Type>> =>
    ({
      status: statuses.Success,
      ...fields,
      ...(dataSet !== undefined && { dataSet: [codec.encode(dataSet, transferSyntax)] }),
    }) as Answer<CommandOf<Type>>
  const said = { already: false }
  const answer = await handler({
    ...operation,
    dataSet: await readDataSet(operation, codec, unreadable(type), maximumDataSetBytes),
    respond: async (early) => {
      requireAnswer(early)
      await operation.respond(encoded(early))
      said.already = true
    },
  })
  if (answer !== undefined) {
    requireAnswer(answer)
    return encoded(answer)
  }
  return said.already ? undefined : encoded({})
}
