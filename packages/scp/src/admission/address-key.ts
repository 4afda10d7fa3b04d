import type { NetworkAddress } from '@dcm/transport'

/**
 * Whom a remote address is counted as, without its port. IPv4 is the same whichever socket it came in on; of IPv6 only so many bits
 * count, as whoever has one address of a network has all of them. Link-local addresses have no network of their own, and count in full.
 */
export function addressKey(address: NetworkAddress, ipv6PrefixBits: number): string {
  if ('path' in address) return address.path
  const groups = ipv6Groups(address.host)
  if (!groups) return address.host
  const [high = 0, low = 0] = groups.slice(6)
  // RFC 4291 2.5.5.2: ::ffff:0:0/96.
  if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff) {
    return [high >> 8, high & 0xff, low >> 8, low & 0xff].join('.')
  }
  // RFC 4291 2.5.6: fe80::/10.
  const isLinkLocal = ((groups[0] ?? 0) & 0xffc0) === 0xfe80
  if (isLinkLocal || ipv6PrefixBits === 128) return address.host
  return `${printed(groups, ipv6PrefixBits)}/${String(ipv6PrefixBits)}`
}

/** The eight groups of an IPv6 address; undefined for what is none. */
function ipv6Groups(host: string): number[] | undefined {
  const [written = ''] = host.split('%')
  if (!written.includes(':')) return undefined
  const [before = [], after] = written
    .replace(/[\d.]+$/, asGroups)
    .split('::')
    .map((half) => (half === '' ? [] : half.split(':').map((group) => Number.parseInt(group, 16))))
  const zeros = after ? 8 - before.length - after.length : 0
  if (zeros < 0) return undefined
  const groups = [...before, ...new Array<number>(zeros).fill(0), ...(after ?? [])]
  return groups.length === 8 && groups.every((group) => group <= 0xffff) ? groups : undefined
}

/** RFC 4291 2.2.3: the last two groups may be written as IPv4. */
function asGroups(end: string): string {
  const bytes = end.split('.').map(Number)
  if (bytes.length !== 4) return end
  const [a = 0, b = 0, c = 0, d = 0] = bytes
  return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`
}

/** The first bits of an address, the others zero. */
function printed(groups: readonly number[], bits: number): string {
  const masked = groups.map((group, index) => {
    const ours = Math.min(16, Math.max(0, bits - 16 * index))
    return group & (0xffff << (16 - ours)) & 0xffff
  })
  const end = masked.findLastIndex((group) => group !== 0) + 1
  const written = masked.slice(0, end).map((group) => group.toString(16))
  return end < 7 ? `${written.join(':')}::` : masked.map((group) => group.toString(16)).join(':')
}
