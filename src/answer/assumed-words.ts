import type { Assumption } from '#engine/decision.ts'
import { isResourceTagKey } from '#iam/tag-keys.ts'

/**
 * What was assumed of a request, in one line. `unlisted`: the edition of AWS's reference that lacks an action which is assumed
 * to exist.
 */
export const assumedWords = (
  assumptions: readonly Pick<Assumption, 'fact' | 'value'>[],
  unlisted: (action: string) => string | undefined = () => undefined,
): string => assumptions.map((assumption) => assumptionWords(assumption, unlisted)).join('; ')

/** Facts of JSON as a person calls them; a condition key keeps its name, for that is what policies say. */
const FACT_WORDS: Readonly<Record<string, string>> = {
  'principalDetails.roleArn': 'role',
  principalTags: 'tags of the principal',
  resourceAccount: 'account of the resource',
  authType: 'authorization of the API',
  principal: 'caller',
}

function assumptionWords(
  { fact, value }: Pick<Assumption, 'fact' | 'value'>,
  unlisted: (action: string) => string | undefined,
): string {
  if (fact === 'aws:SecureTransport') return value === 'true' ? 'sent over TLS' : 'not sent over TLS'
  const reference = fact === 'action' && !value.includes(' ') ? unlisted(value) : undefined
  if (reference !== undefined) return `${value} exists, although ${reference} doesn't list it`
  if (fact.includes(':') && value === 'absent')
    return isResourceTagKey(fact) ? `no tag ${fact.slice(fact.indexOf('/') + 1)} on the resource` : `${fact} not sent`
  return `${FACT_WORDS[fact] ?? fact}: ${value}`
}
