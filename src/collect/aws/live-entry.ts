import { collectorFor } from './live/collector-for.ts'
import { type LiveTargets, permissionSetsIn } from './live/live.ts'
import { SET_ACTIONS } from './identity-center-actions.ts'
import { PATH_ACTIONS } from './live/organization-path.ts'
import { GROUP_ACTIONS, POLICY_ACTIONS, ROLE_ACTIONS, USER_ACTIONS } from './live/principal.ts'

// What `--live` uses, as a file apart (ADR 0019): clients that few denials need are read with `collect`'s.
export { openLive, type LiveReader, type LiveSettings, type LiveTargets } from './live/live.ts'

interface Statement {
  readonly Sid: string
  readonly Effect: 'Allow'
  readonly Action: readonly string[]
  readonly Resource: string | readonly string[]
}

/** Actions that AWS allows on `*` alone: a resource in their statement would allow nothing. */
const ON_ALL: ReadonlySet<string> = new Set(['kms:ListAliases'])

/** The IAM policy that reading what bears on a denial needs, and no more: reading calls on what the denial is about. */
export async function livePolicy({ principals, resources, endpoints, accounts }: LiveTargets): Promise<object> {
  const ofIam = [...principals, ...resources.map(({ arn }) => arn).filter((arn) => arn.includes(':iam:'))]
  const roles = ofIam.filter((arn) => arn.includes(':role/')).flatMap(withAnyPath)
  const users = ofIam.filter((arn) => arn.includes(':user/'))
  const owners = new Set(ofIam.map((arn) => arn.split(':')[4] ?? ''))
  const all: Statement[] = [
    ...statement('Roles', ROLE_ACTIONS, roles),
    ...statement('Users', USER_ACTIONS, users),
    ...statement(
      'Groups',
      GROUP_ACTIONS,
      users.length === 0 ? [] : [...owners].map((id) => `arn:aws:iam::${id}:group/*`),
    ),
    ...statement(
      'Policies',
      POLICY_ACTIONS,
      [...owners].map((id) => `arn:aws:iam::${id}:policy/*`),
    ),
    ...statement('PermissionSets', SET_ACTIONS, permissionSetsIn(principals).length === 0 ? [] : '*'),
    ...(await ofResources(resources.map(({ arn }) => arn))),
    ...statement('Endpoints', ['ec2:DescribeVpcEndpoints'], endpoints.length === 0 ? [] : '*'),
    ...statement('Organization', PATH_ACTIONS, accounts.length === 0 ? [] : '*'),
  ]
  return { Version: '2012-10-17', Statement: all }
}

/** A session does not name the path of its role (R-PRIN-03), and a statement must name the role with it. */
const withAnyPath = (arn: string): readonly string[] =>
  /:role\/[^/]+$/.test(arn) ? [arn, arn.replace(':role/', ':role/*/')] : [arn]

function statement(Sid: string, Action: readonly string[], on: string | readonly string[]): readonly Statement[] {
  if (on.length === 0 || Action.length === 0) return []
  const Resource = typeof on === 'string' ? on : on.length === 1 ? (on[0] ?? '*') : on
  return [{ Sid, Effect: 'Allow', Action, Resource }]
}

/** A statement for each service, and one for what AWS allows on `*` alone. */
async function ofResources(arns: readonly string[]): Promise<readonly Statement[]> {
  const found = await Promise.all(arns.map(async (arn) => ({ arn: itself(arn), collector: await collectorFor(arn) })))
  const services = new Map<string, { readonly actions: readonly string[]; readonly arns: string[] }>()
  for (const { arn, collector } of found)
    if (collector?.one !== undefined) {
      const known = services.get(collector.service) ?? { actions: collector.one.actions, arns: [] }
      if (!known.arns.includes(arn)) known.arns.push(arn)
      services.set(collector.service, known)
    }
  // Which key a bucket encrypts with is known when the bucket was read.
  if (services.has('s3') && !services.has('kms')) {
    const { one } = (await collectorFor(ANY_KEY)) ?? {}
    services.set('kms', { actions: one?.actions ?? [], arns: [ANY_KEY] })
  }
  const onAll = [...services.values()].flatMap(({ actions }) => actions.filter((action) => ON_ALL.has(action)))
  return [
    ...[...services].flatMap(([service, { actions, arns: on }]) =>
      statement(
        titleOf(service),
        actions.filter((action) => !ON_ALL.has(action)),
        on,
      ),
    ),
    ...statement('Lists', [...onAll, ...(services.has('s3') ? ['s3:GetAccountPublicAccessBlock'] : [])], '*'),
  ]
}

const ANY_KEY = 'arn:aws:kms:*:*:key/*'

const titleOf = (service: string): string => service.slice(0, 1).toUpperCase() + service.slice(1)

/** The bucket of an object: its settings are what is read. */
const itself = (arn: string): string => (arn.includes(':s3:::') ? (arn.split('/')[0] ?? arn) : arn)
