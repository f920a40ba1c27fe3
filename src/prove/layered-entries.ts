import type { PreparedLevel, PreparedPolicies, PreparedPolicy } from '#engine/prepare.ts'
import { actionAsked, type PreparedScenario } from '#engine/read-request.ts'
import { isPublicStatement } from '#engine/services/s3-public-access.ts'
import { canonicalAction } from '#iam/facts/actions.ts'
import type { ResourcePattern } from '#iam/resource.ts'
import type { Statement } from '#iam/policy.ts'
import { listedActions, mayHoldOf, type NamePattern, plainNames } from '#space/statement-actions.ts'
import { statementText } from '#space/statement-text.ts'
import type { Entry } from './document-set.ts'

/** The statements of all layers of two sides, and what of them changed. */
export interface Layered {
  /** Statements that changed, and where no more is at stake, of the others those that may hold an action of a changed one. */
  readonly entries: readonly Entry[]
  readonly patterns: readonly ResourcePattern[]
  /** Per side, whether something changed that may have let anything through on that side: a layer gone, a fact of the resource. */
  readonly everything: readonly [boolean, boolean]
}

/** Policies that are evaluated as a whole: a layer, or a level of the organization. */
interface Unit {
  readonly name: string
  /** Whether an Allow of it gives access by itself, rather than let through what another gives. */
  readonly grants: boolean
  /** Undefined: not known. Null: there is none. */
  readonly policies: readonly PreparedPolicy[] | null | undefined
}

export function layeredEntries(old: PreparedScenario, next: PreparedScenario): Layered {
  const pairs = pairsOf(old.policies, next.policies)
  const factsDiffer = factsOf(old) !== factsOf(next)
  const everything: [boolean, boolean] = [factsDiffer, factsDiffer]
  for (const [from, to] of pairs) {
    const { name, grants } = from
    const [before, after] = [from.policies, to.policies]
    const limits = !grants
    if ((before === undefined) !== (after === undefined) || unreadableDiffers(before, after)) everything.fill(true)
    // A layer that only takes away: with it gone, everything gets through; with it new, everything got through before.
    else if (limits && before !== null && after === null) everything[1] = true
    else if (limits && before === null && after !== null) everything[0] = true
    if (name === 'resource' && before !== after && isPublic(before) !== isPublic(after)) everything.fill(true)
  }
  const changed = everything[0] || everything[1] ? undefined : listedActions(changedIn(pairs))
  const collected = new Collected(changed)
  for (const [from, to] of pairs) {
    const [before, after] = [from.policies ?? [], to.policies ?? []]
    for (const policy of before) collected.add(policy, from, [true, after.includes(policy)])
    for (const policy of after) if (!before.includes(policy)) collected.add(policy, from, [false, true])
  }
  return { entries: collected.list, patterns: collected.patterns, everything }
}

/** Statements that stand on one side only, of policies that do. */
function changedIn(pairs: readonly (readonly [Unit, Unit])[]): readonly Statement[] {
  return pairs.flatMap(([from, to]) => {
    const [before, after] = [from.policies ?? [], to.policies ?? []]
    const [gone, come] = [
      before.filter((policy) => !after.includes(policy)),
      after.filter((policy) => !before.includes(policy)),
    ]
    if (gone.length === 0 && come.length === 0) return []
    const [left, right] = [byText(gone), byText(come)]
    return [
      ...[...left].flatMap(([text, statement]) => (right.has(text) ? [] : [statement])),
      ...[...right].flatMap(([text, statement]) => (left.has(text) ? [] : [statement])),
    ]
  })
}

const byText = (policies: readonly PreparedPolicy[]): ReadonlyMap<string, Statement> =>
  new Map(
    policies.flatMap(({ document, place }) =>
      document.statements.map((statement) => [statementText(statement, document.version, place), statement] as const),
    ),
  )

const FEW = 4

class Collected {
  readonly patterns: ResourcePattern[] = []
  private readonly numbers = new Map<string, number>()
  private readonly entries = new Map<string, Entry & { readonly sides: [boolean, boolean] }>()
  private readonly changed: readonly NamePattern[] | undefined

  /** `changed`: actions of what changed; undefined: all statements count. */
  constructor(changed: readonly NamePattern[] | undefined) {
    this.changed = changed
  }

  get list(): readonly Entry[] {
    return [...this.entries.values()]
  }

  /** Adds the statements of a policy; of a policy on both sides, only what may hold an action of what changed. */
  add(policy: PreparedPolicy, { name, grants }: Unit, [before, after]: readonly [boolean, boolean]): void {
    const { document, place } = policy
    const { version } = document
    const statements = before && after ? this.bearing(policy) : document.statements
    for (const statement of statements) {
      const text = `${name} ${statementText(statement, version, place)}`
      const known = this.entries.get(text)
      if (known !== undefined) {
        known.sides[0] ||= before
        known.sides[1] ||= after
        continue
      }
      this.entries.set(text, {
        statement,
        place,
        version,
        isDeny: statement.effect === 'Deny',
        sides: [before, after],
        resources: (statement.resources ?? []).map((pattern) => this.numberOf(pattern, version, place)),
        grants,
        unit: name,
      })
    }
  }

  private bearing({ document: { statements }, bearingOn }: PreparedPolicy): readonly Statement[] {
    const { changed } = this
    if (changed === undefined) return statements
    const names = changed.length > FEW ? undefined : plainNames(changed)
    if (names === undefined) return statements.filter((statement) => mayHoldOf(statement, changed))
    // The engine will ask for the same, and finds it at hand then.
    const held = changed.map(({ service }, i) => {
      const text = `${service}:${names[i]}`
      return bearingOn(actionAsked(canonicalAction(text) ?? text)).indexes()
    })
    return statements.filter(({ index }) => held.some((indexes) => indexes.has(index)))
  }

  /** A short ARN is read by the place it stands in (R-RES-05). */
  private numberOf(pattern: ResourcePattern, version: string, place: string): number {
    const isShort = pattern.source.split(':').length < 6
    const text = `${pattern.source.includes('${') ? version : ''} ${isShort ? place : ''} ${pattern.source}`
    const known = this.numbers.get(text)
    if (known !== undefined) return known
    this.numbers.set(text, this.patterns.length)
    return this.patterns.push(pattern) - 1
  }
}

function pairsOf(old: PreparedPolicies, next: PreparedPolicies): readonly (readonly [Unit, Unit])[] {
  const unit = (name: string, grants: boolean, of: (policies: PreparedPolicies) => Unit['policies']) =>
    [
      { name, grants, policies: of(old) },
      { name, grants, policies: of(next) },
    ] as const
  return [
    unit('identity', true, (policies) => policies.identityPolicies),
    unit('resource', true, (policies) => listOf(policies.resourcePolicy)),
    unit('session', false, (policies) => policies.sessionPolicies),
    unit('boundary', false, (policies) => listOf(policies.permissionsBoundary)),
    unit('vpce', false, (policies) => listOf(policies.vpcEndpointPolicy)),
    ...levelPairs('scp', old.serviceControlPolicies, next.serviceControlPolicies),
    ...levelPairs('rcp', old.resourceControlPolicies, next.resourceControlPolicies),
  ]
}

const listOf = (policy: PreparedPolicy | null | undefined): Unit['policies'] =>
  policy === null || policy === undefined ? policy : [policy]

type Levels = readonly PreparedLevel[] | null | undefined

/** Levels that say the same belong together; of the rest, those of one target, then in order. A level without partner came or went. */
function levelPairs(kind: string, old: Levels, next: Levels): readonly (readonly [Unit, Unit])[] {
  if (old === undefined || next === undefined) {
    const name = `${kind} levels`
    if (old === undefined && next === undefined) return []
    return [[unitOf(name, old === undefined ? undefined : []), unitOf(name, next === undefined ? undefined : [])]]
  }
  // RCPFullAWSAccess is attached at every level, so a level without a Deny is as good as none (R-RCP-01).
  const gone = kind === 'rcp' ? [] : null
  const [left, right] = [[...(old ?? [])], [...(next ?? [])]]
  const pairs: [Unit, Unit][] = []
  const take = (same: (a: PreparedLevel, b: PreparedLevel) => boolean): void => {
    for (const level of left.slice()) {
      const partner = right.findIndex((other) => same(level, other))
      const other = right[partner]
      if (other === undefined) continue
      const name = `${kind} ${pairs.length}`
      pairs.push([unitOf(name, level.policies), unitOf(name, other.policies)])
      left.splice(left.indexOf(level), 1)
      right.splice(partner, 1)
    }
  }
  take(sharesLevel)
  take((a, b) => levelText(a) === levelText(b))
  take((a, b) => a.target === b.target)
  for (const level of left)
    pairs.push([unitOf(`${kind} ${pairs.length}`, level.policies), unitOf(`${kind} ${pairs.length}`, gone)])
  for (const level of right)
    pairs.push([unitOf(`${kind} ${pairs.length}`, gone), unitOf(`${kind} ${pairs.length}`, level.policies)])
  return pairs
}

const unitOf = (name: string, policies: Unit['policies']): Unit => ({ name, grants: false, policies })

const sharesLevel = ({ policies: left }: PreparedLevel, { policies: right }: PreparedLevel): boolean =>
  left !== undefined && left.length === right?.length && left.every((policy, i) => policy === right[i])

const levelText = ({ policies }: PreparedLevel): string =>
  policies === undefined ? 'unknown' : textsOf(policies).join('\n')

const textsOf = (policies: readonly PreparedPolicy[]): readonly string[] =>
  policies
    .flatMap(({ document, place, source }) =>
      document.unreadable.length > 0
        ? [JSON.stringify(source) ?? 'undefined']
        : document.statements.map((statement) => statementText(statement, document.version, place)),
    )
    .toSorted()

/** Whether the unreadable parts of two lists of policies differ: they are the same only if they are written the same. */
function unreadableDiffers(before: Unit['policies'], after: Unit['policies']): boolean {
  const texts = (policies: Unit['policies']): string =>
    (policies ?? [])
      .filter(({ document }) => document.unreadable.length > 0)
      .map(({ source, arn }) => JSON.stringify(source ?? arn))
      .toSorted()
      .join('\n')
  return texts(before) !== texts(after)
}

const isPublic = (policies: Unit['policies']): boolean =>
  policies?.some(({ document }) => document.statements.some(isPublicStatement)) ?? false

/** All that decides besides policies. */
const factsOf = ({ scenario, policies }: PreparedScenario): string =>
  JSON.stringify([
    scenario.request.principal,
    scenario.request.principalDetails ?? null,
    scenario.request.principalTags ?? null,
    scenario.request.resourceAccount ?? null,
    scenario.resources ?? null,
    scenario.organization ?? null,
    policies.serviceGuards ?? null,
    policies.resourcePolicyKind === 'trust',
    policies.complete,
  ])
