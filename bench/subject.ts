/** What is measured, as one bundle: the form in which it is shipped, without what tsx adds to every function. */
export { evaluateEffect as decideRequest } from '#engine/evaluate-effect.ts'
export { evaluateRequest } from '#engine/evaluate.ts'
export { preparePolicies } from '#engine/prepare.ts'
export { compareDocuments, compareRead } from '#prove/compare.ts'
export { readDocuments } from '#prove/document-set.ts'
