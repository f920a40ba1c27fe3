import { parseArn } from '#iam/arn.ts'
import type { Scenario } from '#engine/scenario.ts'
import { evaluate } from '#engine/evaluate.ts'
import { accountsOf, type SnapshotAccount } from '#snapshot/accounts.ts'
import { entityOf } from '#snapshot/entities.ts'
import { perSnapshot, type Snapshot } from '#snapshot/snapshot.ts'
import { byPrincipal } from './elsewhere.ts'
import { scenarioFor, type ScenarioSources } from './scenario-for.ts'

/** A role of the caller's name in another account, which the policies at hand let do what the caller was refused. */
export interface Namesake {
  readonly roleArn: string
  readonly account: string
  /** As the snapshot calls the account. */
  readonly accountName: string | undefined
}

/** Of a snapshot with more other accounts the account of the resource alone is read. */
const FEW = 8

/**
 * The role of the caller's name in another account of the snapshot that would be allowed the refused request: then another
 * profile or account was likely meant. Undefined: there is none, or nothing at hand tells.
 */
export function allowedNamesake(
  { request }: Scenario,
  snapshot: Snapshot,
  sources: ScenarioSources,
): Namesake | undefined {
  const caller = parseArn(request.principal)
  const [kind, name, ...session] = caller?.resource.split('/') ?? []
  if (caller === undefined || kind !== 'assumed-role' || name === undefined) return undefined
  const owner = request.resourceAccount ?? parseArn([request.resource].flat()[0] ?? '')?.account
  const others = othersOf(snapshot).filter(({ id }) => id !== caller.account)
  const accounts =
    others.length <= FEW
      ? others.toSorted((a, b) => Number(b.id === owner) - Number(a.id === owner))
      : others.filter(({ id }) => id === owner)
  for (const { id, name: accountName } of accounts) {
    const role = entityOf(snapshot, id, 'role', name)
    if (role === undefined || role === 'unreadable') continue
    const as = `arn:${caller.partition}:sts::${id}:assumed-role/${[name, ...session].join('/')}`
    const { scenario } = scenarioFor(sources, byPrincipal(request, as))
    if (evaluate(scenario, sources.readings).decision === 'allowed')
      return { roleArn: role.arn, account: id, accountName }
  }
  return undefined
}

const ofSnapshot = perSnapshot((snapshot) => accountsOf(snapshot).filter(({ collected }) => collected))
const othersOf = (snapshot: Snapshot): readonly SnapshotAccount[] => ofSnapshot(snapshot, '')
