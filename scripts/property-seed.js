// Property tests draw the same cases in every run, so that a run fails for what was changed. Others: PROPERTY_SEED=7 pnpm vitest run
import { configureGlobal } from 'fast-check'

configureGlobal({ seed: Number(process.env.PROPERTY_SEED ?? 1) })
