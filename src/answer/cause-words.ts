import { isAccountId } from '#iam/arn.ts'
import { isResourceTagKey, NO_TAGS_YET } from '#iam/tag-keys.ts'
import { UNKNOWN_PRINCIPAL } from '#iam/caller.ts'
import { isUnnamedCaller } from '#iam/unnamed-caller.ts'
import type { FailedElement, MetCondition } from '#engine/decision.ts'
import type { StatementRef } from '#engine/statement-ref.ts'
import type { PolicyLayer } from '#iam/layers.ts'
import { isTextMessage } from '#iam/phone-number.ts'
import { hasUnknownName } from '#iam/unknown-name.ts'
import { firstDifference, type Difference } from './first-difference.ts'
import { layerInWords, readsAsPolicy, withArticle } from './layer-in-words.ts'
import { OF_TOKEN } from './token-words.ts'
import { code, keyText, keyValue, layer, type MarkedWord, type MarkedWords, text, value } from './marked-words.ts'

/** What a sentence about a cause needs to know of it. */
export interface CauseFacts {
  readonly layer: PolicyLayer
  readonly kind?: string
  readonly where?: string
  readonly denyType: 'explicit' | 'implicit'
  readonly statement?: StatementRef
  readonly statementCertainty?: 'likely'
  readonly metBy?: readonly MetCondition[]
  readonly reason?: string
  readonly nearest?: StatementRef & { readonly failedOn: readonly FailedElement[] }
}

/** How the sentence calls the caller, whose ARN is `arn`. */
export interface CallerName {
  /** `role deploy`; left out: the sentence stands behind the caller's name. */
  readonly name?: string
  readonly arn: string | null
}

/**
 * Why a layer denies a request, as one sentence without its full stop: the statement and the value of an explicit Deny, else the
 * first part in which the request differs from what the nearest statement allows. Every form of output prints this sentence.
 */
export function causeWords(cause: CauseFacts, caller: CallerName): MarkedWords {
  if (cause.layer === 'service-guard')
    return [keyText((cause.reason ?? 'a rule of the service denies it').replace(/\.$/, ''))]
  if (cause.denyType === 'explicit') return explicitWords(cause, caller)
  const failed = cause.nearest?.failedOn ?? []
  const [only] = failed
  const isOfOneElement = failed.every(({ element }) => element === 'Condition') || failed.length === 1
  const differs = only === undefined || !isOfOneElement ? undefined : failureWords(only, caller)
  if (differs === undefined) return silenceWords(cause, caller)
  return [...ownerWords(cause, caller), ...differs, ...moreConditions(failed.length - 1)]
}

const moreConditions = (count: number): MarkedWords =>
  count === 0 ? [] : [text(count === 1 ? '; one more condition fails, too' : `; ${count} more conditions fail, too`)]

const ofCaller = ({ layer: policyLayer }: CauseFacts, { name }: CallerName): string =>
  policyLayer === 'identity-policy' && name !== undefined ? ` of ${name}` : ''

const atLevel = ({ where }: CauseFacts): string => (where === undefined ? '' : ` at ${where}`)

function explicitWords(cause: CauseFacts, caller: CallerName): MarkedWords {
  const { statement, metBy = [], reason, statementCertainty } = cause
  const named = withArticle(layerInWords(cause.layer, cause.kind)) + atLevel(cause)
  if (statement === undefined) {
    if (reason !== undefined) return [keyText(reason)]
    return [text('a Deny in '), layer(named), keyText(' denies it'), text(', in a policy that was not provided')]
  }
  if (statementCertainty === 'likely')
    return [
      text('a Deny in '),
      layer(`${named}${ofCaller(cause, caller)}`),
      keyText(' denies it'),
      text(', most likely '),
      statementWord(statement),
    ]
  const ofLayer = isNamedByKind(statement.policy)
    ? []
    : [text(', '), layer(`${named}${ofCaller(cause, caller)}`), text(',')]
  return [statementWord(statement), ...ofLayer, keyText(' denies it'), ...metWords(metBy)]
}

/** `key policy of KEY`: the name says what kind of policy it is. */
const isNamedByKind = (policy: string): boolean => policy.includes(' policy of ')

/** `policy deploy, statement AllowPut` */
export function statementWord({ policy, sid, index, file, line }: StatementRef): MarkedWord {
  return {
    text: `${readsAsPolicy(policy) ? '' : 'policy '}${policy}, statement ${sid === undefined || sid === '' ? index + 1 : sid}`,
    is: 'statement',
    ...(file === undefined ? {} : { place: `${file}${line === undefined ? '' : `:${line}`}` }),
  }
}

/** Conditions of a Deny in its sentence; more are counted. */
export const MAX_CONDITIONS = 2

/** What of the request met the conditions of a Deny. */
function metWords(conditions: readonly MetCondition[]): MarkedWords {
  if (conditions.length === 0) return []
  const shown = conditions.slice(0, MAX_CONDITIONS)
  const more = conditions.length - shown.length
  return [
    text(' because '),
    ...shown.map(metCondition).flatMap((words, i, all) => [...linkAfter(all[i - 1]), ...words]),
    ...(more === 0 ? [] : [text(` and ${more} more ${more === 1 ? 'condition holds' : 'conditions hold'}`)]),
  ]
}

/** `and` behind a part; with a comma where that part has one, so that each value stays with its key. */
function linkAfter(words: MarkedWords | undefined): MarkedWords {
  if (words === undefined) return []
  return [text(words.some((word) => word.text.startsWith(',')) ? ', and ' : ' and ')]
}

/** A condition that matched: the key with its value, and what the statement asks for. */
export function metCondition({ key, operator, expected, actual, state }: MetCondition): MarkedWords {
  if (state === 'unknown') return [text('of '), code(key), text(', whatever its value')]
  if (state === 'absent' || actual === null)
    return [code(key), keyText(isResourceTagKey(key) ? ' is not a tag of the resource' : ' was not sent')]
  if (/^null$/i.test(operator))
    return [code(key), keyText(isResourceTagKey(key) ? ' is a tag of the resource' : ' was sent')]
  const relation = relationWords(operator)
  const needs = value(listed(expected, 'or'))
  if (isOther(actual))
    return relation.startsWith('not ')
      ? [code(key), text(` is ${relation}`), { ...needs, isKey: true }, text(', or was not sent')]
      : [code(key), text(` is ${relation}`), { ...needs, isKey: true }]
  const is =
    actual === '' ? [code(key), keyText(' is empty')] : [code(key), text(' is '), keyValue(listed(actual, 'and'))]
  return relation === '' ? is : [...is, text(`, ${relation}`), needs]
}

/** The request had another value than any that a policy names, or none. */
const OTHER = '(other)'
const isOther = (actual: unknown): boolean => [actual].flat().includes(OTHER)

const MAX_VALUES = 3

function listed(values: unknown, link: string): string {
  const all = [values].flat().map((one) => (typeof one === 'string' ? one : (JSON.stringify(one) ?? 'nothing')))
  if (all.length > MAX_VALUES) return `${all.slice(0, MAX_VALUES).join(', ')} ${link} ${all.length - MAX_VALUES} more`
  return all.length < 2 ? all.join('') : `${all.slice(0, -1).join(', ')} ${link} ${all.at(-1) ?? ''}`
}

/** Why a layer denies a request, without the statement: for where several layers are listed. */
export function shortCauseWords(cause: CauseFacts, caller: CallerName): MarkedWords {
  if (cause.layer === 'service-guard') return causeWords(cause, caller)
  if (cause.denyType === 'implicit') return silenceWords(cause, caller)
  return [layer(withArticle(layerInWords(cause.layer, cause.kind))), keyText(' denies it')]
}

/** The same for a headline that has the statement below it: of an explicit Deny the layer and the first condition. */
export function headlineWords(cause: CauseFacts, caller: CallerName): MarkedWords {
  const isCertain =
    cause.denyType === 'explicit' && cause.statement !== undefined && cause.statementCertainty === undefined
  if (!isCertain) return causeWords(cause, caller)
  return [...shortCauseWords(cause, caller), ...metWords((cause.metBy ?? []).slice(0, 1))]
}

/** Of what there is one, that one does not allow; of what there may be several, none does. */
function silenceWords(cause: CauseFacts, caller: CallerName): MarkedWords {
  const named = `${layerInWords(cause.layer, cause.kind)}${atLevel(cause)}`
  switch (cause.layer) {
    case 'permissions-boundary':
    case 'resource-policy':
    case 'vpc-endpoint-policy':
      return [text('the '), layer(named), keyText(' does not allow it')]
    default:
      return [text('no '), layer(`${named}${ofCaller(cause, caller)}`), keyText(' allows it')]
  }
}

/** The policy that comes nearest to allowing the request. */
function ownerWords(cause: CauseFacts, caller: CallerName): MarkedWords {
  const policy = cause.nearest?.policy ?? ''
  const named = (kind: string): MarkedWords =>
    readsAsPolicy(policy) ? [code(policy)] : [layer(kind), text(' '), code(policy)]
  switch (cause.layer) {
    case 'identity-policy':
      return [layer(`the ${kindOfCaller(caller.arn)}'s`), text(' '), ...named('policy')]
    case 'service-control-policy':
    case 'resource-control-policy':
      return [...named(layerInWords(cause.layer)), text(atLevel(cause))]
    default:
      return [text('the '), layer(layerInWords(cause.layer, cause.kind))]
  }
}

function kindOfCaller(arn: string | null): string {
  const kind = /^arn:[^:]*:(?:iam|sts)::[^:]*:(role|assumed-role|user)\//.exec(arn ?? '')?.[1]
  return kind === undefined ? 'caller' : kind === 'user' ? 'user' : 'role'
}

/** What the nearest statement allows, and what the request has instead; undefined: no part tells. */
function failureWords(failed: FailedElement, caller: CallerName): MarkedWords | undefined {
  if (failed.state === 'unknown' && failed.element === 'Principal' && isOpen(caller)) return openCallerWords(failed)
  if (failed.state === 'unknown' && failed.element !== 'Condition') return undefined
  switch (failed.element) {
    case 'Resource':
      return resourceWords(failed)
    case 'NotResource':
      return [
        text(' allows everything except '),
        keyValue(listed(failed.expected, 'and')),
        text(', and the call went there'),
      ]
    case 'Action':
      return actionWords(failed)
    case 'Principal':
      return principalWords(failed, caller)
    case 'Condition':
      return conditionWords(failed)
    default:
      return undefined
  }
}

const stringsIn = (values: unknown): readonly string[] =>
  [values].flat().filter((one): one is string => typeof one === 'string')

function resourceWords({ expected, actual }: FailedElement): MarkedWords | undefined {
  const patterns = stringsIn(expected)
  if (typeof actual !== 'string') return undefined
  if (actual === '*')
    return [
      text(' allows '),
      value(listed(expected, 'and')),
      text(', but the action takes '),
      keyText('no single resource'),
    ]
  if (isTextMessage('sns:Publish', actual))
    return [
      text(' allows '),
      value(listed(expected, 'and')),
      text(', but the call went to a '),
      keyText('phone number, which has no ARN'),
    ]
  const difference = firstDifference(patterns, actual)
  if (difference === undefined) return undefined
  const others = patterns.length - 1
  const more = others === 0 ? '' : ` and ${others} more`
  if (hasUnknownName(difference.requested))
    return [
      text(' allows '),
      keyValue(difference.allowed),
      text(`${more}, and `),
      keyText('it is not known which resource the call went to'),
    ]
  return differenceWords(difference, more)
}

/** The templates of a difference: what is allowed, then what the call went to. */
function differenceWords({ part, allowed, requested }: Difference, more: string): MarkedWords {
  const went = (what: string): MarkedWords => [text(`${more}, but the call went to ${what}`), value(requested)]
  switch (part) {
    case 'objects':
      return [text(' names the bucket '), value(allowed), text(`${more}, `), keyText('not the objects in it')]
    case 'bucket-itself':
      return [text(' allows the objects '), value(allowed), text(`${more}, `), keyText('not the bucket itself')]
    case 'account':
    case 'Region':
    case 'partition':
    case 'service':
      return [text(` allows it in ${part} `), keyValue(allowed), ...went(`${part} `)]
    case 'qualifier':
      return [text(' allows '), keyValue(allowed), text(' without a qualifier'), ...went('')]
    case 'suffix':
      return [
        text(' names the secret '),
        keyValue(allowed),
        text(' without the suffix that Secrets Manager adds'),
        ...went(''),
      ]
    case 'case':
      return [text(' allows '), keyValue(allowed), ...went(''), text(' (upper and lower case differ)')]
    default:
      return [text(' allows '), keyValue(allowed), ...went('')]
  }
}

/** An action of the same service is near; of another it explains nothing. */
function actionWords({ expected, actual }: FailedElement): MarkedWords | undefined {
  if (typeof actual !== 'string') return undefined
  const service = `${actual.split(':')[0] ?? ''}:`.toLowerCase()
  const near = stringsIn(expected).filter((pattern) => pattern.toLowerCase().startsWith(service))
  if (near.length === 0) return undefined
  return [text(' allows '), value(listed(near, 'and')), text(', not '), { ...code(actual), isKey: true }]
}

function principalWords({ expected, actual }: FailedElement, { name, arn }: CallerName): MarkedWords {
  const who: MarkedWord = { ...code(name ?? shortCaller(arn)), isKey: true }
  const named = principalsIn(expected)
  const own = accountOf(typeof actual === 'string' ? actual : (arn ?? ''))
  const accounts = [...new Set(named.map(accountOf))]
  const [account] = accounts
  const isOther = own !== undefined && account !== undefined && accounts.length === 1 && account !== own
  if (isOther && isAccountId(arn ?? ''))
    return [text(' allows account '), keyValue(account), text(', but the caller is in account '), value(own)]
  if (isOther)
    return [text(' allows account '), keyValue(account), text(', but '), who, text(' is in account '), value(own)]
  if (named.length === 0) return [text(' does not allow '), who]
  const names = named.map((each) => principalInWords(each, own))
  return [text(' allows '), value(listed(names, 'and')), text(', not '), who]
}

const isOpen = ({ arn }: CallerName): boolean => arn === null || arn === UNKNOWN_PRINCIPAL || isUnnamedCaller(arn)

/** Whom a statement allows, where the evidence doesn't say who called (R-EVID-12). */
function openCallerWords({ expected }: FailedElement): MarkedWords | undefined {
  const named = principalsIn(expected)
  if (named.length === 0) return undefined
  return [
    text(' allows '),
    value(
      listed(
        named.map((each) => principalInWords(each)),
        'and',
      ),
    ),
    text(', and '),
    keyText('it is not known who called'),
  ]
}

const principalsIn = (principal: unknown): readonly string[] =>
  typeof principal === 'object' && principal !== null ? Object.values(principal).flatMap(stringsIn) : []

const accountOf = (principal: string): string | undefined =>
  /^(?:arn:[^:]*:[^:]*:[^:]*:)?(\d{12})(?::|$)/.exec(principal)?.[1]

/** A principal that a policy names: `role/deploy`, `account 111122223333`; with its account where that is not `own`. */
function principalInWords(principal: string, own?: string): string {
  const account = accountOf(principal)
  const name = principal.startsWith('arn:') ? principal.split(':').slice(5).join(':') : principal
  if (account !== undefined && (name === 'root' || name === account)) return `account ${account}`
  return account === undefined || own === undefined || account === own ? name : `${name} of account ${account}`
}

function shortCaller(arn: string | null): string {
  const path = (arn ?? '').split(':').slice(5).join(':').split('/')
  return (path[0] === 'assumed-role' ? path[1] : path.at(-1)) || 'the caller'
}

/** Of a resource whose tags are set by the call that creates it. */
const NOT_YET = ', but the call creates the resource, so it has no tags yet'

function conditionWords({ key = '', operator = '', expected, actual, state, hint }: FailedElement): MarkedWords {
  const isNew = hint === NO_TAGS_YET
  const allows = [text(' allows it only if '), code(key)]
  if (operator.toLowerCase() === 'null' && isResourceTagKey(key)) {
    const isUnwanted = `${expected}` === 'true'
    return [
      text(` allows it only if the resource ${isUnwanted ? 'does not have' : 'has'} the tag `),
      code(key),
      keyText(isUnwanted ? ', but it has it' : isNew ? NOT_YET : ', but it does not have it'),
    ]
  }
  if (operator.toLowerCase() === 'null')
    return [...allows, keyText(`${expected}` === 'true' ? ' is not sent, but it was sent' : ' is sent, but it was not')]
  const wants = [...allows, text(` is ${relationWords(operator)}`), value(listed(expected, 'or'))]
  if (state === 'absent' || (actual === null && state !== 'unknown'))
    return isResourceTagKey(key)
      ? [...wants, ...(isNew ? [keyText(NOT_YET)] : [text(', but the resource '), keyText('does not have this tag')])]
      : [...wants, text(', but it '), keyText('was not sent')]
  if (state === 'unknown') return [...wants, text(', and its value is not known')]
  if (typeof actual === 'string' && actual.includes(OF_TOKEN)) return [...wants, ...tokenWords(operator, expected)]
  if (isOther(actual)) return [...wants, text(', but it has '), keyText('another value, or none')]
  return [...wants, text(', but it is '), keyValue(listed(actual, 'and'))]
}

/** Why the subject that a trust policy means is none that a token has. */
const tokenWords = (operator: string, expected: unknown): MarkedWords =>
  relationWords(operator) === '' && stringsIn(expected).some((pattern) => /[*?]/.test(pattern))
    ? [text(', and '), code(operator), keyText(' compares * as a character')]
    : [text(', but a token has '), keyText('more behind it')]

/** The relation of a condition operator in words: `not `, `at most `, `like `; without its quantifier and `IfExists`. */
function relationWords(operator: string): string {
  const name = (operator.split(':').at(-1) ?? operator).replace(/IfExists$/i, '').toLowerCase()
  const relation = RELATIONS.find(([end]) => name.endsWith(end))
  return `${name.includes('not') ? 'not ' : ''}${relation?.[1] ?? ''}`
}

const RELATIONS = [
  ['lessthanequals', 'at most '],
  ['greaterthanequals', 'at least '],
  ['lessthan', 'below '],
  ['greaterthan', 'above '],
  ['like', 'like '],
  ['ipaddress', 'in '],
] as const
