import { isTagOfResource } from '#engine/resource-facts.ts'
import type { Caller } from '#iam/caller.ts'
import { OPEN_KEY } from '#iam/open-value.ts'
import { memoizeText } from '#iam/memoize.ts'

/**
 * Keys that follow from who asks and what is asked for. Not known, they are a missing fact: the caller cannot choose them
 * by the way a request is sent.
 */
const FACTS: ReadonlySet<string> = new Set([
  'aws:principalarn',
  'aws:principalaccount',
  'aws:principaltype',
  'aws:principalorgid',
  'aws:principalorgpaths',
  'aws:principalisawsservice',
  'aws:username',
  'aws:resourceaccount',
  'aws:resourceorgid',
  'aws:resourceorgpaths',
  's3:resourceaccount',
  's3:dataaccesspointarn',
  's3:dataaccesspointaccount',
  'kms:calleraccount',
  'kms:resourcealiases',
])

const prefixOf = (folded: string): string => {
  const slash = folded.indexOf('/')
  return slash < 0 ? folded : folded.slice(0, slash)
}

/** Whether a key that is not known is a fact that somebody could look up, rather than a choice of the caller. */
export function isFactKey(key: string, { kind }: Caller): boolean {
  const { prefix, isFact } = readKey(key)
  // A role's tags are overlaid by those its session is given (R-PRIN-06); a user's are what they are.
  if (prefix === 'aws:principaltag') return kind === 'user'
  if (prefix === 'aws:userid') return kind !== 'role-session'
  return isFact
}

const readKey = memoizeText((key) => {
  const folded = key.toLowerCase()
  const isFact = folded.startsWith(OPEN_KEY) || FACTS.has(folded) || isTagOfResource(folded)
  return { prefix: prefixOf(folded), isFact }
})
