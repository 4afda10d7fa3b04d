/** Statuses by name: PS3.7 Annex C, and those of PS3.4 that a storage or query/retrieve SCP answers with. */
export const statuses = {
  Success: 0x0000,

  Pending: 0xff00,
  /** PS3.4 C.4.1.1.4: one or more optional keys were not supported. */
  PendingWithWarning: 0xff01,

  Cancel: 0xfe00,

  /** PS3.4 F, S, CC: requested optional attributes are not supported. */
  OptionalAttributesNotSupported: 0x0001,
  AttributeListError: 0x0107,
  AttributeValueOutOfRange: 0x0116,
  /** PS3.4 B.2.3 */
  CoercionOfDataElements: 0xb000,
  /** PS3.4 C.4.2.1.5, C.4.3.1.4: completed, but some sub-operations failed or warned. */
  SuboperationsCompleteWithFailures: 0xb000,
  ElementsDiscarded: 0xb006,
  DataSetDoesNotMatchSopClassWarning: 0xb007,

  NoSuchAttribute: 0x0105,
  InvalidAttributeValue: 0x0106,
  ProcessingFailure: 0x0110,
  DuplicateSopInstance: 0x0111,
  NoSuchSopInstance: 0x0112,
  NoSuchEventType: 0x0113,
  NoSuchArgument: 0x0114,
  InvalidArgumentValue: 0x0115,
  InvalidSopInstance: 0x0117,
  NoSuchSopClass: 0x0118,
  ClassInstanceConflict: 0x0119,
  MissingAttribute: 0x0120,
  MissingAttributeValue: 0x0121,
  SopClassNotSupported: 0x0122,
  NoSuchActionType: 0x0123,
  NotAuthorized: 0x0124,
  /** PS3.3 C.14.1.1: no status of a response, but a Failure Reason (0008,1197) of storage commitment, which shares their values. */
  DuplicateTransactionUid: 0x0131,
  DuplicateInvocation: 0x0210,
  UnrecognizedOperation: 0x0211,
  MistypedArgument: 0x0212,
  ResourceLimitation: 0x0213,
  RefusedOutOfResources: 0xa700,
  UnableToCalculateNumberOfMatches: 0xa701,
  UnableToPerformSuboperations: 0xa702,
  MoveDestinationUnknown: 0xa801,
  DataSetDoesNotMatchSopClass: 0xa900,
  /** PS3.4 C.4.1.1.4: the same value, said of a C-FIND, C-MOVE or C-GET. */
  IdentifierDoesNotMatchSopClass: 0xa900,
  CannotUnderstand: 0xc000,
  /** PS3.4 C.4.1.1.4: the same value, said of a C-FIND, C-MOVE or C-GET. */
  UnableToProcess: 0xc000,
} as const
