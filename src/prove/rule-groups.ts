import { evaluateLayers } from '#engine/evaluate-layers.ts'
import { preparePolicies } from '#engine/prepare.ts'
import { normalizeRequest, evaluationInputOf } from '#engine/read-request.ts'
import { isPermissionless } from '#engine/services/hard-rules.ts'
import { memoizeText } from '#iam/memoize.ts'
import type { Request } from '#iam/request.ts'

/** Services of which the engine knows rules beyond policies, so that two of their actions need not be alike. */
const WITH_RULES: ReadonlySet<string> = new Set(['s3', 'kms', 'iam', 'sts', 'execute-api', 'lambda', 'dynamodb'])

/** Groups of names that no statement tells apart, by the way the rules of the service treat them. */
export function unlikeNames(service: string, names: readonly string[]): readonly (readonly string[])[] {
  if (names.length < 2 || !WITH_RULES.has(service)) return [names]
  const known = divided.get(names)
  if (known?.service === service) return known.groups
  const groups = groupsOf(service, names)
  divided.set(names, { service, groups })
  return groups
}

/** Cache of the groups of a list of action names: the same list is asked for at every resource. */
const divided = new WeakMap<readonly string[], { readonly service: string; readonly groups: string[][] }>()

function groupsOf(service: string, names: readonly string[]): string[][] {
  const groups = new Map<string, string[]>()
  for (const name of names) {
    const group = groupOf(`${service}:${name}`)
    const listed = groups.get(group)
    if (listed === undefined) groups.set(group, [name])
    else listed.push(name)
  }
  return [...groups.values()]
}

/** Group of an action: what guards and layers come to for a battery of requests of which nothing else is known. */
const groupOf = memoizeText((action) => {
  if (action.startsWith('sts:')) return action
  const found = PROBES.map((probe) => {
    const request: Request = { ...probe, action, context: {} }
    const read = normalizeRequest(request, request.resource as string)
    const { trace } = evaluateLayers(
      evaluationInputOf({ scenario: { request }, policies: NOTHING_KNOWN }, read, undefined),
    )
    return trace.map(({ layer, guard, applies, deny, allow }) => [layer, guard, applies, deny, allow].join()).join(';')
  })
  return `${isPermissionless(action)}|${found.join('|')}`
})

const NOTHING_KNOWN = preparePolicies({})

const CALLERS = [
  'arn:aws:iam::111122223333:user/u',
  'arn:aws:iam::111122223333:role/r',
  'arn:aws:iam::111122223333:root',
  'arn:aws:sts::111122223333:federated-user/f',
]
const RESOURCES = [
  ['arn:aws:s3:::b/k', '111122223333'],
  ['arn:aws:s3:::b', '444455556666'],
  ['arn:aws:kms:us-east-1:111122223333:key/k', undefined],
  ['arn:aws:kms:us-east-1:444455556666:key/k', undefined],
  ['arn:aws:kms:us-east-1:111122223333:alias/aws/x', undefined],
  ['arn:aws:iam::aws:policy/p', undefined],
  ['arn:aws:iam::111122223333:role/aws-reserved/r', undefined],
  ['arn:aws:iam::111122223333:role/aws-service-role/r', undefined],
] as const

const PROBES: readonly Omit<Request, 'action'>[] = CALLERS.flatMap((principal) =>
  RESOURCES.map(([resource, owner]) => ({
    principal,
    resource,
    ...(owner === undefined ? {} : { resourceAccount: owner }),
  })),
)
