import type { Assumption } from '#engine/decision.ts'
import { isResourceTagKey } from '#iam/tag-keys.ts'
import { withoutPlaceholder } from './token-words.ts'

type Assumed = Pick<Assumption, 'fact' | 'value'>

interface AssumedFacts {
  readonly assumptions: readonly Assumed[]
  readonly denial: { readonly principal: string | null }
  readonly steps: readonly {
    readonly request: {
      readonly principal: string
      readonly action: string
      readonly resource: string | readonly string[] | null
    }
  }[]
}

/**
 * What was assumed of a request, in one line; what the headline names is not repeated. `unlisted`: the edition of AWS's
 * reference that lacks an action which is assumed to exist.
 */
export function assumedWords(
  { assumptions, denial, steps: [denied] }: AssumedFacts,
  unlisted: (action: string) => string | undefined = () => undefined,
): string {
  const caller = denial.principal ?? denied?.request.principal
  const resources = [denied?.request.resource ?? []].flat().join(', ')
  const action = denied?.request.action ?? ''
  const shownFacts: Readonly<Record<string, readonly (string | undefined)[]>> = {
    principal: [caller],
    action: [action, `${action} on ${resources}`],
    resource: [resources],
  }
  const isShown = ({ fact, value }: Assumed): boolean => value !== '' && shownFacts[fact]?.includes(value) === true
  const shown = assumptions.filter(isShown).map(({ fact }) => (fact === 'principal' ? 'caller' : fact))
  const claims = assumptions.find(({ fact }) => fact === CLAIMS)?.value ?? ''
  const isClaim = ({ fact, value }: Assumed): boolean => {
    const name = fact.slice(fact.lastIndexOf(':') + 1)
    return fact.includes(':') && claims.split(', ').includes(`${name} ${value}`)
  }
  const rest = assumptions.filter(
    (assumption) => !isShown(assumption) && !isClaim(assumption) && !isPlaceholderAccount(assumption),
  )
  const tags = rest.filter(isNoTag).map(({ fact }) => fact.slice(fact.indexOf('/') + 1))
  const words = [
    ...(shown.length === 0 ? [] : [`this ${listed(shown)}`]),
    ...rest.filter((each) => !isNoTag(each)).map((assumption) => assumptionWords(assumption, unlisted)),
    ...(tags.length === 0 ? [] : [`no ${tags.length === 1 ? 'tag' : 'tags'} ${tags.join(', ')} on the resource`]),
  ]
  return [...new Set(words)].join('; ')
}

/** An account that is a placeholder, as another assumption says. */
const isPlaceholderAccount = ({ fact, value }: Assumed): boolean =>
  (fact === 'resourceAccount' || fact === 'account of the resource') && /^[A-Z_]{3,40}$/.test(value)

const isNoTag = ({ fact, value }: Assumed): boolean =>
  fact.includes(':') && value === 'absent' && isResourceTagKey(fact)

const CLAIMS = 'claims of the token'

/** Facts of JSON as a person calls them; a condition key keeps its name, for that is what policies say. */
const FACT_WORDS: Readonly<Record<string, string>> = {
  'principalDetails.roleArn': 'role',
  principalTags: 'tags of the principal',
  resourceAccount: 'account of the resource',
  authType: 'authorization of the API',
  principal: 'caller',
}

function assumptionWords({ fact, value }: Assumed, unlisted: (action: string) => string | undefined): string {
  if (fact === 'aws:SecureTransport') return value === 'true' ? 'sent over TLS' : 'not sent over TLS'
  const reference = fact === 'action' && !value.includes(' ') ? unlisted(value) : undefined
  if (reference !== undefined) return `${value} exists, although ${reference} doesn't list it`
  if (fact.includes(':') && value === 'absent') return `${fact} not sent`
  if (/^[A-Z_]{3,40}(?:, [A-Z_]{3,40}){0,9}$/.test(fact))
    return `${fact} ${fact.includes(',') ? 'stand for values' : 'stands for a value'} that the evidence doesn't show: replace ${fact.includes(',') ? 'them' : 'it'}`
  if (fact === 'path of the role' && value.startsWith('none')) return 'the role has no path'
  if (value === 'none') return `no ${fact}`
  if (fact === 'principal' && !value.startsWith('arn:')) return value
  if (fact === 'resource' && value.includes(', '))
    return `resources: ${value.split(', ').map(behindAccount).join(', ')}`
  return `${FACT_WORDS[fact] ?? fact}: ${withoutPlaceholder(value)}`
}

/** `subnet/*` of `arn:aws:ec2:us-east-1:111122223333:subnet/*`: of several, the part that tells them apart. */
const behindAccount = (arn: string): string => arn.split(':').slice(5).join(':') || arn

/** `caller, action and resource` */
const listed = (words: readonly string[]): string => words.join(', ').replace(/, (?=[^,]*$)/, ' and ')
