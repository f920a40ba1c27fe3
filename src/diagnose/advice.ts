import { awsOption, noAwsValue } from '#quote/shell.ts'
import type { Step } from '#engine/decision.ts'
import type { Denial } from '#intake/denial.ts'
import type { Identity } from './diagnosis.ts'

/** Pages on what is no denial by a policy, by the code as printed in lower case (docs/guide). */
const GUIDES: ReadonlyMap<string, string> = new Map(
  [
    ['expired-token', 'expiredtoken expiredtokenexception requestexpired tokenrefreshrequired'],
    ['invalid-client-token-id', 'invalidclienttokenid unrecognizedclientexception invalidaccesskeyid authfailure'],
    [
      'signature-does-not-match',
      'signaturedoesnotmatch invalidsignatureexception incompletesignature missingauthenticationtoken requesttimetooskewed',
    ],
    ['not-found-as-403', 'nosuchkey nosuchbucket'],
    ['throttling', 'throttling throttlingexception requestlimitexceeded slowdown toomanyrequestsexception'],
    ['opt-in-required', 'optinrequired subscriptionrequiredexception notsignedup'],
  ].flatMap(([topic = '', codes = '']) => codes.split(' ').map((code) => [code, topic] as const)),
)

/** The guide that fits the kind of failure (docs/json.md, "Diagnosis"); `denytrace guide` shows it. */
export function guideFor(denial: Denial): string {
  switch (denial.kind) {
    case 'aws-access-denied':
      return 'aws-access-denied'
    case 'gcp-permission-denied':
      return 'gcp-permission-denied'
    case 'cors':
      return 'cors'
    default:
      return GUIDES.get(denial.code?.toLowerCase() ?? '') ?? 'aws-access-denied'
  }
}

/** The fixes people reach for first, and why they are wrong here (R-FIX-01, R-FIX-06). */
export function whatNotToDo(all: readonly Step[], identity?: Identity): string[] {
  // What made the session is done; whatever it hangs on is no reason for or against a fix.
  const steps = all.filter((step) => step.relation !== 'before')
  const advice: string[] = []
  const blocked = new Set(steps.flatMap((step) => step.decision.blockedBy))
  const explicit = steps.some((step) => step.decision.denyType === 'explicit')
  if (blocked.size === 0) return advice
  if (identity?.agrees === false)
    advice.push(`Do not widen the policies of \`${identity.evaluated}\`: it is not who should have called.`)
  if (explicit)
    advice.push(
      'Do not add an Allow against an explicit deny: no Allow overrides it. Narrow the Deny, or change the request.',
    )
  if (
    blocked.has('service-control-policy') ||
    blocked.has('resource-control-policy') ||
    blocked.has('permissions-boundary') ||
    blocked.has('session-policy') ||
    blocked.has('vpc-endpoint-policy')
  )
    advice.push(
      'Do not attach AdministratorAccess: identity policies cannot override a policy of the organization, a boundary, a session or an endpoint.',
    )
  else if (blocked.has('resource-policy'))
    advice.push(
      'Do not attach AdministratorAccess: it changes nothing where the policy of the resource itself must allow.',
    )
  else advice.push('Do not attach AdministratorAccess: one action on one resource is missing.')
  advice.push(...ofLater(steps))
  advice.push(...ofForeignSecret(steps))
  return advice
}

function ofLater([first, ...more]: readonly Step[]): readonly string[] {
  if (first?.decision.decision !== 'denied') return []
  const { action } = first.request
  const later = more.filter((step) => step.relation === 'next' && step.decision.decision === 'denied')
  const names = later.map(({ request }) =>
    request.action === action ? `${action} on other resources` : request.action,
  )
  if (names.length === 0) return []
  return [`Do not stop at ${action}: ${[...new Set(names)].join(' and ')} is refused next.`]
}

/** https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_examples_cross.html (G-31, R-KMS-12) */
function ofForeignSecret(steps: readonly Step[]): readonly string[] {
  const key = steps.find(({ rule, request }) => rule === 'G-31' && request.resource === null)
  if (key === undefined) return []
  const isManaged = key.decision.blockedBy.includes('resource-policy')
  return [
    `Do not rely on policies alone${isManaged ? '' : ', where the secret has no key of its own'}: with the AWS managed key (aws/secretsmanager) none lets another account read it. Encrypt the secret with a customer managed key, and let the caller use that.`,
  ]
}

/** Commands that replay the denied request, and show who makes it. */
export function verifyCommands(denial: Denial, steps: readonly Step[]): string[] {
  const [denied] = steps
  if (denied === undefined || denial.kind !== 'aws-access-denied') return []
  const { action, resource } = denied.request
  // A service asks as itself: whoever runs the command is another.
  const who = denial.principalType === 'service' ? [] : ['aws sts get-caller-identity   # in the same job']
  return [...who, ...replay(action, typeof resource === 'string' ? resource : undefined)]
}

/** Actions that a command replays. */
const REPLAYED = new Set(['s3:PutObject', 's3:GetObject'])

function replay(action: string, resource: string | undefined): string[] {
  // Of every partition: `arn:aws-cn:s3:::bucket/key` too.
  const [arn, , service, region, account, ...rest] = resource?.split(':') ?? []
  const isObject = arn === 'arn' && service === 's3' && region === '' && account === ''
  const path = isObject ? rest.join(':') : undefined
  const slash = path?.indexOf('/') ?? -1
  if (path === undefined || slash < 0) return []
  const [bucket, name] = [path.slice(0, slash), path.slice(slash + 1)]
  const why = noAwsValue(bucket) ?? noAwsValue(name)
  if (why !== undefined) return REPLAYED.has(action) ? [`# the same call with the AWS CLI is not written: ${why}`] : []
  const object = `${awsOption('--bucket', bucket)} ${awsOption('--key', name)}`
  switch (action) {
    case 's3:PutObject':
      return [`aws s3api put-object ${object} --body FILE`]
    case 's3:GetObject':
      return [`aws s3api get-object ${object} /dev/null`]
    default:
      return []
  }
}
