import { X509Certificate } from 'node:crypto'
import { expect, test } from 'vitest'
import { pathToAnchor } from '../src/trust-anchor.ts'
import { site } from './site.ts'

const ca = new X509Certificate(site.ca)
const strangersCa = new X509Certificate(site.strangersCa)
const leaf = new X509Certificate(site.client.certificate)
const stranger = new X509Certificate(site.stranger.certificate)

test('a leaf leads to the CA that issued it, sent or not', () => {
  expect(pathToAnchor([leaf], [strangersCa, ca])).toEqual([leaf, ca])
  expect(pathToAnchor([leaf, ca], [ca])).toEqual([leaf, ca])
})

test('what is sent beyond the anchor does not count', () => {
  expect(pathToAnchor([leaf, ca, strangersCa], [ca])).toEqual([leaf, ca])
})

test('a chain that does not hold together, or hangs elsewhere, leads nowhere', () => {
  expect(pathToAnchor([stranger], [ca])).toBeUndefined()
  expect(pathToAnchor([stranger, strangersCa], [ca])).toBeUndefined()
  expect(pathToAnchor([stranger, ca], [ca])).toBeUndefined()
  expect(pathToAnchor([leaf], [])).toBeUndefined()
  expect(pathToAnchor([], [ca])).toBeUndefined()
})
