import { accountsOf } from '#snapshot/accounts.ts'
import { type Entity, listEntities } from '#snapshot/entities.ts'
import { resourcesOf } from '#snapshot/resources.ts'
import { accountFilesOf, type Snapshot } from '#snapshot/snapshot.ts'
import { groupDrift, type GroupDrift, type Member } from './group-drift.ts'
import type { AlikeGroup, DriftConfig } from './drift-config.ts'
import { matchName } from './name-pattern.ts'
import { DRIFT_RULES, type RuleId, type Severity, SEVERITIES } from './rules.ts'
import { type TrustFinding, trustFindings } from './trust-checks.ts'
import { formsOf } from './trust-form.ts'

/** Report of `drift` (docs/drift.md). */
export interface DriftReport {
  readonly schemaVersion: 1
  readonly roles: number
  readonly groups: readonly GroupDrift[]
  readonly findings: readonly Finding[]
}

/** Finding of what a policy leaves open, whatever others have. */
export interface Finding {
  readonly rule: RuleId
  readonly severity: Severity
  readonly arn: string
  readonly account: string
  readonly policy: string
  readonly statement: number
  readonly message: string
  readonly file?: string
  readonly line?: number
}

/** Groups with fewer members than two have nobody to differ from. */
export function driftOf(snapshot: Snapshot, config: DriftConfig): DriftReport {
  const accounts = [...accountFilesOf(snapshot).keys()].sort()
  const roles = accounts.flatMap((account) =>
    listEntities(snapshot, account, 'role').flatMap(({ entity }) =>
      entity === undefined || isOfService(entity) ? [] : [entity],
    ),
  )
  const groups = config.groups.flatMap((group) =>
    membersByKey(group, roles).map(([key, members]) => groupDrift(group, key, members, config)),
  )
  const known = new Set(accountsOf(snapshot).map(({ id }) => id))
  return {
    schemaVersion: 1,
    roles: roles.length,
    groups: groups.filter(({ members }) => members.length > 1),
    findings: [
      ...roles.flatMap((role) => roleFindings(role, known, config)),
      ...accounts.flatMap((account) => resourceFindings(snapshot, account, known, config)),
    ].sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity)),
  }
}

/** Roles that AWS makes and keeps: nobody can change their trust. */
const isOfService = ({ arn }: Entity): boolean =>
  arn.includes(':role/aws-service-role/') || arn.includes(':role/aws-reserved/')

function membersByKey(group: AlikeGroup, roles: readonly Entity[]): readonly (readonly [string, readonly Member[]])[] {
  const found = new Map<string, Member[]>()
  for (const role of roles) {
    if (group.accounts !== undefined && !group.accounts.includes(role.account)) continue
    const matched = group.roles.flatMap((pattern) => matchName(pattern, role.name) ?? [])[0]
    if (matched === undefined) continue
    const members = found.get(matched.key) ?? []
    found.set(matched.key, members)
    members.push({ role, holes: matched.holes })
  }
  return [...found]
}

const severityIn = ({ severities }: DriftConfig, rule: RuleId, isLooser = true): Severity | 'off' =>
  severities.get(rule) ?? DRIFT_RULES[rule][isLooser ? 'looser' : 'stricter']

const asWritten = (text: string): string => text

function roleFindings(role: Entity, known: ReadonlySet<string>, config: DriftConfig): readonly Finding[] {
  const { trustPolicy, account, arn } = role
  const place = { kind: 'trust', account, known }
  return (formsOf(trustPolicy?.document, asWritten) ?? []).flatMap((form) =>
    trustFindings(form, place).flatMap((one) =>
      finding(
        one,
        { arn, account, policy: trustPolicy?.name ?? '', lines: trustPolicy?.lines, file: trustPolicy?.file },
        config,
      ),
    ),
  )
}

function resourceFindings(
  snapshot: Snapshot,
  account: string,
  known: ReadonlySet<string>,
  config: DriftConfig,
): readonly Finding[] {
  return resourcesOf(snapshot, account).flatMap((resource) => {
    const { arn, kind = 'resource', policy, file, lines } = resource
    // The trust of a role is looked at with the role.
    if (kind === 'trust') return []
    const place = { kind, account: resource.account, known }
    return (formsOf(policy, asWritten) ?? []).flatMap((form) =>
      trustFindings(form, place).flatMap((one) =>
        finding(one, { arn, account: resource.account, policy: `${kind} policy`, file, lines }, config),
      ),
    )
  })
}

/** Policy in which drift was found; `lines`: the first line of each statement in `file`. */
interface DriftLocation {
  readonly arn: string
  readonly account: string
  readonly policy: string
  readonly file: string | undefined
  readonly lines: readonly (number | undefined)[] | undefined
}

function finding(
  { rule, message, statement, isMild }: TrustFinding,
  { lines, file, ...where }: DriftLocation,
  config: DriftConfig,
): readonly Finding[] {
  const severity = severityIn(config, rule, !isMild)
  const line = lines?.[statement]
  if (severity === 'off') return []
  return [
    {
      rule,
      severity,
      ...where,
      statement,
      message,
      ...(file === undefined ? {} : { file }),
      ...(line === undefined ? {} : { line }),
    },
  ]
}
