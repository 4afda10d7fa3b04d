import { constants } from 'node:os'
import { AssociationAbortedError, associationReleased, AssociationRejectedError } from '@dcm/association'
import { DataSetDecodeError } from '@dcm/dataset'
import { MessageProtocolError } from '@dcm/dimse'
import { DataSetTooLongError, UnexpectedResponseError } from '@dcm/scu'
import { UsageError as UsageErrorOfPdu } from '@dcm/pdu'
import { IsclConfigurationError } from '@dcm/security-iscl'
import { StorageError } from '@dcm/storage'
import { SecurityError, TransportError, UsageError } from '@dcm/transport'
import { describe, expect, it } from 'vitest'
import { explainError } from '../src/explain-error.ts'
import { unkept } from '../src/receiving/unkept.ts'

it.each([
  new UnexpectedResponseError('an N-DELETE-RSP to a C-ECHO-RQ'),
  new MessageProtocolError('no room for a message', 'DCM_MAXIMUM_LENGTH_TOO_SMALL'),
  new DataSetTooLongError(1_048_576),
  new DataSetDecodeError('an element without an end', { code: 'DCM_DATA_SET_TRUNCATED', byteOffset: 7 }),
])('says of %s that the peer is wrong, and not this program', (error) => {
  const { exitCode, code, message } = explainError(error, 'ARCHIVE@pacs:104')
  expect({ exitCode, code }).toEqual({ exitCode: 7, code: error.code })
  expect(message).toBe(
    `ARCHIVE@pacs:104 answered what is no answer: ${error.message}; its vendor may want to know.`,
  )
})

it.each([
  [[1, 1, 1], 'rejected the association: it gives no reason; its log may say why.'],
  [[2, 1, 1], 'rejected the association for now: it gives no reason; its log may say why.'],
  [[1, 2, 1], 'rejected the association: it gives no reason; its log may say why.'],
  [
    [1, 1, 2],
    'rejected the association: it does not know DICOM’s application context; its vendor may want to know.',
  ],
  [[1, 1, 3], 'rejected the association: it does not know our AE title; give another with --aet'],
  [
    [1, 2, 2],
    'rejected the association: it speaks another version of the protocol; its vendor may want to know.',
  ],
  [[2, 3, 1], 'rejected the association for now: it is busy; try again later.'],
  [[1, 9, 8], 'rejected the association: its reason is unknown (source 9, reason 8); its log may say more.'],
] as const)('of a rejection with %j says what to do', ([result, source, reason], sentence) => {
  const error = new AssociationRejectedError('refused', { result, source, reason })
  expect(explainError(error, 'A@b:1')).toMatchObject({ exitCode: 5, code: 'DCM_REJECTED' })
  expect(explainError(error, 'A@b:1').message).toContain(`A@b:1 ${sentence}`)
})

it.each([
  [associationReleased('peer'), 'A@b:1 released the association; its log may say why.'],
  [
    new AssociationAbortedError('aborted', { code: 'DCM_ABORTED_BY_PEER', origin: 'peer' }),
    'A@b:1 aborted the association; its log may say why.',
  ],
])('says whether a peer released or aborted the association: %s', (error, sentence) => {
  expect(explainError(error, 'A@b:1')).toMatchObject({ exitCode: 7, code: error.code, message: sentence })
})

describe('of an association that was lost', () => {
  const lost = (cause: Error) =>
    new AssociationAbortedError('lost', { code: 'DCM_CONNECTION_LOST', origin: 'connection-lost', cause })

  it.each([
    ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', 'unknown ca'],
    ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'certificate required'],
    ['ERR_SSL_SSL/TLS_ALERT_BAD_RECORD_MAC', 'bad record mac'],
  ])('by the alert %s says what the peer does not trust', (code, alert) => {
    const cause = Object.assign(new Error('alert'), { code })
    expect(explainError(lost(cause), 'A@b:1+tls')).toMatchObject({
      exitCode: 4,
      code: 'DCM_CONNECTION_LOST',
      message: `A@b:1+tls ended TLS: ${alert}; check the keys, certificates and the CA on both sides.`,
    })
  })

  it('by a security layer says what the layer says', () => {
    const cause = new SecurityError('the peer ended the session', { code: 'DCM_OUR_AUTH', profile: 'our' })
    expect(explainError(lost(cause), 'A@b:1+our')).toMatchObject({ exitCode: 4, code: 'DCM_OUR_AUTH' })
  })

  it('without a word says what may have been', () => {
    const { exitCode, message } = explainError(lost(new Error('read ECONNRESET')), 'A@b:1+tls')
    expect(exitCode).toBe(7)
    expect(message).toMatch(/without a word; it may not take our certificate or key, or have crashed/u)
  })
})

it('asks for a report of what nobody foresaw', () => {
  expect(explainError(new TypeError('x is not a function'))).toMatchObject({
    exitCode: 70,
    code: 'DCM_INTERNAL',
    message: 'Something unforeseen: x is not a function; please report it.',
  })
})

describe('an object that was not kept', () => {
  const because = (cause: object) =>
    new StorageError('writing failed', {
      code: 'DCM_STORAGE_FULL',
      cause: Object.assign(new Error('why'), cause),
    })

  it.each([
    [{ code: 'ENOSPC', syscall: 'writev' }, '/in has no room: the disk is full; free some space.'],
    [
      // As Node.js has it, which knows no EDQUOT.
      { errno: -constants.errno.EDQUOT, code: 'Unknown system error -122', syscall: 'writev' },
      '/in has no room: the quota of this user is used up; free some space.',
    ],
    [
      { code: 'ENAMETOOLONG', syscall: 'rename', path: '/in/1.part', dest: '/in/1/2.dcm' },
      '/in/1/2.dcm is too long for the file system; choose a shorter path.',
    ],
  ])('with %j names what is to be changed', (cause, sentence) => {
    const told = unkept(because(cause), '/in')
    expect(told).toMatchObject({ message: sentence, exitCode: 8, code: 'DCM_STORAGE_FULL' })
  })

  it('is told by who stopped it, when it was no file', () => {
    expect(unkept(new Error('the association is over'), '/in')).toBeUndefined()
  })
})

describe('a usage error', () => {
  const code = 'DCM_LIMIT_RANGE'
  it.each<[string, Error]>([
    ['@dcm/pdu', new UsageErrorOfPdu('x is not allowed', code)],
    ['@dcm/transport', new UsageError('x is not allowed', { code })],
  ])('of %s is the caller’s fault, and one of the other package too', (_, error) => {
    expect(explainError(error)).toMatchObject({ exitCode: 2, code, message: 'x is not allowed.' })
    expect(error).toBeInstanceOf(UsageError)
    expect(error).toBeInstanceOf(UsageErrorOfPdu)
    expect(error).not.toBeInstanceOf(IsclConfigurationError)
  })

  it('is what extends it, and nothing else', () => {
    const special = new IsclConfigurationError('x')
    expect(special).toBeInstanceOf(IsclConfigurationError)
    expect(special).toBeInstanceOf(UsageError)
    expect(special).toBeInstanceOf(UsageErrorOfPdu)
    for (const other of [
      new TransportError('x', { code }),
      new Error('x'),
      { name: 'UsageError' },
      undefined,
    ]) {
      expect(other).not.toBeInstanceOf(UsageError)
      expect(other).not.toBeInstanceOf(UsageErrorOfPdu)
    }
  })
})
