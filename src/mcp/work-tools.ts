import { lookUpDenials } from './library-tools.ts'
import { snapshotTools } from './snapshot-tools.ts'
import type { WorkTool } from './tool.ts'
import { policyTools } from './tools.ts'

/** Every tool whose answer takes work, in the order in which they are announced. */
export const workTools = (): readonly WorkTool[] => [...policyTools(), ...snapshotTools(), lookUpDenials]
