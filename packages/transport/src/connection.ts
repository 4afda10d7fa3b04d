import type { Duplex } from 'node:stream'
import type { NetworkAddress } from './network-address.ts'

/** Whom a security layer authenticated. Reported, never judged: whether it may act is the acceptor's policy. */
export interface PeerIdentity {
  /** How it was proven: `x509`, `psk`, or a provider's own word. */
  readonly kind: string
  /** The name proven: a certificate's subject, a pre-shared key's identity. */
  readonly name: string
  /** Names besides: subject alternative names, as the provider prints them. */
  readonly alternativeNames?: readonly string[]
  /** SHA-256 of the certificate, upper-case hex with colons. */
  readonly fingerprint256?: string
}

/** What one security layer did for a connection. */
export interface SecurityContext {
  /** {@link SecurityProvider.profile} of the layer. */
  readonly profile: string
  /** `TLSv1.3`, `ISC2/2`, … */
  readonly protocol: string
  readonly cipherSuite?: string
  /** Whether the wire below shows no plain bytes of the layer above. */
  readonly confidential: boolean
  /** Absent when the peer stayed anonymous by policy. */
  readonly peer?: PeerIdentity
}

/**
 * A connection between two DICOM application entities' hosts, before or after any number of security layers.
 * Whoever holds it owns `stream`: it reads, writes, ends and destroys.
 */
export interface Connection {
  /**
   * Bytes both ways, paused until it is read. Half-open: the peer's end does not end our side. An error that nobody listens to
   * does not end the process; see {@link observeErrors}. When a write is done (its callback, or `drain` after a full stream), nothing
   * refers to its bytes any more: who wrote them may use their memory again.
   */
  readonly stream: Duplex
  readonly local: NetworkAddress
  /** The peer. A requestor's is the address as it was called, since a layer may have to verify the peer by that name. */
  readonly remote: NetworkAddress
  /** Empty until a provider ran; the layer nearest the socket first. */
  readonly security: readonly SecurityContext[]
  /**
   * Present where `stream` reads into memory that can be used again: so many bytes of what it gave in this memory are referred to by
   * nobody any more. When all have come back, others will overwrite them. Who keeps what it reads tells nothing.
   */
  readonly recycle?: (memory: ArrayBufferLike, bytes: number) => void
}
