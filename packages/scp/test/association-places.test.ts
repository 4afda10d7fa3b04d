import { FakeClock } from '@dcm/testkit'
import { expect, it } from 'vitest'
import { admissionLimits } from '../src/admission/admission-options.ts'
import { AssociationPlaces } from '../src/admission/association-places.ts'

it('a place that is given back twice is one place', async () => {
  const limits = admissionLimits({}, { maxAssociations: 2, maxAwaitingRequest: 1 })
  const places = new AssociationPlaces(limits, new FakeClock())
  const { signal } = new AbortController()
  const take = (callingAeTitle: string) => places.take({ address: '::1', callingAeTitle, signal })
  const place = await take('ONE')
  await take('OTHER')
  if (!('release' in place)) throw new Error('there was room')
  place.release()
  place.release()
  expect([places.taken, places.byCallingAeTitle()]).toEqual([1, { OTHER: 1 }])
})
