import { parseArn } from '#iam/arn.ts'
import type { Request } from '#iam/request.ts'
import type { CallEvent } from '#intake/cloudtrail/call-event.ts'
import type { Denial } from '#intake/denial.ts'

/** The resources that a call of EC2's asks for, and those that are open. */
type Own = CallEvent['own']

/**
 * The action on the other resources of the same call of EC2's, which evaluates each of them (R-REQ-02). A star in place of an id is nobody
 * else beside a resource of that type that AWS named.
 */
export function siblingsOf(own: Own, request: Request): readonly Request[] {
  if (own === undefined || !own.action.startsWith('ec2:') || own.resources.length < 2) return []
  const arns = own.action === request.action ? [request.resource ?? []].flat() : []
  const types = new Set(arns.map(typeOf))
  const { resource: _, resourceAccount: _owner, resourcePatterns: _open, ...rest } = request
  return own.resources.flatMap((arn): Request[] => {
    if (arn === null || arns.includes(arn) || (arn.endsWith('/*') && types.has(typeOf(arn)))) return []
    const open = isOpen(own, arn) ? { resourcePatterns: { [arn]: [arn] } } : {}
    return [{ ...rest, action: own.action, resource: arn, ...open }]
  })
}

/** The request on the resources of several requests that are alike in all else. */
export function onAllOf(requests: readonly Request[]): Request {
  const [first] = requests
  if (first === undefined) throw new Error('no request')
  if (requests.length === 1) return first
  const { resourcePatterns: _, ...rest } = first
  const patterns = Object.assign({}, ...requests.map((request) => request.resourcePatterns ?? {})) as Record<
    string,
    string[]
  >
  return {
    ...rest,
    resource: requests.flatMap(({ resource }) => resource ?? []),
    ...(Object.keys(patterns).length === 0 ? {} : { resourcePatterns: patterns }),
  }
}

const typeOf = (arn: string): string => parseArn(arn)?.resource.split('/')[0] ?? ''

/** Resource types of a launch whose star stands for a resource that the call does not name, and not for what it makes. */
const OPEN_TYPES: ReadonlySet<string> = new Set(['image', 'subnet', 'security-group'])

const isOpen = (own: NonNullable<Own>, arn: string): boolean =>
  own.action === LAUNCH && arn.endsWith('/*') && OPEN_TYPES.has(typeOf(arn))

const LAUNCH = 'ec2:RunInstances'

/**
 * A launch of which no record is at hand: what each launch is evaluated on, named no further than by type.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html (RunInstances)
 */
export function launchOf({ action, resource, region, accountId }: Denial): Own {
  if (action !== LAUNCH || resource === null) return undefined
  const arn = parseArn(resource)
  if (arn === undefined) return undefined
  const where = arn.region || region
  const account = arn.account || accountId
  if (where === null || account === null || where === '' || account === '') return undefined
  const own = ['instance', 'network-interface', 'security-group', 'subnet', 'volume']
  const head = `arn:${arn.partition}:ec2:${where}:`
  return { action, resources: [`${head}:image/*`, ...own.map((type) => `${head}${account}:${type}/*`)] }
}

/** Without the role behind an instance profile that the call names: which one it is, what the call needs next tells better (G-20). */
export function withoutAskedNext(choices: readonly Denial[], named: readonly string[]): readonly Denial[] {
  if (!named.some((arn) => parseArn(arn)?.resource.startsWith('instance-profile/') === true)) return choices
  const kept = choices.filter(({ action, resource }) => action !== 'iam:PassRole' || resource !== null)
  return kept.length === 0 ? choices : kept
}
