import {
  type Decision,
  type LayerVerdict,
  MAX_OUTCOMES,
  type MissingFact,
  type Outcome,
  POLICY_LAYERS,
  type Requirement,
} from './decision.ts'
import type { ReadRequest } from './read-request.ts'
import { OTHER } from './representatives.ts'

/** One answer out of those for either owner of the resource, who is not known (R-XACC-04). */
export function eitherRelation(same: Decision, cross: Decision, read: ReadRequest): Decision {
  if (same.decision !== cross.decision) return hangsOnOwner(same, cross, read)
  switch (cross.decision) {
    case 'allowed':
      return { ...cross, layers: eitherVerdict(same, cross) }
    case 'denied':
      return deniedEitherWay(same, cross)
    case 'undetermined':
      return JSON.stringify(same.outcomes) === JSON.stringify(cross.outcomes)
        ? { ...cross, layers: eitherVerdict(same, cross) }
        : hangsOnOwner(same, cross, read)
  }
}

/** What refuses for either owner is listed, and makes it explicit if it is. */
function deniedEitherWay(same: Decision, cross: Decision): Decision {
  const blocked = new Set([...same.blockedBy, ...cross.blockedBy])
  return {
    ...cross,
    denyType: same.denyType === 'explicit' || cross.denyType === 'explicit' ? 'explicit' : 'implicit',
    blockedBy: POLICY_LAYERS.filter((layer) => blocked.has(layer)),
    layers: eitherVerdict(same, cross),
  }
}

function eitherVerdict(same: Decision, cross: Decision): readonly LayerVerdict[] {
  return cross.layers.map((entry) => {
    const other = same.layers.find(
      (one) =>
        one.layer === entry.layer && one.where === entry.where && one.kind === entry.kind && one.guard === entry.guard,
    )
    if (other === undefined || other.verdict === entry.verdict || refuses(entry)) return entry
    return refuses(other) ? other : { ...entry, verdict: 'unknown' as const }
  })
}

const refuses = (entry: LayerVerdict): boolean =>
  entry.counted && (entry.verdict === 'explicit-deny' || entry.verdict === 'implicit-deny')

/** Stands for "the resource is in the principal's account", which is what is not known. */
const SAME_ACCOUNT: Requirement = {
  layer: 'resource-policy',
  kind: 'owner',
  needs: 'allow-to-account',
  satisfied: 'unknown',
}

/** The name of that fact in `missing` and in `outcomes[].when`. */
export const ownerFact = (resource: string | null): string =>
  `account that owns ${resource?.includes(':accesspoint/') === true ? 'the bucket behind ' : ''}${resource ?? 'the resource'}`

/** The decision hangs on who owns the resource, and on what else is not known for either owner. */
function hangsOnOwner(same: Decision, cross: Decision, { caller, resource }: ReadRequest): Decision {
  const fact = ownerFact(resource)
  const own = caller.account ?? "the principal's account"
  const owner: MissingFact = {
    fact,
    kind: 'account',
    layer: 'resource-policy',
    wouldAllowIf: same.decision === 'allowed' ? `= ${own}` : cross.decision === 'allowed' ? `not in [${own}]` : null,
    bearsOn: 'decision',
    howToGet: 'give `resourceAccount`, or a snapshot that holds the resource',
  }
  return {
    ...cross,
    decision: 'undetermined',
    denyType: null,
    blockedBy: [],
    likelyReported: null,
    missing: [owner, ...missingForEither(same, cross)],
    outcomes: [...casesOf(same, fact, own), ...casesOf(cross, fact, OTHER)].slice(0, MAX_OUTCOMES),
    requirement: { any: [{ all: [same.requirement, SAME_ACCOUNT] }, cross.requirement] },
  }
}

/** The cases for one owner; where the keys were not tried, that one owner. */
const casesOf = ({ outcomes, decision }: Decision, fact: string, owner: string): readonly Outcome[] =>
  outcomes.length === 0
    ? [{ when: { [fact]: owner }, decision }]
    : outcomes.map((one) => ({ when: { [fact]: owner, ...one.when }, decision: one.decision }))

/**
 * What is missing for one owner may be settled, or not matter, for the other. A value allows by itself where it does so
 * for both.
 */
function missingForEither(same: Decision, cross: Decision): readonly MissingFact[] {
  const all = new Map<string, MissingFact>()
  for (const [side, other] of [
    [same, cross],
    [cross, same],
  ] as const)
    for (const one of side.missing) {
      const id = `${one.kind}:${one.fact.toLowerCase()}:${one.layer}`
      const known = all.get(id)
      const alone = other.decision === 'allowed' || phraseOf(other, one) === one.wouldAllowIf
      const fact = alone ? one : { ...one, wouldAllowIf: null }
      if (known === undefined || (known.bearsOn === 'fix' && one.bearsOn === 'decision')) all.set(id, fact)
    }
  return [...all.values()]
}

const phraseOf = ({ missing }: Decision, { fact, kind }: MissingFact): string | null =>
  missing.find((one) => one.kind === kind && one.fact.toLowerCase() === fact.toLowerCase())?.wouldAllowIf ?? null
