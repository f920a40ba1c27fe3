import { field, isObject, textField } from '../../fields.ts'
import type { FederationFact, FederationForm } from './fact.ts'

/** https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html */
const ANNOTATION = 'eks.amazonaws.com/role-arn'

/** Kinds that have a template of pods, each with the path to it. https://kubernetes.io/docs/concepts/workloads/ */
const TEMPLATES: ReadonlyMap<string, readonly string[]> = new Map([
  ['Pod', ['spec']],
  ['Deployment', ['spec', 'template', 'spec']],
  ['ReplicaSet', ['spec', 'template', 'spec']],
  ['StatefulSet', ['spec', 'template', 'spec']],
  ['DaemonSet', ['spec', 'template', 'spec']],
  ['Job', ['spec', 'template', 'spec']],
  ['CronJob', ['spec', 'jobTemplate', 'spec', 'template', 'spec']],
])

/** Reads what `kubectl get … -o yaml|json` prints of service accounts and of what runs as them; undefined: it is nothing of Kubernetes. */
export function kubernetesObjects(value: unknown): FederationForm | undefined {
  if (textField(value, 'apiVersion') === undefined || textField(value, 'kind') === undefined) return undefined
  const items = field(value, 'items')
  const objects = Array.isArray(items) ? items.slice(0, MOST) : [value]
  const facts = objects.flatMap((object) => factOf(object) ?? [])
  const kinds = new Set(objects.map((object) => textField(object, 'kind')))
  const [kind = 'List'] = kinds
  return facts.length === 0 ? undefined : { form: `a Kubernetes ${kinds.size === 1 ? kind : 'List'}`, facts }
}

const MOST = 1000

function factOf(object: unknown): FederationFact | undefined {
  const kind = textField(object, 'kind') ?? ''
  const metadata = field(object, 'metadata')
  const name = textField(metadata, 'name')
  const namespace = textField(metadata, 'namespace')
  // Which namespace a manifest without one goes to is decided where it is applied.
  if (name === undefined || namespace === undefined) return undefined
  if (kind === 'ServiceAccount') {
    const roleArn = textField(field(metadata, 'annotations'), ANNOTATION)
    return { is: 'service-account', namespace, name, ...(roleArn === undefined ? {} : { roleArn }) }
  }
  const path = TEMPLATES.get(kind)
  if (path === undefined) return undefined
  const spec = path.reduce<unknown>((at, step) => field(at, step), object)
  if (!isObject(spec)) return undefined
  const account = textField(spec, 'serviceAccountName') ?? textField(spec, 'serviceAccount') ?? 'default'
  const roleArn = roleOf(spec)
  return { is: 'workload', name, namespace, account, ...(roleArn === undefined ? {} : { roleArn }) }
}

/** The role that the webhook of EKS wrote into the containers. */
function roleOf(spec: unknown): string | undefined {
  const containers = [field(spec, 'containers') ?? []].flat()
  const roles = containers.flatMap((container) =>
    [field(container, 'env') ?? []]
      .flat()
      .flatMap((entry) => (textField(entry, 'name') === 'AWS_ROLE_ARN' ? (textField(entry, 'value') ?? []) : [])),
  )
  const [role, ...others] = new Set(roles)
  return others.length === 0 ? role : undefined
}

const DESCRIBED =
  /^Name:[ \t]{1,40}(?<name>[a-z0-9][a-z0-9.-]{0,252})[ \t]{0,9}\r?\nNamespace:[ \t]{1,40}(?<namespace>[a-z0-9][a-z0-9-]{0,62})[ \t]{0,9}\r?\n(?<rest>(?:Labels|Annotations):[^\0]{0,4000})/m

/** Reads what `kubectl describe serviceaccount` prints. */
export function describedAccount(text: string): FederationForm | undefined {
  const { name, namespace, rest = '' } = DESCRIBED.exec(text.slice(0, MAX_DESCRIBED))?.groups ?? {}
  if (name === undefined || namespace === undefined || !/^(?:Tokens|Mountable secrets):/m.test(rest)) return undefined
  const roleArn = /\beks\.amazonaws\.com\/role-arn:[ \t]{0,9}(?<role>arn:\S{1,600})/.exec(rest)?.groups?.['role']
  return {
    form: 'kubectl describe serviceaccount',
    facts: [{ is: 'service-account', namespace, name, ...(roleArn === undefined ? {} : { roleArn }) }],
  }
}

const MAX_DESCRIBED = 20_000
