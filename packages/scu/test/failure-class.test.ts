import { AssociationAbortedError, AssociationRejectedError, UsageError } from '@dcm/association'
import { SecurityError, TimeoutError, TransportError } from '@dcm/transport'
import { expect, it } from 'vitest'
import { isTransient } from '../src/send/failure-class.ts'

const lost = (code?: string) =>
  new AssociationAbortedError('lost', {
    code: 'DCM_CONNECTION_LOST',
    origin: 'connection-lost',
    cause: code === undefined ? undefined : Object.assign(new Error('why'), { code }),
  })

it.each([
  lost(),
  lost('ECONNRESET'),
  lost('ERR_SSL_SSL/TLS_ALERT_BAD_RECORD_MAC'),
  new TransportError('refused', { code: 'DCM_CONNECTION_REFUSED' }),
  new TimeoutError('connect', 10_000),
  new AssociationRejectedError('busy', { result: 2, source: 3, reason: 2 }),
])('%s may pass', (error) => {
  expect(isTransient(error)).toBe(true)
})

it.each([
  lost('ERR_SSL_TLSV1_ALERT_UNKNOWN_CA'),
  lost('ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED'),
  lost('ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE'),
  lost('ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED'),
  lost('DCM_ISCL_AUTH_FAILED'),
  new SecurityError('refused', { code: 'DCM_TLS_REFUSED_BY_PEER', profile: 'tls' }),
  new UsageError('wrong', 'DCM_OPTION'),
  new AssociationRejectedError('stranger', { result: 1, source: 1, reason: 3 }),
])('%s does not pass by itself', (error) => {
  expect(isTransient(error)).toBe(false)
})
