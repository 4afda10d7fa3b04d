import { statuses } from '@dcm/dimse'
import type { Service } from '../service.ts'
import { uncompressedTransferSyntaxes, verificationSopClass } from './uids.ts'

/** The Verification SOP Class (PS3.4 A): answers C-ECHO. */
export function verification(): Service {
  return {
    abstractSyntaxes: [
      { abstractSyntax: verificationSopClass, transferSyntaxes: uncompressedTransferSyntaxes },
    ],
    handlers: {
      'C-ECHO-RQ': () => Promise.resolve({ status: statuses.Success }),
    },
  }
}
