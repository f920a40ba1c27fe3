import { isStandIn } from '#engine/representatives.ts'
import { apiIdIn, isApiId, isNameOfApi } from '#iam/api-id.ts'
import { isAccountId, parseArn } from '#iam/arn.ts'
import { type ConditionLine, evaluateLine } from '#iam/condition/condition.ts'
import { compileGlob, globMatches } from '#iam/glob.ts'
import { pointerTo, valueAt } from '#iam/json-pointer.ts'
import { oneEditApart } from '#iam/nearest-name.ts'
import type { GrantGoal } from '../../grant-goal.ts'
import type { Operation } from '../../operation.ts'
import { PROTECTING } from '../kept-conditions.ts'
import type { OwnAccounts } from './own-accounts.ts'
import { isNearAccount, mendedResource } from './resource-slip.ts'

/** How a condition line is mended, and why. */
export interface MendedCondition {
  /** @param pointer to the statement */
  readonly operationsOn: (document: unknown, pointer: string) => readonly Operation[]
  readonly why: string
  /** No request met the line, so that nobody loses by the change. */
  readonly takesNothing?: true
  /** Values that meet the mended line, of a key that the evidence leaves open. */
  readonly assumes?: Readonly<Record<string, string>>
}

/**
 * The condition that was meant, where the line that fails is a slip: its key is an ARN or lacks the provider, its operator
 * compares `*` as a character, or its value narrowly misses what the request has. Undefined: the request is another one.
 */
export function mendedCondition(line: ConditionLine, goal: GrantGoal, own: OwnAccounts): MendedCondition | undefined {
  return (
    keySlip(line, goal) ??
    operatorSlip(line, goal) ??
    repositorySlip(line, goal) ??
    apiSlip(line, goal) ??
    anyAccountSlip(line, goal) ??
    valueSlip(line, goal, own)
  )
}

/**
 * The name of an API, or of it in a template, where its id belongs: no request has it as its source. The id is that of the one API that
 * was given. https://docs.aws.amazon.com/lambda/latest/dg/services-apigateway.html#apigateway-permissions
 */
function apiSlip(line: ConditionLine, { apis, input }: GrantGoal): MendedCondition | undefined {
  const [api, ...others] = apis
  const [written, ...more] = line.values.map(({ template: { source } }) => source)
  const name = written === undefined ? undefined : apiIdIn(written)
  if (api === undefined || written === undefined || name === undefined || others.length + more.length > 0)
    return undefined
  const isOfGateway = input.request.principal === 'apigateway.amazonaws.com'
  const isSource = line.key.toLowerCase() === 'aws:sourcearn' && /^arn(?:like|equals)$/i.test(line.operator)
  if (!isOfGateway || !isSource || !isApiId(api) || !isNameOfApi(name)) return undefined
  const text = written.replace(`:${name}`, `:${api}`)
  return {
    operationsOn: (document, pointer) => replaced(document, pointer, line, written, text),
    why: `has \`${name}\` for the id of the API under ${line.key}. An id is 10 small letters and digits; that of the API in your file is ${api}`,
    takesNothing: true,
    assumes: { [line.key]: text.replaceAll('*', 'x') },
  }
}

/**
 * `*` for the account that a service works for: StringEquals compares it as a character, and any account would be everybody's. It is that
 * of the resource (https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html).
 */
function anyAccountSlip(line: ConditionLine, { input }: GrantGoal): MendedCondition | undefined {
  const account = input.resourceAccount
  const isAny = line.values.length === 1 && line.values[0]?.template.source === '*'
  const isSource = line.key.toLowerCase() === 'aws:sourceaccount' && /^stringequals(?:ifexists)?$/i.test(line.operator)
  if (input.caller.kind !== 'service' || !isAny || !isSource || !isAccountId(account ?? '')) return undefined
  return {
    operationsOn: (document, pointer) => replaced(document, pointer, line, '*', account ?? ''),
    why: `has \`*\` for an account under ${line.operator}, which compares it as a character; the account of the resource is ${account}`,
    takesNothing: true,
    assumes: { [line.key]: account ?? '' },
  }
}

/**
 * Claims of a token have keys that begin with the provider's address, not with its ARN.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif
 */
function keySlip(line: ConditionLine, { input }: GrantGoal): MendedCondition | undefined {
  const { caller, question } = input
  if (caller.kind !== 'identity-provider') return undefined
  const provider = caller.federatedBy ?? caller.arn
  const host = provider.slice(provider.indexOf(':oidc-provider/') < 0 ? 0 : provider.indexOf('/') + 1)
  const colon = line.key.lastIndexOf(':')
  const claim = line.key.slice(colon + 1)
  const key = `${host}:${claim}`
  const isKnown = ['aud', 'sub', 'amr', 'azp', 'oaud', 'email'].includes(claim.toLowerCase())
  if (!isKnown || key.toLowerCase() === line.key.toLowerCase()) return undefined
  if (evaluateLine({ ...line, key }, question.lookup(key), question.lookup) !== true) return undefined
  const isArn = line.key.startsWith('arn:')
  return {
    operationsOn: moved(line, line.operator, key),
    why: isArn
      ? `has the ARN of the provider for a key; the key is ${key}`
      : `has a key that tokens of this provider do not carry; theirs is ${key}`,
  }
}

/** `StringEquals` compares `*` as a character. */
function operatorSlip(line: ConditionLine, { input: { question } }: GrantGoal): MendedCondition | undefined {
  if (!/stringequals(?!ignore)/i.test(line.operator) || isHeldTo(line)) return undefined
  const state = question.lookup(line.key)
  if (state.state !== 'values' || state.multivalued) return undefined
  const [actual = ''] = state.values
  const isMeant = line.values.some(
    ({ template: { source } }) =>
      /[*?]/.test(source) && !source.includes('${') && source !== '*' && globMatches(compileGlob(source), actual),
  )
  if (!isMeant) return undefined
  const operator = line.operator.replace(/StringEquals/i, 'StringLike')
  return {
    operationsOn: moved(line, operator, line.key),
    why: `has a wildcard under ${line.operator}, which compares it as a character; ${operator} does not${ofNamespaces(line)}`,
  }
}

const ofNamespaces = ({ values }: ConditionLine): string =>
  values.some(({ template: { source } }) => source.startsWith('system:serviceaccount:*:'))
    ? ', and then takes the service account from every namespace of the cluster: write the namespace in its place for less'
    : ''

/**
 * A subject of GitHub's goes on behind the repository. What was meant is the complete repository: `repo:OWNER/NAME:*`, which StringLike
 * compares. https://docs.github.com/en/actions/reference/security/oidc
 */
function repositorySlip(line: ConditionLine, { input: { question } }: GrantGoal): MendedCondition | undefined {
  const state = question.lookup(line.key)
  const [only, ...others] = line.values.map(({ template: { source } }) => source)
  if (!/:sub$/i.test(line.key) || only === undefined || others.length > 0) return undefined
  if (!/^string(?:equals|like)$/i.test(line.operator) || !/^repo:[^/:*?]+\/[^/:*?]+$/.test(only)) return undefined
  if (state.state !== 'values' || state.values[0]?.startsWith(`${only}:`) !== true) return undefined
  return {
    operationsOn: (document, pointer) => {
      const operations = moved(line, 'StringLike', line.key)(document, pointer)
      if (/like/i.test(line.operator)) return replaced(document, pointer, line, only, everyOf(only))
      return operations.map((operation) =>
        operation.op !== 'add'
          ? operation
          : {
              ...operation,
              value: operation.path.endsWith('/StringLike') ? { [line.key]: everyOf(only) } : everyOf(only),
            },
      )
    },
    why: `ends at the repository, and a subject goes on with :ref:refs/heads/BRANCH, :environment:NAME or :pull_request. ${everyOf(only)} lets in every branch, tag, environment and pull request of the repository: write one of these forms in its place for less`,
  }
}

const everyOf = (repository: string): string => `${repository}:*`

/**
 * Whether a pattern in place of the text would give up what the line holds a caller to (R-FIX-06): who passes it, from where; and of a
 * token whose it is, unless the pattern still names the repository, the project, the namespace.
 */
function isHeldTo({ key, values }: ConditionLine): boolean {
  if (PROTECTING.test(key)) return true
  if (!/:sub$/i.test(key)) return false
  return !values.every(({ template: { source } }) => {
    const head = source.slice(0, /[*?]/.exec(source)?.index ?? source.length)
    return head.includes('/') || /^system:serviceaccount:[^:]+:/.test(head) || isOneAccountOfCluster(key, source)
  })
}

/**
 * A service account by its name, in any namespace of the cluster whose provider it is: what the policy says, but for its operator. Every
 * namespace has one by the name of `default`. https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html
 */
const isOneAccountOfCluster = (key: string, source: string): boolean =>
  key.startsWith('oidc.eks.') && /^system:serviceaccount:\*:(?!default$)[a-z0-9][a-z0-9.-]*$/.test(source)

/** The values under another operator or key; a block that is empty then goes with them. */
const moved =
  (line: ConditionLine, operator: string, key: string) =>
  (document: unknown, pointer: string): readonly Operation[] => {
    const block = valueAt(document, pointerTo(pointer, 'Condition', line.operator))
    const value = valueAt(document, pointerTo(pointer, 'Condition', line.operator, line.key))
    if (typeof block !== 'object' || block === null || value === undefined) return []
    const isLast = Object.keys(block).length === 1 && operator !== line.operator
    const there = valueAt(document, pointerTo(pointer, 'Condition', operator))
    // Two conditions on one key under one operator would be one, with either value.
    if (valueAt(document, pointerTo(pointer, 'Condition', operator, key)) !== undefined) return []
    return [
      { op: 'remove', path: pointerTo(pointer, 'Condition', line.operator, ...(isLast ? [] : [line.key])) },
      there === undefined
        ? { op: 'add', path: pointerTo(pointer, 'Condition', operator), value: { [key]: value } }
        : { op: 'add', path: pointerTo(pointer, 'Condition', operator, key), value },
    ]
  }

const COMPARING = /^(?:string(?:equals|like)|arn(?:equals|like))(?:ifexists)?$/i

function valueSlip(line: ConditionLine, goal: GrantGoal, own: OwnAccounts): MendedCondition | undefined {
  const { question } = goal.input
  const state = question.lookup(line.key)
  if (!COMPARING.test(line.operator) || state.state !== 'values' || state.multivalued) return undefined
  // What a trust policy asks for besides a name is not given up for what a request has (R-FIX-06).
  if (question.action.service === 'sts' && PROTECTING.test(line.key)) return undefined
  const [actual = ''] = state.values
  if (isStandIn(actual) || actual === '' || /[*?]|\$\{/.test(actual)) return undefined
  for (const { template } of line.values) {
    const found = nearValue(template.source, actual, line, own)
    if (found === undefined) continue
    return {
      operationsOn: (document, pointer) => replaced(document, pointer, line, template.source, found.text),
      why: found.why,
    }
  }
  return undefined
}

function nearValue(
  written: string,
  actual: string,
  { key, values }: ConditionLine,
  own: OwnAccounts,
): { readonly text: string; readonly why: string } | undefined {
  if (written.includes('${')) return undefined
  const claim = key.slice(key.lastIndexOf(':') + 1).toLowerCase()
  const like = (pattern: string, text = actual): boolean => globMatches(compileGlob(pattern), text)
  // The audience that AWS's own clients ask for. https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html
  if (claim === 'aud' && values.length === 1 && (actual === 'sts.amazonaws.com' || actual === organizationIn(key)))
    return {
      text: actual,
      why: /^(?:system:serviceaccount:|repo:|project_path:|organization:)/.test(written)
        ? `has the subject ${written} under :aud; it belongs under :sub, and the audience of the token is ${actual}`
        : `asks for an audience ${written}, and the token is made for ${actual}`,
    }
  const branch = written.replace(/:ref:(?!refs\/)(?:heads\/)?/, ':ref:refs/heads/')
  if (claim === 'sub' && branch !== written && like(branch))
    return { text: branch, why: 'lacks `refs/heads/` before the branch' }
  const trimmed = written.trim().replaceAll(/(?<=[^:/])\/{2,}/g, '/')
  if (trimmed !== written && like(trimmed)) return { text: trimmed, why: 'has a space or a slash too many' }
  if (like(written.toLowerCase(), actual.toLowerCase()))
    return {
      text: /[*?]/.test(written) ? capitalsOf(written, actual) : actual,
      why: 'has other capitals than the request',
    }
  if (parseArn(actual) !== undefined) {
    const arn = mendedResource(written, actual, ['*'], own)
    return arn === undefined || arn.isBeside ? undefined : arn
  }
  return isNearId(written, actual, own)
    ? { text: actual, why: `is off by a character: the request has ${actual}` }
    : undefined
}

/** The organization of CircleCI's in a key: its tokens have that for an audience. https://circleci.com/docs/openid-connect-tokens/ */
const organizationIn = (key: string): string | undefined => /^oidc\.circleci\.com\/org\/([0-9a-f-]{36}):/.exec(key)?.[1]

/** Ids that AWS gives. Of an account or organization, one that differs by a character may be somebody else's. */
const isNearId = (written: string, actual: string, own: OwnAccounts): boolean =>
  (own.has(actual) && isNearAccount(written, actual)) ||
  (/^(?:o|r|ou|vpc|vpce)-[a-z0-9-]{6,40}$/.test(actual) &&
    (!actual.startsWith('o-') || own.has(actual)) &&
    oneEditApart(written, actual))

/** Up to its first wildcard as the request has it. */
function capitalsOf(written: string, actual: string): string {
  const end = written.search(/[*?]/)
  return actual.slice(0, end) + written.slice(end)
}

function replaced(
  document: unknown,
  pointer: string,
  line: ConditionLine,
  written: string,
  text: string,
): readonly Operation[] {
  const at = pointerTo(pointer, 'Condition', line.operator, line.key)
  const now = valueAt(document, at)
  if (Array.isArray(now)) {
    const i = now.indexOf(written)
    return i < 0 ? [] : [{ op: 'replace', path: `${at}/${i}`, value: text }]
  }
  return now === written ? [{ op: 'replace', path: at, value: text }] : []
}
