export { FakeClock } from './fake-clock.ts'
export { memoryPair, type MemoryPairOptions } from './memory-pair.ts'
export { settled } from './settled.ts'
export { type ReceivedPdu, type ReceivedPdv, ScriptedPeer } from './scripted-peer.ts'
