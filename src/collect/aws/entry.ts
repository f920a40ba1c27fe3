// Everything of this folder that the rest of the program uses. The build makes it a file of its own, so that the SDK is
// read only by the commands that call AWS (ADR 0018).
export { collect } from './collect.ts'
export { COLLECTORS } from './collectors.ts'
export { collectPolicy } from './print-policy.ts'
