import { COLLECTORS } from './collectors.ts'

// What the rest of the program uses of this folder. The build makes it a file of its own, so that the SDK is read only by
// the commands that call AWS (ADR 0019).
export { athenaCalls } from './athena.ts'
export { collect } from './collect.ts'
export { askEvaluators } from './cross-check.ts'
export { decodeMessages } from './decode.ts'
export { lookupRecords } from './lookup.ts'
export { openTrail } from './trail-objects.ts'
export { openRunbooks } from './runbook.ts'
export { collectPolicy } from './print-policy.ts'
export { snsPublisher } from './publish.ts'
export { askCallerIdentity } from './whoami.ts'

/** Names of the services that can be chosen, which are also the folders below `resources/`. */
export const collectedServices = (): readonly string[] => COLLECTORS.map(({ service }) => service)
