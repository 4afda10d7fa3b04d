import { AssociationAbortedError, AssociationRejectedError, printable } from '@dcm/association'
import { DataSetDecodeError } from '@dcm/dataset'
import { MessageProtocolError } from '@dcm/dimse'
import { PduDecodeError, uidName } from '@dcm/pdu'
import {
  ContextNotAcceptedError,
  DataSetTooLongError,
  TransferSyntaxNotAcceptedError,
  UnexpectedResponseError,
} from '@dcm/scu'
import { SecurityError, TimeoutError, TransportError, UsageError } from '@dcm/transport'
import { CliError } from './cli-error.ts'
import { explainFileError } from './explain-file-error.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'

/** An error as the user meets it, who called `peer`. */
export function explainError(error: unknown, peer = 'the peer'): CliError {
  if (error instanceof CliError) return error
  const code = codeOf(error)
  const explained = (exitCode: ExitCode, sentence: string): CliError =>
    new CliError(exitCode, code, sentence, { cause: error })
  if (error instanceof AssociationRejectedError) return explained(exitCodes.rejected, rejected(error, peer))
  if (error instanceof AssociationAbortedError) {
    // A peer may judge our certificate or key when the handshake is over for us (RFC 8446 4.4.2).
    if (error.cause instanceof SecurityError) return explainError(error.cause, peer)
    const alert = alertIn(error.cause)
    if (alert === undefined) return explained(exitCodes.aborted, aborted(error, peer))
    return explained(exitCodes.security, `${peer} ended TLS: ${alert}; ${securityAdvice}.`)
  }
  if (error instanceof ContextNotAcceptedError) {
    const why = error.refusals.map(({ reason }) => reason)[0] ?? 'it was not proposed'
    return explained(
      exitCodes.contextRefused,
      `${peer} does not take ${uidName(error.abstractSyntax)} (${why}); dcm dump shows what it takes.`,
    )
  }
  if (error instanceof TransferSyntaxNotAcceptedError) {
    const { sopClassUid, transferSyntaxUid, accepted } = error
    return explained(
      exitCodes.contextRefused,
      `${peer} takes ${uidName(sopClassUid)} not in ${uidName(transferSyntaxUid)}, but in ${accepted.map(uidName).join(', ')}.`,
    )
  }
  if (peerFaults.some((fault) => error instanceof fault)) {
    const why = printable((error as Error).message, 200)
    return explained(
      exitCodes.aborted,
      `${peer} answered what is no answer: ${why}; its vendor may want to know.`,
    )
  }
  if (error instanceof TimeoutError) return explained(...timedOut(error, peer))
  if (error instanceof SecurityError) {
    if (error.cause instanceof TimeoutError) return explained(...timedOut(error.cause, peer))
    const advice = otherProtocol.test(code) ? 'check the port, and how it is secured' : securityAdvice
    return explained(exitCodes.security, `${peer}: ${error.message}; ${advice}.`)
  }
  if (error instanceof TransportError) return explained(exitCodes.unreachable, unreachable(error, peer))
  if (error instanceof UsageError) return explained(exitCodes.usage, `${error.message}.`)
  const fileSentence = explainFileError(error)
  if (fileSentence !== undefined) return explained(exitCodes.localFile, fileSentence)
  if (code.startsWith('DCM_STORAGE') || code.startsWith('DCM_INSTANCE')) {
    return explained(
      exitCodes.localFile,
      `${(error as Error).message}; check the file, and the space on the disk.`,
    )
  }
  return explained(
    exitCodes.internal,
    `Something unforeseen: ${error instanceof Error ? error.message : String(error)}; please report it.`,
  )
}

/** What was wrong lies with the peer, and neither with us nor with the network. */
const peerFaults = [UnexpectedResponseError, MessageProtocolError, DataSetTooLongError, DataSetDecodeError]

const securityAdvice = 'check the keys, certificates and the CA on both sides'

/** What the alert of a TLS peer says; OpenSSL has it in its codes: `ERR_SSL_TLSV1_ALERT_UNKNOWN_CA`. */
function alertIn(cause: unknown): string | undefined {
  const [, alert] = /_ALERT_(.+)$/.exec(codeOf(cause)) ?? []
  return alert?.toLowerCase().replaceAll('_', ' ')
}

/** The peer speaks something else than our security layer. */
const otherProtocol = /_(PLAIN_DICOM|HTTP|NOT_TLS|BAD_MAGIC)$/

const rejectionAdvice: Readonly<Record<string, string>> = {
  '1.1': 'it gives no reason; its log may say why',
  '1.2': 'it does not know DICOM’s application context; its vendor may want to know',
  '1.3': 'it does not know our AE title; give another with --aet, or have it registered there',
  '1.7': 'it is not known there by the AE title that was called; correct what stands before the @',
  '2.1': 'it gives no reason; its log may say why',
  '2.2': 'it speaks another version of the protocol; its vendor may want to know',
  '3.1': 'it is busy; try again later',
  '3.2': 'it has as many associations as it takes; try again later',
}

function rejected({ result, source, reason }: AssociationRejectedError, peer: string): string {
  const unknown = `its reason is unknown (source ${String(source)}, reason ${String(reason)}); its log may say more`
  const advice = rejectionAdvice[`${String(source)}.${String(reason)}`] ?? unknown
  const when = result === 2 ? ' for now' : ''
  return `${peer} rejected the association${when}: ${advice}.`
}

function aborted(error: AssociationAbortedError, peer: string): string {
  if (error.origin === 'peer') {
    const ended = error.code === 'DCM_ABORTED_BY_PEER' ? 'aborted' : 'released'
    return `${peer} ${ended} the association; its log may say why.`
  }
  if (error.origin === 'connection-lost') {
    if (peer.includes('+')) {
      return `${peer} closed the secured connection without a word; it may not take our certificate or key, or have crashed: its log may say why.`
    }
    return `${peer} closed the connection without a word; it may not speak DICOM there, want TLS, or have crashed.`
  }
  const { cause } = error
  if (cause instanceof TimeoutError) return timedOut(cause, peer)[1]
  if (cause instanceof PduDecodeError)
    return `${peer} sent what is no DICOM (${printable(cause.message, 200)}); check the port, and how it is secured.`
  return `The association with ${peer} was aborted: ${printable(cause instanceof Error ? cause.message : error.message, 200)}.`
}

function timedOut({ timer, timeoutMs }: TimeoutError, peer: string): [ExitCode, string] {
  const seconds = `${String(timeoutMs / 1000)} s`
  if (timer === 'connect') {
    return [
      exitCodes.unreachable,
      `${peer} did not answer within ${seconds}; check host, port and firewalls.`,
    ]
  }
  if (timer === 'handshake') {
    return [
      exitCodes.security,
      `${peer} did not finish the security handshake within ${seconds}; check the port, and how it is secured.`,
    ]
  }
  return [exitCodes.aborted, `${peer} was silent for ${seconds} (${timer}); try a longer --timeout.`]
}

function unreachable({ code, message }: TransportError, peer: string): string {
  switch (code) {
    case 'DCM_CONNECTION_REFUSED':
      return `${peer} refused the connection; nobody listens there: check the port, and whether it runs.`
    case 'DCM_HOST_UNKNOWN':
      return `The host of ${peer} is not known; check its name.`
    case 'DCM_ADDRESS_IN_USE':
      return `${peer} cannot be listened on: the port is in use; choose another one.`
    case 'DCM_NOT_PERMITTED':
      return `${peer} cannot be used: not permitted; ports below 1024 may need more rights.`
    default:
      return `${peer} cannot be reached (${message}); check host, port and network.`
  }
}

function codeOf(error: unknown): string {
  const { code } = Object(error) as { code?: unknown }
  return typeof code === 'string' ? code : 'DCM_INTERNAL'
}
