import { expect, it } from 'vitest'
import { addressKey } from '../src/admission/address-key.ts'

const key = (host: string, bits = 64) => addressKey({ host, port: 104 }, bits)

it.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['::FFFF:192.0.2.1', '192.0.2.1'],
  ['::ffff:c000:201', '192.0.2.1'],
  ['0:0:0:0:0:ffff:c000:0201', '192.0.2.1'],
])('counts IPv4 as IPv4: %s', (host, expected) => {
  expect(key(host)).toBe(expected)
  expect(key(host, 128)).toBe(expected)
})

it.each([
  ['2001:db8:0:1::5', 64, '2001:db8:0:1::/64'],
  ['2001:DB8:0:1:FFFF:ffff:ffff:ffff', 64, '2001:db8:0:1::/64'],
  ['2001:db8::', 64, '2001:db8::/64'],
  ['::1', 64, '::/64'],
  ['2001:db8:1234:5678::9', 48, '2001:db8:1234::/48'],
  ['2001:db8:1234:5678::9', 36, '2001:db8:1000::/36'],
  ['2001:db8::1:2:3:4', 127, '2001:db8:0:0:1:2:3:4/127'],
  ['2001:db8::1:2:3:5', 127, '2001:db8:0:0:1:2:3:4/127'],
  ['64:ff9b::192.0.2.1', 112, '64:ff9b:0:0:0:0:c000:0/112'],
  ['::2', 1, '::/1'],
  ['ffff::', 1, '8000::/1'],
])('counts IPv6 by its network: %s at /%i', (host, bits, expected) => {
  expect(key(host, bits)).toBe(expected)
})

it.each([
  ['fe80::1%eth0', 64],
  ['febf::1', 64],
  ['2001:db8::1', 128],
  // No addresses at all, from a transport of somebody's own.
  ['memory', 64],
  ['1:2:3', 64],
  ['1:2:3:4:5:6:7:8:9', 64],
  ['1:2:3:4::5:6:7:8:9', 64],
  ['12345::', 64],
  ['x::y', 64],
])('counts in full: %s at /%i', (host, bits) => {
  expect(key(host, bits)).toBe(host)
})

it('counts a local socket by its path', () => {
  expect(addressKey({ path: '/run/dicom.sock' }, 64)).toBe('/run/dicom.sock')
})
