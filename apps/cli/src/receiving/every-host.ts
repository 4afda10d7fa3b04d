import { networkInterfaces } from 'node:os'

/** All addresses of this computer; one without IPv6 refuses to listen on `::`. */
export function everyHost(): string {
  const ipv6 = Object.values(networkInterfaces()).some((all) => all?.some(({ family }) => family === 'IPv6'))
  return ipv6 ? '::' : '0.0.0.0'
}
