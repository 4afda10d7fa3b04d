import { describeSecurityProvider } from '@dcm/testkit'
import { describe, it } from 'vitest'
import { keyedFixture } from './keyed-fixture.ts'

describeSecurityProvider({ describe, it }, keyedFixture)
