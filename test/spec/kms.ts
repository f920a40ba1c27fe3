/**
 * KMS grants. R-KMS-06, R-KMS-07.
 * https://docs.aws.amazon.com/kms/latest/developerguide/grants.html
 */
import { andAll, not, or, orAll, type Truth } from '#iam/truth.ts'
import { attribute } from './attributes.ts'
import { keyState } from './context.ts'
import { isObject, texts } from './document.ts'
import { anyKind, kindsNamed } from './principal.ts'
import { UNKNOWN_RESOURCE, type Question } from './question.ts'

const OPERATIONS = `decrypt encrypt generatedatakey generatedatakeywithoutplaintext generatedatakeypair
  generatedatakeypairwithoutplaintext generatemac reencryptfrom reencryptto sign verify verifymac getpublickey
  derivesharedsecret creategrant describekey retiregrant`.split(/\s+/)

/** "The kms:RetireGrant permission is not effective in a key policy" (KMS guide, "Retiring and revoking grants"). */
export const isRetiring = ({ action }: Question): boolean => action === 'kms:retiregrant'

export const isKey = ({ service, resource }: Question): boolean =>
  service === 'kms' && (resource === UNKNOWN_RESOURCE || /^arn:[^:]*:kms:.*:key\//.test(resource))

/** Whether a grant gives the access: to an AWS identity, never to a service or the unsigned. */
export function grantAllows(question: Question): Truth {
  const name = question.action.split(':')[1] ?? ''
  if (!isKey(question) || question.caller.account === undefined || !OPERATIONS.includes(name)) return false
  const grants = attribute(question, 'kmsGrants')
  if (grants === undefined) return 'unknown'
  if (question.resource === UNKNOWN_RESOURCE && Array.isArray(grants) && grants.length > 0) return 'unknown'
  return orAll((Array.isArray(grants) ? grants : []).map((grant: unknown) => oneAllows(grant, name, question)))
}

function oneAllows(grant: unknown, name: string, question: Question): Truth {
  if (!isObject(grant)) return 'unknown'
  if (name === 'retiregrant' && isGrantee(grant['RetiringPrincipal'], question) === true) return true
  const operations = texts(grant['Operations']).map((operation) => operation.toLowerCase())
  if (!operations.includes(name)) return false
  const free = name === 'describekey' || name === 'retiregrant'
  const constraints = grant['Constraints']
  return andAll([
    isGrantee(grant['GranteePrincipal'], question),
    free || constraintsHold(constraints, question),
    hasOtherConstraints(constraints) ? 'unknown' : true,
    name === 'creategrant' ? staysWithin(operations, question) : true,
  ])
}

/** Kinds of constraints that R-KMS-06 does not tell of. */
const hasOtherConstraints = (constraints: unknown): boolean =>
  isObject(constraints) &&
  Object.entries(constraints).some(
    ([kind, wanted]) => !/^EncryptionContext(Equals|Subset)$/i.test(kind) && wanted != null,
  )

/** Who may make grants by a grant may pass on its operations alone. */
function staysWithin(operations: readonly string[], question: Question): Truth {
  const asked = keyState(question, 'kms:GrantOperations')
  if (typeof asked === 'object') return asked.values.every((one) => operations.includes(one.toLowerCase()))
  const forService = keyState(question, 'kms:GrantIsForAWSResource')
  return asked === 'absent' || (typeof forService === 'object' && forService.values[0] === 'true') || 'unknown'
}

/** An account as grantee: only its root user is sure to be meant. */
function isGrantee(grantee: unknown, { caller }: Question): Truth {
  const named = kindsNamed({ AWS: grantee }, caller)
  const { ACCOUNT: account = false, ANY: _any, ...own } = named
  if (account === true && caller.kind !== 'root') return 'unknown'
  return or(anyKind(own), account)
}

function constraintsHold(constraints: unknown, question: Question): Truth {
  if (!isObject(constraints)) return true
  const { EncryptionContextEquals: equals, EncryptionContextSubset: subset } = constraints
  return andAll([
    ...(isObject(subset) ? [hasPairs(subset, question)] : []),
    ...(isObject(equals) ? [hasPairs(equals, question), not(hasOthers(equals, question))] : []),
  ])
}

const hasPairs = (pairs: object, question: Question): Truth =>
  andAll(
    Object.entries(pairs).map(([key, value]): Truth => {
      const state = keyState(question, `kms:EncryptionContext:${key}`)
      if (state === 'absent') return false
      return typeof state === 'object' ? state.values[0] === value : 'unknown'
    }),
  )

/** Whether the request's encryption context has a key that the constraint does not list. */
function hasOthers(pairs: object, question: Question): Truth {
  const prefix = 'kms:encryptioncontext:'
  const allowed = Object.keys(pairs).map((key) => prefix + key.toLowerCase())
  const { context = {}, contextComplete } = question.request
  const listed = Object.keys(context).filter((key) => key.toLowerCase().startsWith(prefix))
  const others = listed.filter((key) => !allowed.includes(key.toLowerCase()))
  const states = others.map((key) => keyState(question, key))
  if (states.some((state) => state === 'present' || typeof state === 'object')) return true
  return states.includes('unknown') || contextComplete !== true ? 'unknown' : false
}
