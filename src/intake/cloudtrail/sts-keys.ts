import type { ContextEntry } from './context-entry.ts'
import { tagPairs, tagsOf } from './event-context.ts'
import { field, isRedacted, type JsonObject, listOf, textField, textOf } from './loose-record.ts'

/** Calls whose session tags come with the token or the assertion. */
export const FEDERATED: ReadonlySet<string> = new Set(['AssumeRoleWithSAML', 'AssumeRoleWithWebIdentity'])

/**
 * Context keys of a call of STS; what the caller did not pass to AssumeRole is absent (R-CTX-13), where the record has the
 * call's parameters.
 */
export function stsKeys(record: JsonObject, parameters: JsonObject | undefined): readonly ContextEntry[] {
  const operation = textField(record, 'eventName') ?? ''
  if (operation === 'AssumeRoot') return taskPolicy(parameters)
  if (FEDERATED.has(operation)) return [...tokenTags(parameters), ...transitiveKeys(parameters)]
  if (operation !== 'AssumeRole' || parameters === undefined) return []
  const entries: ContextEntry[] = [...transitiveKeys(parameters)]
  // A code that the call accepted (R-STS-06). https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
  if (textField(parameters, 'serialNumber') !== undefined && textField(record, 'errorCode') === undefined)
    entries.push(['aws:MultiFactorAuthPresent', true])
  if (textField(parameters, 'roleArn') === undefined || textField(parameters, 'roleSessionName') === undefined)
    return entries
  for (const [parameter, key] of [
    ['externalId', 'sts:ExternalId'],
    ['sourceIdentity', 'sts:SourceIdentity'],
  ] as const) {
    if (field(parameters, parameter) === undefined) entries.push([key, null])
  }
  return entries
}

function taskPolicy(parameters: JsonObject | undefined): readonly ContextEntry[] {
  const task = textField(parameters, 'taskPolicyArn', 'arn') ?? textField(parameters, 'taskPolicyArn')
  return task === undefined || isRedacted(task) ? [] : [['sts:TaskPolicyArn', task]]
}

function transitiveKeys(parameters: JsonObject | undefined): readonly ContextEntry[] {
  const keys = listOf(field(parameters, 'transitiveTagKeys')).flatMap((key) => textOf(key) ?? [])
  return keys.length === 0 ? [] : [['sts:TransitiveTagKeys', keys]]
}

/**
 * The session tags of a token or an assertion, which the trust policy sees as tags of the request (R-STS-07).
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html (SAML and OIDC examples)
 */
function tokenTags(parameters: JsonObject | undefined): readonly ContextEntry[] {
  const tags = field(parameters, 'principalTags')
  const keys = tagPairs(tags).map(([key]) => key)
  return keys.length === 0 ? [] : [...tagsOf('aws:RequestTag/', tags), ['aws:TagKeys', keys]]
}
