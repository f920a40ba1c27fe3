import { type AccountAccess, type AwsSettings, openAccess } from './account-access.ts'
import { call, describedService, json, text } from './described-client.ts'
import { errorName, isCredentialFault, reasonOf } from './outcome.ts'

/**
 * AWS Access Troubleshooter, which keeps what was evaluated for a refused request at least 24 hours (preview).
 * https://docs.aws.amazon.com/iam-toolbox/latest/APIReference/Welcome.html
 */
export const TOOLBOX = describedService({
  id: 'IAM Toolbox',
  host: 'iam-toolbox',
  signs: 'iam',
  protocol: 'rest-json',
})

const DETAILS = TOOLBOX.operation(
  'GetRequestAuthorizationDetails',
  ['GET', '/authorization-details/{authorizationId}'],
  { authorizationId: 'path', nextToken: 'query' },
  {
    requestContext: json<Readonly<Record<string, unknown>>>(),
    evaluations: json<readonly unknown[]>(),
    policies: json<readonly EvaluatedPolicyInfo[]>(),
    nextToken: text,
  },
)

const POLICY = TOOLBOX.operation(
  'GetRequestAuthorizationPolicy',
  ['GET', '/authorization-details/{authorizationId}/policy'],
  { authorizationId: 'path', policyUri: 'query' },
  { policyDocument: json<unknown>() },
)

/** The calls, for tests that hold them against AWS's model. */
export const TOOLBOX_OPERATIONS = [DETAILS, POLICY] as const

interface EvaluatedPolicyInfo {
  readonly type?: string
  readonly uri?: string
  readonly inline?: boolean
  readonly attachedTo?: readonly { readonly arn?: string }[]
}

/** A policy as it was captured with the request; it may leave out actions of other services. */
export interface CapturedPolicy {
  /** The ARN of a managed policy, an opaque name of any other. */
  readonly uri: string
  /** `IDENTITY_BASED_POLICY`, `SERVICE_CONTROL_POLICY` …, as AWS names them. */
  readonly type: string
  readonly attachedTo: readonly string[]
  /** Undefined: AWS did not give it. */
  readonly document: unknown
}

/** Evaluations that AWS keeps of a refused request, or why it does not say. */
export type AuthorizationAnswer =
  | {
      readonly ok: true
      /** As AWS answers it, with the evaluations of all pages. */
      readonly details: object
      readonly policies: readonly CapturedPolicy[]
      /** Calls that gave nothing. */
      readonly unread: readonly string[]
    }
  | { readonly ok: false; readonly cause: 'refused' | 'not-kept' | 'failed'; readonly reason: string }

/** An authorization id, and the Region that its message names. */
export interface AskedAuthorization {
  readonly id: string
  readonly region: string | null
}

/** Evaluations that AWS keeps, by authorization id. A refusal is an answer; credentials and a network that fail are thrown. */
export async function authorizationDetails(
  settings: Omit<AwsSettings, 'concurrency'>,
  asked: readonly AskedAuthorization[],
): Promise<ReadonlyMap<string, AuthorizationAnswer>> {
  const { own } = await openAccess({ ...settings, concurrency: 8 })
  const answers = await Promise.all(
    asked.map(async ({ id, region }) => [id, await askOne(own, id, region ?? own.region)] as const),
  )
  return new Map(answers)
}

/** Evaluation that AWS keeps for an authorization id, with an account's access at hand. */
export async function askOne(access: AccountAccess, id: string, region: string): Promise<AuthorizationAnswer> {
  const client = access.client(TOOLBOX.Client, region)
  try {
    const { requestContext = {}, evaluations, policies = [] } = await allPages(client, id)
    const unread: string[] = []
    const captured = await Promise.all(
      policies.slice(0, MOST_POLICIES).map((policy) => capturedPolicy(client, id, policy, unread)),
    )
    return {
      ok: true,
      details: { requestContext, evaluations, policies },
      policies: captured.flatMap((one) => one ?? []),
      unread,
    }
  } catch (error) {
    if (isCredentialFault(error) || !(error instanceof Error) || !('$fault' in error)) throw error
    return { ok: false, cause: CAUSES.get(errorName(error)) ?? 'failed', reason: reasonOf(CALL, error) }
  }
}

type Toolbox = InstanceType<typeof TOOLBOX.Client>

const CALL = 'iam:GetRequestAuthorizationDetails'
const MOST_PAGES = 20
/** AWS attaches no more than a few dozen policies to all that one request meets. */
const MOST_POLICIES = 60

async function allPages(client: Toolbox, authorizationId: string) {
  const first = await call(client, DETAILS, { authorizationId })
  const evaluations = [...(first.evaluations ?? [])]
  let { nextToken } = first
  for (let page = 1; nextToken !== undefined && nextToken !== '' && page < MOST_PAGES; page++) {
    const next = await call(client, DETAILS, { authorizationId, nextToken })
    evaluations.push(...(next.evaluations ?? []))
    nextToken = next.nextToken === nextToken ? undefined : next.nextToken
  }
  return { ...first, evaluations }
}

async function capturedPolicy(
  client: Toolbox,
  authorizationId: string,
  { uri, type = '', attachedTo = [] }: EvaluatedPolicyInfo,
  unread: string[],
): Promise<CapturedPolicy | undefined> {
  if (uri === undefined) return undefined
  const about = { uri, type, attachedTo: attachedTo.flatMap(({ arn }) => arn ?? []) }
  try {
    const { policyDocument } = await call(client, POLICY, { authorizationId, policyUri: uri })
    return { ...about, document: policyDocument }
  } catch (error) {
    if (isCredentialFault(error) || !(error instanceof Error) || !('$fault' in error)) throw error
    unread.push(reasonOf('iam:GetRequestAuthorizationPolicy', error))
    return { ...about, document: undefined }
  }
}

const CAUSES: ReadonlyMap<string, 'refused' | 'not-kept'> = new Map([
  ['AccessDeniedException', 'refused'],
  ['AccessDenied', 'refused'],
  ['ResourceNotFoundException', 'not-kept'],
  ['ValidationException', 'not-kept'],
])
