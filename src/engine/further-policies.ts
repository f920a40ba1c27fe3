import type { Policy } from './scenario.ts'

const FURTHER = 'further '

/** A policy that stands for those of a layer that nobody gave: its document is left out, so it may allow or deny. */
export const furtherPolicies = (what: string): Policy => ({ name: `${FURTHER}${what}` })

/** Whether a policy of that name and without a document stands for those that nobody gave; what is typed by hand may lack a name. */
export const isFurther = (name: string | undefined): boolean => name?.startsWith(FURTHER) === true
