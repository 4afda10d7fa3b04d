import type { NetworkAddress } from '@dcm/transport'

/** A remote address without its port; the same for IPv4 whichever socket it came in on. */
export function addressKey(address: NetworkAddress): string {
  if ('path' in address) return address.path
  return address.host.replace(/^::ffff:(?=\d+\.)/i, '')
}
