/**
 * Resource and NotResource. R-REQ-04, R-RES-01..09, R-VAR-01, R-VAR-05.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
 */
import type { Readings } from '#iam/readings.ts'
import { and, not, orAll, type Truth } from '#iam/truth.ts'
import { texts, type Json } from './document.ts'
import { globPieces, matchGlob, matchPieces } from './glob.ts'
import {
  accountMatches,
  type Hidden,
  hiddenIn,
  isHidden,
  isHiddenInPolicy,
  overlap,
  textMatches,
  withAccount,
} from './masked.ts'
import { UNKNOWN_RESOURCE, type Question } from './question.ts'
import { isSearchCall } from './services.ts'
import { fillIn } from './variables.ts'

export type PolicyType = 'identity' | 'boundary' | 'session' | 'scp' | 'rcp' | 'vpce' | 'resource' | 'trust'

/** A colon inside `${…}` is none of the ARN's. */
const splitAround = (pattern: string): string[] =>
  pattern
    .replace(/\$\{[^}]*\}/g, (variable) => variable.replaceAll(':', '\uE002'))
    .split(':')
    .map((part) => part.replaceAll('\uE002', ':'))

const VARIABLE = /\$\{[^}*?$][^}]*\}/g

/** "You can't use a variable to replace parts of the ARN before the fifth colon": R-VAR-01; what one does in a Deny, no page says. */
const hasVariableInHead = (parts: readonly string[] | undefined, variables: boolean): boolean =>
  variables && (parts ?? []).slice(0, 5).some((part) => part.search(VARIABLE) >= 0)

/** R-RES-05: a pattern with fewer than six parts, filled up with `*` where that type of policy allows it. */
function sixParts(pattern: string, type: PolicyType, readings: Readings, variables = false): string[] | undefined {
  const all = variables ? splitAround(pattern) : pattern.split(':')
  const parts = [...all.slice(0, 5), ...(all.length > 5 ? [all.slice(5).join(':')] : [])]
  if (readings['wildcard-in-arn-service'] === 'never' && /[*?]/.test(parts[2] ?? '')) return undefined
  if (parts.length === 6) return parts
  if (readings['short-arns'] === 'never') return undefined
  const expands = {
    identity: true,
    boundary: true,
    session: true,
    resource: pattern.includes('*'),
    trust: pattern.includes('*'),
    vpce: pattern.includes('*'),
    scp: pattern.endsWith('*'),
    rcp: false,
  }[type]
  return expands ? [...parts, '*', '*', '*', '*', '*'].slice(0, 6) : undefined
}

/** The Service Authorization Reference prints ARNs of these that begin with a name: they have no word for the type. */
const WITHOUT_TYPE_WORD = [
  's3',
  'sqs',
  'sns',
  'codecommit',
  'codepipeline',
  'execute-api',
  'wafv2',
  'neptune-db',
].concat(['servicequotas', 'aws-marketplace', 'mapcredits', 'mediaconnect', 'mgh'])

/**
 * R-RES-03: in `us*` + `/x` the wildcard stands inside the resource type's word. "You can't use a wildcard in the portion of the ARN
 * that specifies the resource type" (reference-arns.html): that it gives nothing is safe to say, that a Deny spares what it matches is
 * not (R-RES-11).
 */
function hasPartlyWildType(rest: string, service: string, readings: Readings): boolean {
  if (readings['wildcard-in-resource-type'] === 'matches') return false
  const word = /^((?:\$\{[^}]*\}|[^/:])*)[/:]/.exec(rest)?.[1]
  if (WITHOUT_TYPE_WORD.includes(service) || word === undefined || word === '*') return false
  return /[*?]/.test(word.replace(/\$\{[^}]*\}/g, ''))
}

/** "`*` matches any combination of zero or more characters": so do two of them, side by side. Not in a variable's default. */
const oneStar = (pattern: string): string =>
  pattern
    .split(/(\$\{[^}]*\})/)
    .map((part) => (part.startsWith('${') ? part : part.replace(/\*+/g, '*')))
    .join('')

/** What a wildcard in the type makes of a match. */
const inType = (matches: Truth, readings: Readings): Truth =>
  readings['wildcard-in-resource-type'] === 'never' || matches === false ? false : 'unknown'

function matchResource(written: string, type: PolicyType, variables: boolean, question: Question): Truth {
  const { resource, readings } = question
  const pattern = oneStar(written)
  if (pattern === '*') return true
  const lists = question.action === 's3:listallmybuckets' && readings['all-buckets-arn'] === 'lists-buckets'
  if (resource === '*') return lists && /^arn:[^:*?]+:s3:::\*$/.test(pattern)
  if (type === 'resource' && pattern.startsWith('execute-api:/')) return matchInApi(pattern, variables, question)
  if (readings['arn-patterns'] === 'as-text') return matchWhole(pattern, variables, question)
  const written6 = sixParts(pattern, type, readings, variables)
  const inHead = hasVariableInHead(written6, variables)
  const parts = written6?.map((part, i) => (inHead && i < 5 ? part.replace(VARIABLE, '*') : part))
  const [rest = '', ...head] = [...(parts ?? [])].reverse()
  if (resource === UNKNOWN_RESOURCE && parts !== undefined)
    return hasPartlyWildType(rest, parts[2] ?? '', readings) ? inType('unknown', readings) : 'unknown'
  const own = resource.split(':')
  if (parts === undefined || own.length < 6) return false
  const fold = (text: string): string => (readings['case-of-arn-head'] === 'ignored' ? text.toLowerCase() : text)
  const account = head.reverse()[4] ?? ''
  if (!head.every((segment, i) => i === 4 || matchGlob(fold(segment), fold(own[i] ?? '')))) return false
  const pieces = variables ? fillIn(rest, { variables, wildcards: true }, question) : globPieces(rest)
  const inAccount = pieces === 'never' ? false : matchPieces(pieces, own.slice(5).join(':'))
  const covers = and(accountMatches(globPieces(account), own[4] ?? ''), inAccount)
  const matches = inHead ? and(covers, 'unknown') : covers
  return hasPartlyWildType(rest, own[2] ?? '', readings) ? inType(matches, readings) : matches
}

/** R-RES-06: `execute-api:/stage/METHOD/path` stands for that part of the API which has the policy. */
function matchInApi(pattern: string, variables: boolean, question: Question): Truth {
  const { resource } = question
  if (resource === UNKNOWN_RESOURCE) return 'unknown'
  const [, , service, , , ...rest] = resource.split(':')
  if (service !== 'execute-api') return false
  const inApi = rest.join(':').split('/').slice(1).join('/')
  const tail = pattern.slice('execute-api:/'.length)
  const pieces = variables ? fillIn(tail, { variables, wildcards: true }, question) : globPieces(tail)
  return pieces === 'never' ? false : matchPieces(pieces, inApi)
}

/** the ARN as one text. */
function matchWhole(pattern: string, variables: boolean, question: Question): Truth {
  if (question.resource === UNKNOWN_RESOURCE) return 'unknown'
  const pieces = variables ? fillIn(pattern, { variables, wildcards: true }, question) : globPieces(pattern)
  const { resource } = question
  if (pieces === 'never' || resource.split(':').length < 6) return false
  const hidden: Hidden = {
    policy: hiddenIn('', pattern, (account) => isHiddenInPolicy(account, true)),
    request: hiddenIn('', resource, isHidden),
  }
  if (hidden.policy === undefined && hidden.request === undefined) return matchPieces(pieces, resource)
  return textMatches(pieces, resource, hidden, (value) => matchPieces(pieces, value))
}

/** A character that no policy writes. */
const UNWRITTEN = '\u{10FFFD}'

/** What is known of an ARN that is not known in full (R-REQ-05); undefined: all of it. */
function patternsOf({ resource, request, arns }: Question): readonly string[] | undefined {
  if (arns !== undefined) return arns
  const given = Object.entries(request.resourcePatterns ?? {}).find(([arn]) => arn === resource)?.[1]
  if (given !== undefined) return given.length === 0 ? undefined : given
  return /^arn:[^:]*:secretsmanager:.*:secret:[^?*]+-\?{6}$/.test(resource) ? [resource] : undefined
}

/** Listed elements cover all, nothing, or perhaps some of the ARNs that it may be. */
function matchOpen(
  listed: readonly string[],
  patterns: readonly string[],
  type: PolicyType,
  variables: boolean,
  question: Question,
): Truth {
  const examples = patterns.flatMap((pattern) =>
    ['', UNWRITTEN, `${UNWRITTEN}/`, UNWRITTEN.repeat(40)].map((fill) =>
      pattern.replaceAll('*', fill).replaceAll('?', UNWRITTEN),
    ),
  )
  const { arns: _arns, ...known } = question
  const { resourcePatterns: _, ...request } = question.request
  const truths = examples.map((resource) =>
    orAll(listed.map((element) => matchResource(element, type, variables, { ...known, request, resource }))),
  )
  if (truths.every((truth) => truth === true)) return true
  if (truths.some((truth) => truth !== false)) return 'unknown'
  return listed.some((element) => patterns.some((pattern) => mayMeet(element, pattern, type, variables, question)))
    ? 'unknown'
    : false
}

/** Whether the element covers some of the ARNs that match the pattern; a variable may stand for anything. */
function mayMeet(element: string, pattern: string, type: PolicyType, variables: boolean, question: Question): boolean {
  if (element === '*') return true
  if (type === 'resource' && element.startsWith('execute-api:/')) return pattern.split(':')[2] === 'execute-api'
  const { readings } = question
  const single = oneStar(element)
  const wide = variables ? single.replace(/\$\{[*?$]\}/g, '?').replace(/\$\{[^}]*\}/g, '*') : single
  const [, , , , account = ''] = pattern.split(':')
  const asked = isHidden(account) && !/[*?]/.test(account) ? withAccount(pattern, '?'.repeat(12)) : pattern
  const hides = hiddenIn('', wide, (one) => isHiddenInPolicy(one, true)) !== undefined
  if (readings['arn-patterns'] === 'as-text') return overlap(hides ? withAccount(wide, '?'.repeat(12)) : wide, asked)
  const parts = sixParts(wide, type, readings)
  const isInType = hasPartlyWildType(sixParts(single, type, readings)?.[5] ?? '', parts?.[2] ?? '', readings)
  if (parts === undefined || (isInType && inType('unknown', readings) === false)) return false
  if (isHiddenInPolicy(parts[4] ?? '', true)) parts[4] = '?'.repeat(12)
  const all = asked.split(':')
  const fold = (text: string): string => (readings['case-of-arn-head'] === 'ignored' ? text.toLowerCase() : text)
  const own = [...all.slice(0, 5).map(fold), all.slice(5).join(':')]
  return parts.every((part, i) => overlap(i < 5 ? fold(part) : part, own[i] ?? ''))
}

/** A trust policy has no Resource element: the resource is the role (R-GRAM-10). */
export function resourceMatches(statement: Json, type: PolicyType, variables: boolean, question: Question): Truth {
  if (type === 'trust') return true
  const element = statement['Resource'] ?? statement['NotResource']
  if (element === undefined && type === 'resource' && isImplied(question)) return true
  if (texts(element).length === 0) return false
  const listed = texts(element).filter((pattern) => !givesNothing(pattern, statement, type, variables, question))
  const patterns = patternsOf(question)
  const named =
    patterns === undefined
      ? orAll(listed.map((pattern) => matchResource(pattern, type, variables, question)))
      : matchOpen(listed, patterns, type, variables, question)
  return statement['Resource'] === undefined ? not(named) : named
}

/** A `Resource` of an Allow with a wildcard in its type, or a variable before it: what AWS does not take gives no access (R-RES-11). */
const givesNothing = (
  pattern: string,
  statement: Json,
  type: PolicyType,
  variables: boolean,
  { readings }: Question,
): boolean => {
  if (statement['Effect'] !== 'Allow' || statement['Resource'] === undefined) return false
  if (readings['arn-patterns'] === 'as-text' || pattern.startsWith('execute-api:/')) return false
  const parts = sixParts(oneStar(pattern), type, readings, variables)
  if (hasVariableInHead(parts, variables)) return true
  return parts !== undefined && hasPartlyWildType(parts[5] ?? '', parts[2] ?? '', readings)
}

/** R-OTH-06, R-OTH-15: the policies of a repository and of a search domain have no Resource element either; R-OTH-24: that of a file system need not. */
const isImplied = ({ service, action }: Question): boolean =>
  /^(?:ecr(-public)?|elasticfilesystem)$/.test(service) || isSearchCall(action)
