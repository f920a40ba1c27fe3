import type { Denial, Diagnosis } from '#http/wire.ts'
import { isKubernetes } from './kubernetes.ts'

/** A step of what to do first about what is no denial of AWS's: its head, why, and a command that can be pasted. */
export interface FirstStep {
  readonly head: string
  readonly text: string
  readonly command?: string
}

/** The guide that is about it. */
export const guideOf = ({ denial, guide }: Pick<Diagnosis, 'denial' | 'guide'>): string =>
  isKubernetes(denial) ? 'kubernetes-rbac' : guide

/** A word of a command of a POSIX shell, whatever text it is. */
const word = (text: string): string =>
  /^[\w@%+=:,./-]{1,400}$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`).replaceAll(/\p{Cc}/gu, ' ')}'`

/** The first steps by what the evidence says; empty: the guide's own are shown. */
export function firstSteps(denial: Denial): readonly FirstStep[] {
  if (isKubernetes(denial)) return kubernetesSteps(denial)
  switch (denial.kind) {
    case 'gcp-permission-denied':
      return denial.details?.['policyKind'] === 'vpc-service-controls' ? perimeterSteps(denial) : tupleSteps(denial)
    case 'cors':
      return corsSteps(denial)
    case 'aws-authentication':
      return AUTHENTICATION_STEPS[denial.code ?? ''] ?? []
    default:
      return []
  }
}

/** docs/guide/gcp-permission-denied.md, "Tell IAM from a perimeter" and "How to fix it". */
function perimeterSteps({ details = {} }: Denial): readonly FirstStep[] {
  const id = details['perimeterId']
  const filter = typeof id === 'string' ? `protoPayload.metadata.vpcServiceControlsUniqueId="${id}"` : undefined
  return [
    {
      head: 'Find the entry in the audit log',
      text: 'It names the perimeter, the rule that was missed, and from where the call came.',
      ...(filter === undefined
        ? {}
        : { command: `gcloud logging read ${word(filter)} --organization=ORG_ID --format=json` }),
    },
    {
      head: 'Read `violationReason` in it',
      text: 'No role helps: an ingress or egress rule of the perimeter must let the request in. Whoever administers Access Context Manager changes it.',
    },
    { head: 'Paste the entry here', text: 'This page then says for whom, which service and which method.' },
  ]
}

/** Ditto, "Ask about the tuple". */
function tupleSteps({ action, resource, resourceText, principal }: Denial): readonly FirstStep[] {
  const on = resource ?? resourceText
  if (action === null || on === null || on === undefined) return []
  return [
    {
      head: 'Ask which policy decides',
      text: 'Allow, deny and boundary policies; it sees no ACLs of Cloud Storage and no perimeters.',
      command: `gcloud beta policy-intelligence troubleshoot-policy iam ${word(on)} --principal-email=${principal === null ? 'CALLER_EMAIL' : word(principal)} --permission=${word(action)}`,
    },
    {
      head: 'Grant the smallest role that has the permission',
      text: 'On the lowest resource that holds what is needed; or narrow the deny rule by an exception.',
    },
    { head: 'Wait, then repeat the same call as the same account', text: 'A change takes minutes to spread.' },
  ]
}

/** docs/guide/cors.md, "How to fix it". */
function corsSteps({ details = {}, resource, resourceText }: Denial): readonly FirstStep[] {
  const { origin, method, header, failed } = details
  const url = resource ?? resourceText
  const options = [
    ...(typeof method === 'string' ? ['--method', word(method)] : []),
    ...(typeof header === 'string' ? ['--header', word(header)] : []),
  ]
  if (typeof origin !== 'string' || url === null || url === undefined) return []
  return [
    {
      head: 'Replay it against the server',
      text: 'As the browser asks; it says which header of the answer fails. `--method` and `--header` are those of your script.',
      command: ['denytrace guide cors', '--url', word(url), '--origin', word(origin), ...options].join(' '),
    },
    {
      head: `Answer with ${typeof failed === 'string' ? `\`${failed}\`` : 'the header that failed'}`,
      text: `For the one origin \`${origin}\`, out of a list of known ones, and with \`Vary: Origin\`; on errors, too.`,
    },
    {
      head: 'See that it is not behind it a denial',
      text: 'An answer 403 without these headers looks like CORS: the network panel of the browser shows its body.',
    },
  ]
}

/** docs/guide/kubernetes-rbac.md, "What to do". */
function kubernetesSteps({ details = {} }: Denial): readonly FirstStep[] {
  const part = (name: string): string => (typeof details[name] === 'string' ? details[name] : '')
  const namespace = part('namespace')
  const what = part('resource') === '' ? part('object') : part('resource')
  const group = part('apiGroup')
  const asked = group === '' ? what : `${what}.${group}`
  return [
    {
      head: 'Ask the cluster',
      text: 'It answers for every way it authorizes, not for RBAC alone; `--as` needs the right to impersonate.',
      command: `kubectl auth can-i ${word(part('verb'))} ${word(asked)} --as=${word(part('user'))}${namespace === '' ? '' : ` -n ${word(namespace)}`}`,
    },
    {
      head: 'Bind a role that allows it',
      text: `By a RoleBinding in ${namespace === '' ? 'the namespace, or a ClusterRoleBinding' : `the namespace \`${namespace}\``}, to \`${part('user')}\`. RBAC has no deny rules.`,
    },
    {
      head: 'Leave IAM alone',
      text: 'The caller was known. IAM policies do not matter here; on EKS an access entry, or `aws-auth`, may map the caller to another user.',
    },
  ]
}

const WHO = {
  head: 'Ask who calls',
  text: 'In the same job: it says which profile, Region and endpoint are used.',
  command: 'denytrace whoami',
} as const

const SIGNATURE: readonly FirstStep[] = [
  { head: 'Check the secret', text: 'Does it belong to that access key id, and did all of it arrive?' },
  {
    head: 'Check the clock of the machine',
    text: 'Dates more than 15 minutes off are refused.',
    command: 'date -u',
  },
  {
    head: 'Look for a proxy that changes the request',
    text: '`aws --debug` shows what was signed; paste it here, and it is read.',
  },
]

/** docs/guide: signature-does-not-match, expired-token, invalid-client-token-id. */
const AUTHENTICATION_STEPS: Readonly<Record<string, readonly FirstStep[]>> = {
  SignatureDoesNotMatch: SIGNATURE,
  ExpiredToken: [
    {
      head: 'Get new credentials in the same job',
      text: 'Log in again, assume the role again, or let the SDK renew them. No policy was asked.',
    },
    WHO,
    { head: 'A long job needs a longer session', text: 'Or a provider that renews: chained roles end after an hour.' },
  ],
  InvalidClientTokenId: [
    WHO,
    {
      head: 'Look for a session token that is missing',
      text: 'Beside temporary keys there is one; and for variables that stand before the profile.',
    },
    { head: 'See what the environment sets', text: 'Without showing secrets.', command: 'denytrace doctor' },
  ],
}
