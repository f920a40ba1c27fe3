import type { Assumption } from '#engine/decision.ts'
import { evaluateRelations } from '#engine/open-cases.ts'
import type { Scenario } from '#engine/scenario.ts'
import { mayHaveResourcePolicy } from '#engine/services/resource-policies.ts'
import { isAccountId, parseArn } from '#iam/arn.ts'
import { readCaller } from '#iam/caller.ts'
import { valueAt } from '#iam/json-pointer.ts'
import { isMasked } from '#iam/masked-account.ts'
import { documentValue } from '#iam/json-value.ts'
import { isWildcardOnlyAction } from '#iam/facts/actions.ts'
import { isTextMessage } from '#iam/phone-number.ts'
import { UNKNOWN_NAMES } from '#iam/unknown-name.ts'
import type { SomeReadings } from '#iam/readings.ts'
import type { ContextValue } from '#iam/request.ts'
import type { Request } from '#iam/request.ts'
import { ACCOUNT, NAMELESS_ROLE, OTHER_ACCOUNT, unmasked, type Unmasked } from './placeholders.ts'
import { SECRET_SUFFIX } from '#iam/named-secret.ts'
import { usualResource, usualResources } from './usual-resource.ts'

/** A request with what its evidence leaves open taken to be as it usually is. */
export interface UsualRequest {
  readonly scenario: Scenario
  readonly assumptions: readonly Assumption[]
  /** Whether something was filled in that the evidence does not have: an account, a name, the resource itself. */
  readonly isFilled: boolean
  /** The words that stand in ARNs for what nobody knows (R-EVID-10). */
  readonly placeholders: readonly string[]
}

/**
 * The request as it usually is (R-EVID-09): a role and a name of IAM without a path where nobody knows it, placeholders where
 * the evidence is masked (R-EVID-10), caller and resource of one account where both are, a resource that the policies speak
 * of where nobody says which it is, and a secret's ARN whole where its name alone is told. Undefined: nothing of it is open.
 */
export function usualRequest(scenario: Scenario, readings: SomeReadings | undefined): UsualRequest | undefined {
  const steps = [
    withoutMasks,
    withSecretSuffix,
    withResource,
    withOwnResource,
    withSourceAccount,
    withClaims,
    withoutOwnPath,
    withoutOpenPath,
  ]
  let usual: UsualRequest = { scenario, assumptions: [], isFilled: false, placeholders: [] }
  for (const step of steps) {
    const next = step(usual.scenario, readings)
    if (next === undefined) continue
    usual = {
      scenario: next.scenario,
      assumptions: [...usual.assumptions, ...next.assumptions],
      isFilled: usual.isFilled || next.isFilled,
      placeholders: [...usual.placeholders, ...(next.placeholders ?? [])],
    }
  }
  return usual.scenario === scenario ? undefined : usual
}

type Taken = Omit<UsualRequest, 'placeholders'> & Partial<Pick<UsualRequest, 'placeholders'>>
type Step = (scenario: Scenario, readings: SomeReadings | undefined) => Taken | undefined

const withRequest = (scenario: Scenario, changed: Partial<Request>): Scenario => ({
  ...scenario,
  request: { ...scenario.request, ...changed },
})

const withoutMasks: Step = (scenario) => {
  const { request } = scenario
  const isNamed = readCaller(request).kind !== 'unknown' || !request.principal.startsWith('arn:')
  const known = [request.principal, ...[request.resource ?? []].flat()].map((arn) => parseArn(arn)?.account ?? '')
  const account = known.find(isAccountId) ?? accountOfKey(scenario) ?? ACCOUNT
  const principal = unmaskedPrincipal(scenario, isNamed, account)
  const resources = [request.resource ?? []].flat()
  const other = account === ACCOUNT ? OTHER_ACCOUNT : account
  const unmaskedArns = resources.map((arn) => unmasked(arn, areTwo(request.principal, arn) ? other : account))
  const placeholders = [
    ...new Set([principal, ...unmaskedArns].flatMap((unmaskedArn) => unmaskedArn?.placeholders ?? [])),
  ]
  if (principal === undefined && unmaskedArns.every((unmaskedArn) => unmaskedArn === undefined)) return undefined
  const texts = resources.map((arn, i) => unmaskedArns[i]?.text ?? arn)
  const { principalDetails, ...rest } = request
  const { type: _, roleArn, ...details } = principalDetails ?? {}
  const role = roleArn === undefined ? {} : { roleArn: unmasked(roleArn, account)?.text ?? roleArn }
  const isSame = isNamed
    ? { ...(principalDetails?.type === undefined ? {} : { type: principalDetails.type }), ...role }
    : {}
  const resource = request.resource === null ? null : texts.length === 1 ? (texts[0] ?? null) : texts
  return {
    scenario: {
      ...scenario,
      request: {
        ...rest,
        principal: principal?.text ?? request.principal,
        ...(principalDetails === undefined ? {} : { principalDetails: { ...details, ...isSame } }),
        ...sourceUnmasked(request, account),
        resource,
      },
    },
    assumptions: [
      {
        fact: placeholders.length === 0 ? 'account' : placeholders.join(', '),
        value:
          placeholders.length === 0
            ? `${account}, for the one that is masked`
            : `the error text hides ${placeholders.length === 1 ? 'this value: replace it with the real one' : 'these values: replace them with the real ones'}`,
        from: 'caller and resource are usually of one account',
        ifWrong: 'policies that name it may allow or refuse what is said here not to be: give the text unmasked',
      },
    ],
    isFilled: true,
    placeholders,
  }
}

/**
 * The account of the key whose policy was given: the one that may change that policy, for no other account can (R-KMS-05). A statement
 * without that action may let another account in.
 */
function accountOfKey({ request, policies }: Scenario): string | undefined {
  if (!request.action.startsWith('kms:')) return undefined
  const listed = [valueAt(documentValue(policies?.resourcePolicy?.document), '/Statement') ?? []].flat()
  const named = listed
    .filter((statement) => [valueAt(statement, '/Action')].flat().some((action) => CHANGES_POLICY.test(String(action))))
    .flatMap((statement) => [valueAt(statement, '/Principal/AWS') ?? []].flat())
  const [account, ...others] = new Set(
    named.flatMap((principal) => /^arn:[^:]{1,20}:iam::(\d{12}):root$/.exec(String(principal))?.[1] ?? []),
  )
  return others.length > 0 ? undefined : account
}

/** An action of a key policy that covers `kms:PutKeyPolicy`. */
const CHANGES_POLICY = /^(?:\*|kms:(?:\*|Put\*|PutKeyPolicy))$/i

/** Fills the account of a masked `aws:SourceArn`: it is the account that is masked everywhere else, too (R-EVID-18). */
function sourceUnmasked({ context }: Request, account: string): Partial<Request> {
  const source = context?.['aws:SourceArn']
  const found = typeof source === 'string' ? unmasked(source, account) : undefined
  return found === undefined ? {} : { context: { ...context, 'aws:SourceArn': found.text } }
}

/** The caller without its masks; undefined: it has none. */
function unmaskedPrincipal(scenario: Scenario, isNamed: boolean, account: string): Unmasked | undefined {
  const { principal } = scenario.request
  // The provider that its own trust policy names is that one, however its account is masked (R-EVID-18).
  if (principal.includes('-provider/') && namesText(scenario, principal)) return undefined
  return isNamed ? unmasked(principal, account) : { text: NAMELESS_ROLE, placeholders: [ACCOUNT, 'ROLE_NAME'] }
}

const namesText = ({ policies }: Scenario, text: string): boolean =>
  trustedProviders(policies?.resourcePolicy?.document).includes(text)

/** The providers that the statements of a trust policy name. */
const trustedProviders = (document: unknown): readonly unknown[] =>
  [valueAt(documentValue(document), '/Statement') ?? []]
    .flat()
    .flatMap((statement) => [valueAt(statement, '/Principal/Federated') ?? []].flat())

/** Two accounts of which the digits that are left differ, at the beginning or the end. */
function areTwo(principal: string, resource: string): boolean {
  const [ownAccount = '', other = ''] = [principal, resource].map((arn) => parseArn(arn)?.account ?? '')
  const heads = [ownAccount, other].map((id) => /^\d+/.exec(id)?.[0])
  const tails = [ownAccount, other].map((id) => /\d+$/.exec(id)?.[0])
  return ownAccount !== other && (differ(heads, 'startsWith') || differ(tails, 'endsWith'))
}

const differ = ([a, b]: readonly (string | undefined)[], by: 'startsWith' | 'endsWith'): boolean =>
  a !== undefined && b !== undefined && !a[by](b) && !b[by](a)

/**
 * A secret's ARN ends in a hyphen and six characters that its name does not tell (R-RES-10), and an error that repeats the name as it
 * was asked for has none. https://docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot.html#ARN_secretnamehyphen
 */
const withSecretSuffix: Step = (scenario) => {
  const { resource } = scenario.request
  if (typeof resource !== 'string') return undefined
  const arn = parseArn(resource)
  if (arn?.service !== 'secretsmanager' || !/^secret:[^*?]*$/.test(arn.resource)) return undefined
  if (/-[A-Za-z0-9]{6}$/.test(arn.resource)) return undefined
  const whole = `${resource}${SECRET_SUFFIX}`
  return {
    scenario: withRequest(scenario, { resource: whole }),
    assumptions: [
      {
        fact: 'resource',
        value: whole,
        from: "the evidence has the secret's name, which AWS follows with six characters in its ARN",
        ifWrong: 'write the ARN of the secret that was asked for: --resource ARN',
      },
    ],
    isFilled: true,
  }
}

const withResource: Step = (scenario, readings) => {
  const { request } = scenario
  const isText =
    typeof request.resource === 'string' && request.resource !== '*' && !request.resource.startsWith('arn:')
  if ((request.resource !== null && !isText) || isWildcardOnlyAction(request.action) === true) return undefined
  if (typeof request.resource === 'string' && isTextMessage(request.action, request.resource)) return undefined
  const account = readCaller(request).account ?? accountOfKey(scenario)
  const several = usualResources(scenario, account)
  if (several.length > 0) return onSeveral(scenario, several)
  const resource = usualResource(scenario, account, readings)
  if (resource === undefined) return undefined
  return {
    scenario: withRequest(scenario, { resource }),
    assumptions: [
      {
        fact: 'resource',
        value: resource,
        from: isText ? 'the evidence names it in short' : 'the evidence names none; the action is asked on such a one',
        ifWrong: 'write the ARN of the resource that was asked for: --resource ARN',
      },
    ],
    isFilled: true,
    placeholders: STAND_INS.filter((word) => resource.split(/[:/]/).includes(word)),
  }
}

/** A call on a resource of each type that it needs; which ones is open, so that they stand in no placeholder but Region and account. */
function onSeveral(scenario: Scenario, resources: readonly string[]): Taken | undefined {
  const { identityPolicies } = scenario.policies ?? {}
  if (!Array.isArray(identityPolicies)) return undefined
  return {
    scenario: withRequest(scenario, {
      resource: resources,
      resourcePatterns: Object.fromEntries(resources.map((arn) => [arn, [arn]])),
    }),
    assumptions: [
      {
        fact: 'resource',
        value: resources.join(', '),
        from: 'the evidence names none; the action is asked on a resource of each of these types',
        ifWrong: 'write the ARN of the resource that was asked for: --resource ARN',
      },
    ],
    isFilled: true,
    placeholders: STAND_INS.filter((word) => resources.some((arn) => arn.split(/[:/]/).includes(word))),
  }
}

/** Stand-ins that `usualResource` writes for a name that it does not know. */
const STAND_INS = [...UNKNOWN_NAMES, 'REGION', ACCOUNT]

/**
 * A resource whose account nobody names, of a service of which no resource has a policy: of the caller's own account, for nothing would let
 * anybody else in (R-XACC-01).
 */
const withOwnResource: Step = (scenario, readings) => {
  const { request } = scenario
  const { account } = readCaller(request)
  const isOwnerTold = [request.resource ?? []].flat().some((arn) => isAccountId(parseArn(arn)?.account ?? ''))
  if (isOwnerTold || request.resourceAccount !== undefined || account === undefined) return undefined
  const evaluated = evaluateRelations(scenario, readings)
  if (evaluated.length === 1 || evaluated.some(({ input }) => mayHaveResourcePolicy(input))) return undefined
  return {
    scenario: withRequest(scenario, { resourceAccount: account }),
    assumptions: [
      {
        fact: 'account of the resource',
        value: account,
        from: 'caller and resource are usually of one account',
        ifWrong: 'write the ARN of the resource that was asked for: --resource ARN',
      },
    ],
    isFilled: false,
  }
}

/**
 * Services whose guide has `aws:SourceAccount` in the trust policy of their role, under "Cross-service confused deputy prevention". Others,
 * such as EC2, Lambda and EKS, send none when they assume a role: a statement that asks for it would never match (R-SVC-02).
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html#cross-service-confused-deputy-prevention
 */
const ASSUMES_WITH_SOURCE =
  /^(?:appsync|bedrock|codebuild|comprehend|config|datasync|dms|ecs-tasks|elasticmapreduce|events|iot|kinesisanalytics|monitoring\.rds|personalize|pipes|sagemaker|scheduler|ssm|states|transcribe|transfer|vpc-flow-logs)\.amazonaws\.com(?:\.cn)?$/

const assumesWithoutSource = ({ action, principal }: Request): boolean =>
  /^sts:/i.test(action) && !ASSUMES_WITH_SOURCE.test(principal)

/**
 * The account for which a service usually works on a resource, as the evidence writes it: the one that the resource's policy lets in for
 * the same action, else that of the resource. Undefined: the evidence names none.
 */
export function sourceAccountOf(scenario: Scenario): string | undefined {
  const { request } = scenario
  const [resource = ''] = [request.resource ?? []].flat()
  const account = accountLetIn(scenario) ?? request.resourceAccount ?? parseArn(resource)?.account ?? ''
  return isAccountId(account) || (account !== '' && isMasked(account)) ? account : undefined
}

/** The account of a statement that allows the same action to one account alone: that was to let its services in. Undefined: none is. */
function accountLetIn({ request, policies }: Scenario): string | undefined {
  const listed = valueAt(documentValue(policies?.resourcePolicy?.document), '/Statement') ?? []
  const named = [listed].flat().flatMap((statement) => {
    const isOfAction = [valueAt(statement, '/Action')].flat().some((action) => isSameText(action, request.action))
    return isOfAction && valueAt(statement, '/Effect') === 'Allow' ? [valueAt(statement, '/Principal/AWS')].flat() : []
  })
  const accounts = new Set(
    named.map((principal) => (typeof principal === 'string' ? accountOfPrincipal(principal) : '')),
  )
  const [account = ''] = accounts
  return accounts.size === 1 && account !== '' ? account : undefined
}

const accountOfPrincipal = (principal: string): string =>
  parseArn(principal)?.account ?? (isAccountId(principal) ? principal : '')

const isSameText = (value: unknown, other: string): boolean =>
  typeof value === 'string' && value.toLowerCase() === other.toLowerCase()

/** A service that works for a resource of the same account says so, and a grant to it asks for that (the confused deputy). */
const withSourceAccount: Step = (scenario) => {
  const { request, policies } = scenario
  const account = sourceAccountOf(scenario)
  const listed = Object.keys(request.context ?? {}).some((key) => /^aws:source(?:account|arn)$/i.test(key))
  const isService = readCaller(request).kind === 'service' && !assumesWithoutSource(request)
  if (!isService || listed || request.contextComplete === true || account === undefined) return undefined
  // What a Deny of the resource's own policy hangs on is not taken for granted.
  if (
    JSON.stringify(policies?.resourcePolicy?.document ?? '')
      .toLowerCase()
      .includes('aws:source')
  )
    return undefined
  return {
    scenario: withRequest(scenario, { context: { ...request.context, 'aws:SourceAccount': account } }),
    assumptions: [
      {
        fact: 'aws:SourceAccount',
        value: account,
        from: 'services say for whose resource they work, which is usually of the account of what they work on, or of the one that its policy allows',
        ifWrong: 'a statement that asks for it does not let the service in: write the account that it works for',
      },
    ],
    isFilled: false,
  }
}

/**
 * Assumes the audience of STS for a token whose claims are not given. Its subject stays unknown (R-EVID-17), unless the trust policy
 * has one in a form that no token has, which is the cause: under another key, with a wildcard that is compared as a character, or
 * without what follows the repository. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif
 */
const withClaims: Step = (scenario) => {
  const { request, policies } = scenario
  const provider = readCaller(request).federatedBy ?? request.principal
  const open = { ...openClaims(provider, request), ...openMarks(request, policies?.resourcePolicy?.document) }
  const [, host] = provider.split(':oidc-provider/')
  if (request.action.toLowerCase() !== 'sts:assumerolewithwebidentity' || host === undefined)
    return withOpenClaims(scenario, open)
  const document = policies?.resourcePolicy?.document
  const isKnown = (claim: string): boolean =>
    Object.keys(request.context ?? {}).some((key) => key.toLowerCase().endsWith(`:${claim}`))
  const subject = isKnown('sub') ? undefined : subjectMeant(document)
  const audience =
    !isKnown('aud') && (subject !== undefined || MADE_FOR_STS.test(host)) ? 'sts.amazonaws.com' : undefined
  if (subject === undefined && audience === undefined) return withOpenClaims(scenario, open)
  const claims: Readonly<Record<string, ContextValue>> = {
    ...open,
    ...(audience === undefined ? {} : { [`${host}:aud`]: audience }),
    ...(subject === undefined ? {} : { [`${host}:sub`]: subject.text }),
  }
  const claimWords = [
    ...(audience === undefined ? [] : [`aud ${audience}`]),
    ...(subject === undefined ? [] : [`sub ${subject.text}`]),
  ]
  return {
    scenario: withRequest(scenario, { context: { ...request.context, ...claims } }),
    assumptions: [
      {
        fact: 'claims of the token',
        value: claimWords.join(', '),
        from:
          subject === undefined
            ? 'the usual audience'
            : `the usual audience, and a subject that the trust policy means: ${subject.slip}`,
        ifWrong: 'decode the token and compare its `aud` and `sub` with the trust policy',
      },
    ],
    isFilled: true,
    placeholders: subject?.text.includes(OF_TOKEN) === true ? [OF_TOKEN] : [],
  }
}

/** The request with claims that it surely carries, and nobody knows; nothing is assumed by that. */
const withOpenClaims = (scenario: Scenario, claims: Readonly<Record<string, ContextValue>>): Taken | undefined =>
  Object.keys(claims).length === 0
    ? undefined
    : {
        scenario: withRequest(scenario, { context: { ...scenario.request.context, ...claims } }),
        assumptions: [],
        isFilled: false,
      }

/**
 * The claims that every token of a provider, or every assertion, has, as far as the request does not list them.
 * Tokens: https://openid.net/specs/openid-connect-core-1_0.html#IDToken; of Cognito:
 * https://docs.aws.amazon.com/cognito/latest/developerguide/role-trust-and-permissions.html; assertions:
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithSAML.html#API_AssumeRoleWithSAML_ResponseElements
 */
function openClaims(
  provider: string,
  { action, context, contextComplete }: Request,
): Readonly<Record<string, ContextValue>> {
  const known = new Set(Object.keys(context ?? {}).map((key) => key.toLowerCase()))
  const keys = contextComplete === true ? [] : claimsOfEvery(provider, action.toLowerCase())
  return Object.fromEntries(
    keys.filter((key) => !known.has(key.toLowerCase())).map((key) => [key, { state: 'present' } as const]),
  )
}

/**
 * The tags and the source that a service sends with every session it makes, as far as a trust policy asks for them and the request does
 * not list them. https://docs.aws.amazon.com/rolesanywhere/latest/userguide/trust-model.html and
 * https://docs.aws.amazon.com/eks/latest/userguide/pod-id-abac.html
 */
function openMarks({ principal, context }: Request, trust: unknown): Readonly<Record<string, ContextValue>> {
  const sent = SENT_BY.get(principal)
  if (sent === undefined) return {}
  const known = new Set(Object.keys(context ?? {}).map((key) => key.toLowerCase()))
  const keys = conditionValues(trust).flatMap(({ key }) =>
    sent.test(key) && !known.has(key.toLowerCase()) ? [key] : [],
  )
  return Object.fromEntries(keys.map((key) => [key, { state: 'present' } as const]))
}

const SENT_BY: ReadonlyMap<string, RegExp> = new Map([
  ['rolesanywhere.amazonaws.com', /^(?:aws:(?:Principal|Request)Tag\/x509|aws:SourceArn$|sts:SourceIdentity$)/i],
  [
    'pods.eks.amazonaws.com',
    /^aws:RequestTag\/(?:eks-cluster-(?:arn|name)|kubernetes-(?:namespace|service-account|pod-name|pod-uid))$/i,
  ],
])

function claimsOfEvery(provider: string, action: string): readonly string[] {
  if (action === 'sts:assumerolewithsaml' && provider.includes(':saml-provider/'))
    return ['SAML:aud', 'SAML:iss', 'SAML:sub', 'SAML:sub_type', 'SAML:namequalifier']
  if (action !== 'sts:assumerolewithwebidentity') return []
  const [, host] = provider.split(':oidc-provider/')
  if (host !== undefined) return [`${host}:aud`, `${host}:sub`]
  return provider === 'cognito-identity.amazonaws.com'
    ? ['aud', 'amr', 'sub'].map((claim) => `${provider}:${claim}`)
    : []
}

/**
 * Hosts of which the tokens that are shown to AWS are made for STS, unless somebody chose otherwise: GitHub's by its own action,
 * those of EKS by its webhook.
 */
const MADE_FOR_STS =
  /^(?:token\.actions\.githubusercontent\.com|oidc\.eks\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?)(?:\/|$)/

/** A value of a condition, with its key and operator. */
interface ConditionValue {
  readonly operator: string
  readonly key: string
  readonly value: string
}

/** The values of all conditions of a document's Allow statements. */
const conditionValues = (document: unknown): readonly ConditionValue[] =>
  [valueAt(documentValue(document), '/Statement') ?? []]
    .flat()
    .filter((statement) => valueAt(statement, '/Effect') === 'Allow')
    .flatMap((statement) => Object.entries((valueAt(statement, '/Condition') ?? {}) as object))
    .flatMap(([operator, keys]: [string, unknown]) =>
      typeof keys === 'object' && keys !== null
        ? Object.entries(keys).flatMap(([key, value]: [string, unknown]) =>
            [value].flat().flatMap((text) => (typeof text === 'string' ? [{ operator, key, value: text }] : [])),
          )
        : [],
    )

/** A form of a subject: of Kubernetes, GitHub, GitLab, Terraform Cloud. */
const SUBJECT = /^(?:system:serviceaccount:|repo:|project_path:|organization:)/

/** Stands in a subject for what the token has there. */
const OF_TOKEN = 'OF_THE_TOKEN'

/** The subject that a trust policy means, where none of its values can be one as it is written. */
function subjectMeant(document: unknown): { readonly text: string; readonly slip: string } | undefined {
  const values = conditionValues(document).filter(({ value }) => SUBJECT.test(value))
  const found = values.map(({ operator, key, value }) => {
    const isPattern = /[*?]/.test(value)
    if (!/:sub$/i.test(key) || key.startsWith('arn:'))
      return isPattern ? undefined : { text: value, slip: 'it asks for it under another key' }
    if (isPattern && /stringequals/i.test(operator) && !value.includes('${'))
      return { text: value.replaceAll(/[*?]/g, OF_TOKEN), slip: `${operator} compares * as a character` }
    if (/^repo:[^/:*?]{1,100}\/[^/:*?]{1,100}$/.test(value))
      return { text: `${value}:${OF_TOKEN}`, slip: 'it ends at the repository' }
    return undefined
  })
  const [first] = found
  return found.every((each) => each !== undefined) ? first : undefined
}

/** The roles that surely have a path (R-PRIN-07, R-PRIN-09) are left as they are. */
const withoutOwnPath: Step = (scenario) => {
  const { request } = scenario
  const { kind, roleArn, rolePathKnown } = readCaller(request)
  const isKnown = kind !== 'role-session' || roleArn === undefined || rolePathKnown
  if (isKnown || /:role\/AWS(?:ReservedSSO_|ServiceRoleFor)/.test(roleArn)) return undefined
  return {
    scenario: withRequest(scenario, { principalDetails: { ...request.principalDetails, roleArn } }),
    assumptions: [
      {
        fact: 'path of the role',
        value: `none (${roleArn})`,
        from: 'the ARN of a session does not hold the path of its role, and most roles have none',
        ifWrong: 'policies that name the role need its whole ARN: aws iam get-role --role-name NAME --query Role.Arn',
      },
    ],
    isFilled: false,
  }
}

/** A thing of IAM that the evidence names without its path. */
const withoutOpenPath: Step = (scenario) => {
  const { resourcePatterns, ...request } = scenario.request
  const open = Object.entries(resourcePatterns ?? {}).filter(
    ([arn, patterns]) => !patterns.includes(arn) || /[*?]/.test(arn),
  )
  if (resourcePatterns === undefined || open.length === Object.keys(resourcePatterns).length) return undefined
  return {
    scenario: {
      ...scenario,
      request: open.length === 0 ? request : { ...request, resourcePatterns: Object.fromEntries(open) },
    },
    assumptions: [
      {
        fact: 'path of the resource',
        value: 'none',
        from: 'the evidence names it without one, and most have none',
        ifWrong: 'the ARN of the resource has the path, and so must the statement',
      },
    ],
    isFilled: false,
  }
}
