/**
 * How an API authorizes its callers, and who they are to its policy. R-OTH-02, R-OTH-04.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html
 */
import type { Truth } from '#iam/truth.ts'
import { attribute } from './attributes.ts'
import type { grantOf } from './combine.ts'
import { isOpenUrl } from './hard-rules.ts'
import * as layers from './layers.ts'
import { isOneOfListed, type Question } from './question.ts'

/**
 * An API or function URL without IAM authorization authenticates no principal of AWS's: its policy sees an anonymous caller.
 * (R-OTH-02, R-OTH-04, R-PM-13)
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-create-attach.html
 */
export const asAuthenticated = (question: Question): Question =>
  isOpenUrl(question) ||
  (question.action === 'execute-api:invoke' &&
    ['NONE', 'COGNITO', 'CUSTOM'].includes(String(attribute(question, 'authType'))))
    ? asAnonymous(question)
    : question

export const asAnonymous = (question: Question): Question => ({
  ...question,
  caller: { kind: 'anonymous', userId: 'anonymous' },
  relation: 'neither',
})

/** How the API authorizes; IAM authorization, and what is no API, leave the usual rules (R-OTH-02). */
export function apiOf(question: Question): Pick<Parameters<typeof grantOf>[0], 'api'> {
  if (question.action !== 'execute-api:invoke') return {}
  const type = attribute(question, 'authType')
  const isPrivate = attribute(question, 'private')
  const policies = question.scenario.policies
  const left = policies?.complete === true && !isOneOfListed(question)
  const none = policies?.resourcePolicy === null || (policies?.resourcePolicy === undefined && left)
  if (none && isPrivate === true) return { api: 'policy' }
  if (type === undefined) {
    const [own] = layers.resourcePolicies(asAnonymous(question))
    const isOpen = own?.applies === true && own.allow === true && own.deny === false
    // IAM authorization takes no unsigned request.
    return { api: isOpen && question.caller.kind !== 'anonymous' ? 'not-known-but-open' : 'not-known' }
  }
  if (type === 'CUSTOM') return { api: 'policy-or-authorizer' }
  // A private API without a policy lets nobody in.
  if (type !== 'NONE' && type !== 'COGNITO') return none && isPrivate === undefined ? { api: 'perhaps-shut' } : {}
  if (!none) return { api: 'policy' }
  return { api: isPrivate === undefined ? 'perhaps-nothing' : 'nothing' }
}

/**
 * "grants full access to any anonymous client that can connect … whenever a user-configured file system policy is not in effect"
 * (R-OTH-24). https://docs.aws.amazon.com/efs/latest/ug/iam-access-control-nfs-efs.html#default-filesystempolicy
 */
export function clientsOf(question: Question): Truth {
  if (!/^elasticfilesystem:client(mount|write|rootaccess)$/.test(question.action)) return false
  const policies = question.scenario.policies
  if (policies?.resourcePolicy === undefined)
    return policies?.complete === true && !isOneOfListed(question) ? true : 'unknown'
  return policies.resourcePolicy === null
}
