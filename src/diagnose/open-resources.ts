import type { Resource } from '#engine/scenario.ts'
import { type Arn, parseArn } from '#iam/arn.ts'
import { readCaller } from '#iam/caller.ts'
import type { Request } from '#iam/request.ts'
import { onStarItself } from '#iam/star-itself.ts'
import type { Denial } from '#intake/denial.ts'

/**
 * Request with what is not known of its resources left open where the evidence names them in short (R-REQ-05): of an IAM
 * name the path (R-MSG-23), of a call that deletes many objects which these are (F.3), of others an id. A caller who names
 * himself has his own path.
 */
export function withOpenResources(denial: Denial, request: Request, listed: readonly Resource[] = []): Request {
  const { resource } = request
  if (resource === null) return request
  if (denial.evidence.resourceFrom === 'stated') return onStarItself(request)
  const resources = typeof resource === 'string' ? [resource] : resource
  const exact = resources.map((arn) => ownArn(arn, request) ?? namedSecret(arn, listed) ?? arn)
  const patterns = Object.fromEntries(
    exact.flatMap((arn, i) => {
      const open = arn === resources[i] ? patternsOf(arn, denial) : undefined
      return open === undefined ? [] : [[arn, open] as const]
    }),
  )
  return {
    ...request,
    resource: typeof resource === 'string' ? (exact[0] ?? resource) : exact,
    ...(Object.keys(patterns).length === 0 ? {} : { resourcePatterns: patterns }),
  }
}

/** Things of IAM that have a path; `createuser` and the like say theirs, or have none. */
const WITH_PATH = new Set(['user', 'role', 'group', 'policy', 'instance-profile', 'server-certificate'])

function patternsOf(arn: string, denial: Denial): readonly string[] | undefined {
  const parts = parseArn(arn)
  if (parts === undefined) return undefined
  if (isSomeLog(parts, denial)) return [arn, arn.replace(LOGS, `/*${LOGS}`)]
  if (hasOpenPart(parts, denial.operation)) return [arn]
  const [type = '', name = '', ...more] = parts.resource.split('/')
  const isName = parts.service === 'iam' && WITH_PATH.has(type) && name !== '' && more.length === 0
  if (!isName || saysPath(denial, type)) return undefined
  return [arn, `${arn.slice(0, arn.length - name.length)}*/${name}`]
}

/** Services that deliver logs write all of them below this folder of the bucket, which may have a prefix before it. */
const LOGS = '/AWSLogs/*'

const isSomeLog = ({ service, resource }: Arn, { principalType }: Denial): boolean =>
  service === 's3' && principalType === 'service' && resource.endsWith(LOGS)

/**
 * A star stands for what the parameters do not tell: an id, the objects that a call deletes, the network or the image of a launch that names none.
 * EC2 itself says `instance/*` of what is not made yet (R-MSG-25), and a key of S3 may have a star.
 */
function hasOpenPart({ service, resource }: Arn, operation: string | null): boolean {
  if (!/[*?]/.test(resource)) return false
  if (service === 's3') return operation === 'DeleteObjects' && resource.endsWith('/*')
  if (service === 'ec2') return operation === 'RunInstances' && /^(?:subnet|security-group|image)\/\*$/.test(resource)
  return true
}

/**
 * Whether the evidence gives the path of an IAM name: what is made is given it with its name; a policy, and what another
 * service is asked about, is given by its ARN.
 */
function saysPath({ action, operation, evidence, resourceText }: Denial, type: string): boolean {
  if (action?.toLowerCase().startsWith('iam:') !== true || resourceText?.includes('arn:') === true) return true
  if (evidence.reader !== 'cloudtrail') return false
  return type === 'policy' || operation?.startsWith('Create') === true
}

/** The one secret of that name among those that are listed. */
function namedSecret(arn: string, listed: readonly Resource[]): string | undefined {
  if (!arn.endsWith(UNNAMED)) return undefined
  const stem = arn.slice(0, 1 - UNNAMED.length)
  const found = listed.filter((resource) => resource.arn.startsWith(stem) && resource.arn.length === arn.length)
  return found.length === 1 ? found[0]?.arn : undefined
}

const UNNAMED = '-??????'

/** The ARN of the caller, where the resource is a user or role of that name in the same account. */
function ownArn(arn: string, request: Request): string | undefined {
  const parsed = parseArn(arn)
  const caller = readCaller(request)
  const ofRole = caller.kind === 'role-session' && caller.rolePathKnown ? caller.roleArn : undefined
  const own = caller.kind === 'user' ? caller.arn : ofRole
  const known = own === undefined ? undefined : parseArn(own)
  if (parsed === undefined || known === undefined || parsed.service !== 'iam' || parsed.account !== known.account)
    return undefined
  const steps = known.resource.split('/')
  return parsed.resource === `${steps[0]}/${steps.at(-1)}` ? own : undefined
}
