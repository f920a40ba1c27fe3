import type { Diagnosis } from '#diagnose/diagnosis.ts'
import { actionFacts, isWildcardOnlyAction } from '#iam/facts/actions.ts'
import { resourceTypeFacts } from '#iam/facts/resource-types.ts'
import { isAccountId, parseArn } from '#iam/arn.ts'

type Denial = Diagnosis['denial']

/**
 * Resource of a drafted statement: the ARN that the message names; `*` where the action has no resource types; else the ARN
 * that the service's reference gives, with words in capitals for what the message does not say. Undefined: nobody knows.
 */
export function draftedResource(denial: Denial, action: string): string | undefined {
  const { resource } = denial
  if (resource !== null && parseArn(resource) !== undefined) return resource
  if (isWildcardOnlyAction(action) === true) return '*'
  const [service = '', name = ''] = action.split(':')
  const types = actionFacts(service, name)?.resourceTypes ?? []
  const required = types.filter((type) => type.required)
  const patterns = (required.length > 0 ? required : types).flatMap(
    ({ name: type }) => resourceTypeFacts(service, type)?.arnPatterns[0] ?? [],
  )
  // A bucket rather than an access point: what is asked in most calls is what takes the fewest words to name.
  const [pattern] = patterns.toSorted((a, b) => wordsIn(a) - wordsIn(b))
  return pattern === undefined ? undefined : filled(pattern, denial, service)
}

const wordsIn = (pattern: string): number => pattern.split('${').length

function filled(pattern: string, denial: Denial, service: string): string {
  const own = denial.resourceAccount ?? denial.accountId
  const account = own !== null && isAccountId(own) ? own : 'ACCOUNT_ID'
  const known = pattern
    .replaceAll('${Partition}', 'aws')
    .replaceAll('${Region}', denial.region ?? 'REGION')
    .replaceAll('${Account}', account)
  const open = [...known.matchAll(/\$\{(\w{1,60})\}/g)]
  const name = open.length === 1 ? nameOf(denial, service) : undefined
  return known.replaceAll(/\$\{(\w{1,60})\}/g, (_, word: string) => name ?? placeholder(word))
}

/** `role XPTO` → `XPTO`; a secret by its name lacks the six characters that AWS adds. */
function nameOf({ resource, resourceText }: Denial, service: string): string | undefined {
  const text = resource ?? resourceText
  if (text === undefined || text === null || /[\s/]/.test(text.replace(/^\w{1,20} /, ''))) {
    // Names of secrets and parameters have slashes, those of others only behind a type.
    if (service !== 'secretsmanager' || text === undefined || text === null || /\s/.test(text)) return undefined
  }
  const name = text.replace(/^\w{1,20} /, '')
  if (!/^[\w+=,.@/-]{1,200}$/.test(name)) return undefined
  return service === 'secretsmanager' ? `${name}-??????` : name
}

/** `KeyId` → `KEY_ID` */
const placeholder = (word: string): string => word.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, '_').toUpperCase()
