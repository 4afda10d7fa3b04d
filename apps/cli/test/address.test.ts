import { describe, expect, it } from 'vitest'
import { formatPeer, parseAddress } from '../src/peers/address.ts'

describe('an address', () => {
  it.each([
    ['ARCHIVE@pacs.example:104', { aeTitle: 'ARCHIVE', host: 'pacs.example', port: 104, security: [] }],
    ['A@[2001:db8::7]:11112', { aeTitle: 'A', host: '2001:db8::7', port: 11112, security: [] }],
    ['A@10.0.0.7:2762+tls', { aeTitle: 'A', host: '10.0.0.7', port: 2762, security: ['tls'] }],
    ['A@h:1+iscl+site-tls', { aeTitle: 'A', host: 'h', port: 1, security: ['iscl', 'site-tls'] }],
    ['STORE@:0', { aeTitle: 'STORE', host: '', port: 0, security: [] }],
    ['CT 1@home@h:1', { aeTitle: 'CT 1@home', host: 'h', port: 1, security: [] }],
  ])('%s', (text, address) => {
    expect(parseAddress(text)).toEqual(address)
    expect(formatPeer(parseAddress(text))).toBe(text)
  })

  it.each([
    ['pacs.example:104', 'the AE title is missing'],
    ['@pacs.example:104', 'an AE title has 1 to 16'],
    ['SEVENTEEN_LETTERS@h:1', 'an AE title has 1 to 16'],
    ['A\\B@h:1', 'no backslash'],
    ['A@pacs.example', 'a host and a port follow'],
    ['A@pacs.example:http', 'a host and a port follow'],
    ['A@h:65536', 'a port is at most 65535'],
    ['A@::1:104', 'an IPv6 address stands in brackets'],
    ['A@h:1+', 'a host and a port follow'],
  ])('%s is none', (text, why) => {
    expect(() => parseAddress(text)).toThrow(why)
    expect(() => parseAddress(text)).toThrow('Write AE@host:port')
  })
})
