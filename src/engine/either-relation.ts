import { withoutRepeats } from './assumptions.ts'
import {
  type Decision,
  type LayerVerdict,
  MAX_OUTCOMES,
  type MissingFact,
  type Outcome,
  type Requirement,
} from './decision.ts'
import { POLICY_LAYERS, type PolicyLayer } from '#iam/layers.ts'
import { RESOURCE_ARN } from './how-to-get.ts'
import type { ReadRequest } from './read-request.ts'
import { OTHER } from './representatives.ts'

/**
 * Decision out of those for either owner of the resource, who is not known (R-XACC-04).
 *
 * @param isLeftOut nobody said what policy the resource has: then it is not blamed for what it would refuse another account
 * @param isOwnerGiven the request says whose the resource is: what is open is which resource it is, or whose the caller is
 */
export function eitherRelation(
  same: Decision,
  cross: Decision,
  read: ReadRequest,
  isLeftOut: boolean,
  isOwnerGiven = false,
): Decision {
  return {
    ...merged(same, cross, { ...read, isOwnerGiven }, isLeftOut),
    assumptions: withoutRepeats([...same.assumptions, ...cross.assumptions]),
  }
}

interface ReadWithOwner extends ReadRequest {
  readonly isOwnerGiven: boolean
}

function merged(same: Decision, cross: Decision, read: ReadWithOwner, isLeftOut: boolean): Decision {
  if (same.decision !== cross.decision) return hangsOnOwner(same, cross, read)
  switch (cross.decision) {
    case 'allowed':
      return { ...cross, layers: eitherVerdict(same, cross) }
    case 'denied':
      return deniedEitherWay(same, cross, read, isLeftOut)
    case 'undetermined':
      return JSON.stringify(same.outcomes) === JSON.stringify(cross.outcomes)
        ? { ...cross, layers: eitherVerdict(same, cross) }
        : hangsOnOwner(same, cross, read)
  }
}

/** Denied decision for either owner: a layer that refuses for either is listed, and makes it explicit if it is. */
function deniedEitherWay(same: Decision, cross: Decision, read: ReadWithOwner, isLeftOut: boolean): Decision {
  const blockedBy = refusingEither(same.blockedBy, cross.blockedBy, isLeftOut)
  const isSpared = cross.blockedBy.includes('resource-policy') && !blockedBy.includes('resource-policy')
  return {
    ...cross,
    denyType: same.denyType === 'explicit' || cross.denyType === 'explicit' ? 'explicit' : 'implicit',
    blockedBy,
    likelyReported: isSpared ? same.likelyReported : cross.likelyReported,
    layers: isSpared ? hangingOnOwner(same, cross) : eitherVerdict(same, cross),
    missing: isSpared ? [{ ...ownerMissing(same, cross, read), bearsOn: 'fix' }, ...cross.missing] : cross.missing,
  }
}

/**
 * The layers that refuse for one owner or the other. A resource policy that was left out refuses only if another account owns the
 * resource, which nobody said: where something else refuses, it is not among them.
 */
export function refusingEither(
  same: readonly PolicyLayer[],
  cross: readonly PolicyLayer[],
  isLeftOut: boolean,
): readonly PolicyLayer[] {
  const all = POLICY_LAYERS.filter((layer) => same.includes(layer) || cross.includes(layer))
  const others = all.filter((layer) => layer !== 'resource-policy' || same.includes(layer))
  return isLeftOut && others.length > 0 ? others : all
}

/** The layers, of which those that are not the same for either owner hang on who it is. */
const hangingOnOwner = (same: Decision, cross: Decision): readonly LayerVerdict[] =>
  eitherVerdict(same, cross).map((entry) =>
    entry.layer === 'resource-policy' && !same.blockedBy.includes('resource-policy') && refuses(entry)
      ? {
          ...entry,
          verdict: 'unknown',
          reason: 'refuses only if another account owns the resource, which is not known',
        }
      : entry,
  )

function eitherVerdict(same: Decision, cross: Decision): readonly LayerVerdict[] {
  return cross.layers.map((entry) => {
    const other = same.layers.find(
      (layer) =>
        layer.layer === entry.layer &&
        layer.where === entry.where &&
        layer.kind === entry.kind &&
        layer.guard === entry.guard,
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
function hangsOnOwner(same: Decision, cross: Decision, read: ReadWithOwner): Decision {
  const fact = ownerFact(read.resource)
  const own = ownAccount(read)
  return {
    ...cross,
    decision: 'undetermined',
    denyType: null,
    blockedBy: [],
    likelyReported: null,
    layers: hangingOnOwner(same, cross),
    missing: [ownerMissing(same, cross, read), ...missingForEither(same, cross)],
    // Of what is open instead no value can be given.
    outcomes: read.isOwnerGiven
      ? []
      : [...casesOf(same, fact, own), ...casesOf(cross, fact, OTHER)].slice(0, MAX_OUTCOMES),
    requirement: { any: [{ all: [same.requirement, SAME_ACCOUNT] }, cross.requirement] },
  }
}

const ownAccount = ({ caller }: ReadRequest): string => caller.account ?? "the principal's account"

function ownerMissing(same: Decision, cross: Decision, read: ReadWithOwner): MissingFact {
  const own = ownAccount(read)
  const instead = read.resource === null ? WHICH_RESOURCE : WHOSE_CALLER
  if (read.isOwnerGiven) return { ...instead, layer: 'resource-policy', wouldAllowIf: null, bearsOn: 'decision' }
  return {
    fact: ownerFact(read.resource),
    kind: 'account',
    layer: 'resource-policy',
    wouldAllowIf: same.decision === 'allowed' ? `= ${own}` : cross.decision === 'allowed' ? `not in [${own}]` : null,
    bearsOn: 'decision',
    howToGet: 'give `resourceAccount`, or a snapshot that holds the resource',
  }
}

const WHICH_RESOURCE: Pick<MissingFact, 'fact' | 'kind' | 'howToGet'> = {
  fact: RESOURCE_ARN,
  kind: 'attribute',
  howToGet: 'the ARN that is meant: `requestParameters` or `resources` of the CloudTrail event',
}

const WHOSE_CALLER: Pick<MissingFact, 'fact' | 'kind' | 'howToGet'> = {
  fact: 'account of the caller',
  kind: 'account',
  howToGet: 'aws sts get-caller-identity in the same runtime',
}

/** The cases for one owner; where the keys were not tried, that one owner. */
const casesOf = ({ outcomes, decision }: Decision, fact: string, owner: string): readonly Outcome[] =>
  outcomes.length === 0
    ? [{ when: { [fact]: owner }, decision }]
    : outcomes.map((outcome) => ({ when: { [fact]: owner, ...outcome.when }, decision: outcome.decision }))

/**
 * Missing facts for either owner: what is missing for one may be settled, or not matter, for the other. A value allows by
 * itself where it does so for both.
 */
function missingForEither(same: Decision, cross: Decision): readonly MissingFact[] {
  const all = new Map<string, MissingFact>()
  for (const [side, other] of [
    [same, cross],
    [cross, same],
  ] as const)
    for (const missing of side.missing) {
      const id = `${missing.kind}:${missing.fact.toLowerCase()}:${missing.layer}`
      const known = all.get(id)
      const alone = other.decision === 'allowed' || phraseOf(other, missing) === missing.wouldAllowIf
      const fact = alone ? missing : { ...missing, wouldAllowIf: null }
      if (known === undefined || (known.bearsOn === 'fix' && missing.bearsOn === 'decision')) all.set(id, fact)
    }
  return [...all.values()]
}

const phraseOf = ({ missing }: Decision, { fact, kind }: MissingFact): string | null =>
  missing.find((missing) => missing.kind === kind && missing.fact.toLowerCase() === fact.toLowerCase())?.wouldAllowIf ??
  null
