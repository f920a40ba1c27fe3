import type { TellingFact } from './evidence/telling-fact.ts'

/** The question in words, to be answered by yes or no. */
export function questionText({ key, is }: TellingFact): string {
  if (is === undefined) return `Was ${key} sent?`
  const known = is.length === 1 && is[0] === 'true' ? TRUE.get(key.toLowerCase()) : undefined
  return known ?? `Was ${key} ${is.join(' or ')}?`
}

/** Keys that are true or false, as a person asks. */
const TRUE: ReadonlyMap<string, string> = new Map([
  ['aws:multifactorauthpresent', 'Was the call made with MFA?'],
  ['aws:securetransport', 'Was the call sent over TLS?'],
  ['aws:viaawsservice', 'Did a service of AWS make the call for the caller?'],
])
