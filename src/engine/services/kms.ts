import { parseArn } from '#iam/arn.ts'
import type { Caller } from '#iam/caller.ts'
import { asOfAccount } from '#iam/masked-account.ts'
import { isRoleOf } from '#iam/role-path.ts'
import { and, andAll, orAll, type Truth } from '#iam/truth.ts'
import { attribute, type EvaluationInput } from '../evaluation-input.ts'
import { RESOURCE_ARN } from '../how-to-get.ts'
import { type Lacking, type LayerFinding, notKnown } from '../layers/finding.ts'
import { fixedRuleFinding } from './fixed-rule.ts'
import type { ServiceRule } from './service-rule.ts'

/** Grants can stand in for every policy that should allow, and some alias names are reserved (R-KMS-06..09). */
export const kms: ServiceRule = {
  service: 'kms',
  docs: 'https://docs.aws.amazon.com/kms/latest/developerguide/grants.html',
  guards: (input) => [...reservedAlias(input), ...grants(input)],
  alsoRequires: () => [],
}

/** Operations that a grant can be for. https://docs.aws.amazon.com/kms/latest/developerguide/grants.html#terms-grant-operations */
const GRANTABLE: ReadonlySet<string> = new Set(
  [
    'Decrypt',
    'DeriveSharedSecret',
    'Encrypt',
    'GenerateDataKey',
    'GenerateDataKeyPair',
    'GenerateDataKeyPairWithoutPlaintext',
    'GenerateDataKeyWithoutPlaintext',
    'GenerateMac',
    'ReEncryptFrom',
    'ReEncryptTo',
    'Sign',
    'Verify',
    'VerifyMac',
    'CreateGrant',
    'DescribeKey',
    'GetPublicKey',
    'RetireGrant',
  ].map((name) => name.toLowerCase()),
)

const ALIAS_WRITES = new Set(['createalias', 'updatealias', 'deletealias'])

/** Alias names that AWS keeps for itself (R-KMS-09). */
function reservedAlias({ question, resource }: EvaluationInput): LayerFinding[] {
  const isReserved = resource.kind === 'arn' && (resource.segments[5] ?? '').startsWith('alias/aws/')
  if (!isReserved || !ALIAS_WRITES.has(question.action.name)) return []
  return [
    fixedRuleFinding({
      refuses: true,
      reason: 'alias names that begin with `alias/aws/` are reserved (R-KMS-09)',
      lacking: { fact: RESOURCE_ARN, kind: 'attribute' },
    }),
  ]
}

/** Which key it is need not be known (R-REQ-05). */
const isKey = ({ resource }: EvaluationInput): boolean =>
  resource.kind === 'unknown' || (resource.kind === 'arn' && (resource.segments[5] ?? '').startsWith('key/'))

/** A grant of the key to the caller for this operation allows it; an explicit deny still wins (R-KMS-06, R-KMS-07). */
function grants(input: EvaluationInput): LayerFinding[] {
  if (!isKey(input) || !GRANTABLE.has(input.question.action.name)) return []
  if (input.caller.kind === 'service' || input.caller.kind === 'anonymous') return []
  const place = { layer: 'service-guard', guard: 'kms-grant' } as const
  const listed = attribute(input, 'kmsGrants')
  if (listed === null) return []
  // Of which key they are must be known too.
  if (!Array.isArray(listed) || (input.resource.kind === 'unknown' && listed.length > 0))
    return [
      {
        ...notKnown(place, { fact: 'grants of the key', kind: 'attribute' }, 'the grants of the key are not known'),
        deny: false,
      },
    ]
  const truths = listed.map((grant: unknown) => grantAllows(input, grant))
  const allow = orAll(truths)
  const open = allow === 'unknown' ? listed.filter((_, i) => truths[i] === 'unknown') : []
  const reason =
    allow === true
      ? 'a grant of the key allows the caller this operation'
      : 'no grant of the key is for the caller and this operation'
  return [
    {
      ...place,
      applies: allow !== false,
      reason,
      deny: false,
      allow,
      kinds: new Map(),
      policies: [],
      lacking: open.flatMap((grant) => lackingFor(input, grant)),
    },
  ]
}

const fieldsOf = (grant: object): ReadonlyMap<string, unknown> =>
  new Map(Object.entries(grant).map(([key, value]) => [key.toLowerCase(), value as unknown]))

function grantAllows(input: EvaluationInput, grant: unknown): Truth {
  if (typeof grant !== 'object' || grant === null) return false
  const fields = fieldsOf(grant)
  const operations = fields.get('operations')
  const name = input.question.action.name
  if (name === 'retiregrant' && isGrantee(input, fields.get('retiringprincipal')) === true) return true
  if (!Array.isArray(operations)) return false
  if (!operations.some((op) => typeof op === 'string' && op.toLowerCase() === name)) return false
  return andAll([
    isGrantee(input, fields.get('granteeprincipal')),
    constraintsHold(input, fields.get('constraints'), name),
    name === 'creategrant' ? givesNoMore(input, operations) : true,
  ])
}

const GRANT_OPERATIONS = 'kms:GrantOperations'

function isForService({ lookup }: EvaluationInput['question']): boolean {
  const state = lookup('kms:GrantIsForAWSResource')
  return state.state === 'values' && state.values[0] === 'true'
}

/**
 * A grant made by the right of a grant cannot be for more operations than that one (R-KMS-06). A service that makes one for a
 * resource of its own is taken to ask for what it was given.
 * https://docs.aws.amazon.com/kms/latest/developerguide/create-grant-overview.html#grant-creategrant
 */
function givesNoMore({ question }: EvaluationInput, operations: readonly unknown[]): Truth {
  const requested = question.lookup(GRANT_OPERATIONS)
  if (requested.state === 'absent') return true
  if (requested.state !== 'values') return isForService(question) || 'unknown'
  const granted = operations.map((operation) => String(operation).toLowerCase())
  return requested.values.every((value) => granted.includes(value.toLowerCase()))
}

function isGrantee({ caller }: EvaluationInput, grantee: unknown): Truth {
  if (typeof grantee !== 'string') return false
  const asOwn = caller.account === undefined ? undefined : asOfAccount(grantee, caller.account)
  return asOwn === undefined ? isNamed(caller, grantee) : and(isNamed(caller, asOwn), 'unknown') // R-UNK-05
}

function isNamed(caller: Caller, grantee: string): Truth {
  // A grantee is one ARN: KMS takes no pattern.
  if (/[*?]/.test(grantee.replace(caller.account ?? '', ''))) return false
  if (grantee === caller.account || grantee === `arn:${caller.partition}:iam::${caller.account}:root`)
    // A grant to an account surely serves its root user; whether it serves everyone in it no page says.
    return caller.kind === 'root' ? true : 'unknown'
  if (grantee === caller.arn) return true
  const arn = parseArn(grantee)
  // Who is not known may be whoever has the grant, in the account if that is known.
  if (caller.kind === 'unknown')
    return caller.account === undefined || arn === undefined || arn.account === caller.account ? 'unknown' : false
  if (
    caller.kind === 'federated-session' &&
    arn?.account === caller.account &&
    arn?.resource.startsWith('user/') === true
  )
    return caller.federatedBy === undefined ? 'unknown' : grantee === caller.federatedBy
  const role = caller.roleArn?.split('/').at(-1) ?? ''
  const anySession = `arn:${caller.partition}:sts::${caller.account}:assumed-role/${role}/`
  if (caller.kind === 'role-session' && caller.sessionName === undefined && grantee.startsWith(anySession))
    return 'unknown'
  return caller.kind === 'role-session' ? isRoleOf(grantee, caller) : false
}

/** The facts that would settle whether this grant is for the request. */
function lackingFor(input: EvaluationInput, grant: object): Lacking[] {
  const fields = fieldsOf(grant)
  const grantee = fields.get('granteeprincipal')
  return [
    ...(isGrantee(input, grantee) === 'unknown'
      ? [{ fact: `whether the grant to ${String(grantee)} is for the caller`, kind: 'principal' } as const]
      : []),
    ...otherConstraints(fields.get('constraints')).map(
      (kind): Lacking => ({ fact: `whether the constraint ${kind} of the grant holds`, kind: 'attribute' }),
    ),
    ...lackingOperations(input, fields.get('operations')),
    ...constraintsOf(fields.get('constraints')).flatMap(({ pairs, isWhole }): Lacking[] => [
      ...pairs
        .filter(([key, value]) => contextHas(input, key, value) === 'unknown')
        .map(([key, value]): Lacking => ({ fact: contextKey(key), kind: 'context-key', values: [value] })),
      ...(isWhole && noOtherKeys(input, namesOf(pairs)) === 'unknown'
        ? [{ fact: CONTEXT_KEYS, kind: 'context-key', values: namesOf(pairs) } as const]
        : []),
    ]),
  ]
}

const lackingOperations = (input: EvaluationInput, operations: unknown): readonly Lacking[] =>
  input.question.action.name === 'creategrant' &&
  Array.isArray(operations) &&
  givesNoMore(input, operations) === 'unknown'
    ? [{ fact: GRANT_OPERATIONS, kind: 'context-key', values: operations.map(String) }]
    : []

interface Constraint {
  readonly pairs: readonly (readonly [key: string, value: string])[]
  /** EncryptionContextEquals: these pairs and no others. */
  readonly isWhole: boolean
}

const OF_CONTEXT: ReadonlySet<string> = new Set(['encryptioncontextequals', 'encryptioncontextsubset'])

const entriesOf = (constraints: unknown): readonly [kind: string, wanted: unknown][] =>
  typeof constraints !== 'object' || constraints === null
    ? []
    : Object.entries(constraints).map(([kind, wanted]: [string, unknown]) => [kind, wanted])

function constraintsOf(constraints: unknown): readonly Constraint[] {
  return entriesOf(constraints).flatMap(([kind, wanted]) =>
    typeof wanted !== 'object' || wanted === null || !OF_CONTEXT.has(kind.toLowerCase())
      ? []
      : [
          {
            pairs: Object.entries(wanted).map(([key, value]) => [key, String(value)] as const),
            isWhole: kind.toLowerCase() === 'encryptioncontextequals',
          },
        ],
  )
}

/** Constraints of another kind than R-KMS-06 tells of, as `SourceArn`: what they ask of the request is not known. */
const otherConstraints = (constraints: unknown): readonly string[] =>
  entriesOf(constraints)
    .filter(([kind, wanted]) => wanted !== null && wanted !== undefined && !OF_CONTEXT.has(kind.toLowerCase()))
    .map(([kind]) => kind)

const namesOf = (pairs: Constraint['pairs']): readonly string[] => pairs.map(([key]) => key)

/** Encryption context constraints; they do not bind DescribeKey and RetireGrant (R-KMS-06). */
function constraintsHold(input: EvaluationInput, constraints: unknown, name: string): Truth {
  const more: Truth = otherConstraints(constraints).length > 0 ? 'unknown' : true
  if (name === 'describekey' || name === 'retiregrant') return more
  return andAll([
    more,
    ...constraintsOf(constraints).flatMap(({ pairs, isWhole }) => [
      ...pairs.map(([key, value]) => contextHas(input, key, value)),
      isWhole ? noOtherKeys(input, namesOf(pairs)) : true,
    ]),
  ])
}

const CONTEXT_KEYS = 'kms:EncryptionContextKeys'
const contextKey = (key: string): string => `kms:EncryptionContext:${key}`

function contextHas(input: EvaluationInput, key: string, value: string): Truth {
  const state = input.question.lookup(contextKey(key))
  if (state.state === 'unknown' || state.state === 'present') return 'unknown'
  return state.state === 'values' && state.values[0] === value
}

/** Unknown where the context may hold keys that the request does not list. */
function noOtherKeys({ question, request }: EvaluationInput, allowed: readonly string[]): Truth {
  const keys = question.lookup(CONTEXT_KEYS)
  if (keys.state === 'values')
    return keys.values.every((key) => allowed.includes(key)) && keys.values.length === allowed.length
  const known = new Set(allowed.map((key) => contextKey(key).toLowerCase()))
  const others = Object.keys(request.context ?? {}).filter(
    (key) => key.toLowerCase().startsWith(contextKey('').toLowerCase()) && !known.has(key.toLowerCase()),
  )
  const states = others.map((key) => question.lookup(key).state)
  if (states.some((state) => state === 'values' || state === 'present')) return false
  return keys.state === 'absent' && !states.includes('unknown') ? true : 'unknown'
}
