import type {
  Cause,
  Decision,
  Diagnosis,
  LayerVerdict,
  PolicyLayer,
  StatementVerdict,
  Step,
  Unseen,
  Verdict,
} from '#http/wire.ts'
import type { Rail, Stop } from '#rail/rail.ts'
import { isBucketForObject } from '#answer/first-difference.ts'
import { layerLabel } from './names.ts'
import { competingCauses } from '#answer/competing-causes.ts'

const ORDER: readonly Verdict[] = ['explicit-deny', 'implicit-deny', 'unknown', 'allow', 'not-applicable']

interface Layer {
  readonly layer: PolicyLayer
  readonly entries: readonly LayerVerdict[]
  readonly verdict: Verdict
  readonly isCounted: boolean
}

function layersOf({ layers }: Decision): readonly Layer[] {
  const names = [...new Set(layers.map(({ layer }) => layer))]
  return names.flatMap((layer): readonly Layer[] => {
    const entries = layers.filter((entry) => entry.layer === layer)
    const counted = entries.filter((entry) => entry.counted)
    const verdict =
      ORDER.find((one) => (counted.length > 0 ? counted : entries).some((entry) => entry.verdict === one)) ??
      'not-applicable'
    // Rules of a service are told where they say something.
    if (layer === 'service-guard' && verdict === 'not-applicable') return []
    return [{ layer, entries, verdict, isCounted: counted.length > 0 }]
  })
}

const kindOf = (entries: readonly LayerVerdict[]): string | undefined =>
  entries.find(({ kind, counted }) => kind !== undefined && counted)?.kind ??
  entries.find(({ kind }) => kind !== undefined)?.kind

/** The rail of a diagnosis as AWS left it: what refuses is told by its causes. */
export function railOf(diagnosis: Diagnosis): Rail | undefined {
  const [denied, ...more] = diagnosis.steps
  if (denied === undefined) return undefined
  const causes = diagnosis.causes.filter(({ step }) => step === 0)
  const competing = competingCauses(diagnosis.causes)
  const areRivals = diagnosis.status === 'undetermined' && competing.length > 1
  const stops = layersOf(denied.decision).map((of): Stop => {
    const cause = causes.find(({ layer }) => layer === of.layer)
    const base = { layer: of.layer, name: layerLabel(of.layer, kindOf(of.entries) ?? cause?.kind), isOff: false }
    if (cause !== undefined) {
      const letter = areRivals ? LETTERS[competing.findIndex(({ layer }) => layer === of.layer)] : undefined
      return {
        ...base,
        kind: cause.certainty === 'certain' ? 'deny' : 'like',
        why: causeWhy(cause, of, diagnosis),
        ...(letter === undefined ? {} : { letter }),
      }
    }
    return { ...base, ...standing(of, diagnosis) }
  })
  const note = diagnosis.basis === 'message' ? ' by the order in which AWS asks' : ''
  return { call: { action: denied.request.action, note, stops: withOff(stops) }, further: thenOf(more, false) }
}

const LETTERS = ['A', 'B', 'C', 'D', 'E']

/** Rail of a decision alone: an edit, or a question without a denial. `edited`: layers whose policies were edited. */
export function railOfDecision(
  action: string,
  decision: Decision,
  more: readonly Step[],
  edited: ReadonlySet<PolicyLayer> = new Set(),
  note = '',
): Rail {
  const isAllowed = decision.decision === 'allowed'
  const stops = layersOf(decision).map((of): Stop => {
    const refuses = decision.blockedBy.includes(of.layer)
    const name = layerLabel(of.layer, kindOf(of.entries))
    const isEdited = edited.has(of.layer) ? { isEdited: true } : {}
    if (refuses) return { layer: of.layer, name, kind: 'deny', why: refusalWhy(of), isOff: false, ...isEdited }
    const alone = standingAlone(of)
    // It does not allow, and something else may: that alone refuses nothing.
    const stands = of.verdict === 'implicit-deny' ? { kind: 'none' as const, why: 'does not allow it' } : alone
    const isLit = isAllowed && edited.size === 0 && of.layer === 'identity-policy' && stands.kind === 'allow'
    return { layer: of.layer, name, ...stands, ...(isLit ? { kind: 'lit' as const } : {}), isOff: false, ...isEdited }
  })
  return { call: { action, note, stops: withOff(stops) }, further: thenOf(more, isAllowed) }
}

/** What is asked after what refuses is drawn dotted. */
function withOff(stops: readonly Stop[]): readonly Stop[] {
  const at = stops.findIndex(({ kind }) => kind === 'deny')
  return at < 0 ? stops : stops.map((stop, i) => (i > at && stop.kind !== 'deny' ? { ...stop, isOff: true } : stop))
}

const MAX_THEN = 2

/** What allows a call, the nearest to it first. */
const GRANTS: readonly PolicyLayer[] = ['resource-policy', 'identity-policy']

function thenOf(steps: readonly Step[], isNow: boolean): Rail['further'] {
  return steps
    .filter(({ relation }) => relation === 'next')
    .slice(0, MAX_THEN)
    .map(({ request, decision }) => {
      const isRefused = decision.decision !== 'allowed'
      const layers = layersOf(decision)
      const of =
        layers.find(({ layer }) => decision.blockedBy.includes(layer)) ??
        (isRefused
          ? layers.find(({ verdict, isCounted }) => isCounted && verdict === 'unknown')
          : GRANTS.map((layer) => layers.find((one) => one.layer === layer && one.verdict === 'allow')).find(
              Boolean,
            )) ??
        layers[0]
      const kind: Stop['kind'] =
        decision.decision === 'denied'
          ? isNow
            ? 'deny'
            : 'next'
          : decision.decision === 'allowed'
            ? 'allow'
            : 'unseen'
      const stop: readonly Stop[] =
        of === undefined
          ? []
          : [
              {
                layer: of.layer,
                kind,
                name: layerLabel(of.layer, kindOf(of.entries)),
                why: thenWhy(of, kind),
                isOff: false,
              },
            ]
      return {
        action: request.action,
        note: '',
        stops: stop,
        isRefused: decision.decision === 'denied',
        isNow: isNow && isRefused,
      }
    })
}

function thenWhy(of: Layer, kind: Stop['kind']): string {
  if (kind === 'unseen') return 'could deny next'
  if (kind === 'allow') return allowedBy(of)
  return refusalWhy(of)
}

function causeWhy(cause: Cause, of: Layer, { basis, status }: Diagnosis): string {
  const { denyType, from, layer, statement, where, nearest, reason } = cause
  if (status === 'undetermined' && cause.toldApartBy !== undefined)
    return `tells: ${cause.toldApartBy.fact.replaceAll('`', '')}`
  if (layer === 'service-guard') return reason ?? 'denies'
  if (basis === 'message' || (from.length === 1 && from[0] === 'message')) {
    const said = from.includes('message') ? 'AWS named it' : 'most likely'
    return denyType === 'explicit' ? `${said}: a Deny, not seen` : `${said}: nothing allows it`
  }
  if (denyType === 'explicit') {
    if (statement === undefined) return 'a Deny in a policy that was not provided'
    return `explicit deny${where === undefined ? '' : `, at ${where}`}`
  }
  if (nearest?.failedOn[0] !== undefined && isBucketForObject(nearest.failedOn[0]))
    return 'allows the bucket, not the object'
  return refusalWhy(of)
}

function refusalWhy({ layer, entries, verdict }: Layer): string {
  const refusing = entries.filter((entry) => entry.verdict === verdict && entry.counted)
  const levels = refusing.flatMap(({ where }) => (where === undefined ? [] : [where]))
  if (verdict === 'explicit-deny') return `explicit deny${levels[0] === undefined ? '' : `, at ${levels[0]}`}`
  if (layer === 'service-guard') return refusing[0]?.reason ?? 'denies'
  if (levels[0] !== undefined) return `no statement allows it, at ${levels[0]}`
  const statements = entries.flatMap((entry) => entry.statements)
  if (layer === 'resource-policy') return statements.length === 0 ? 'there is none' : 'does not let the caller in'
  if (statements.length === 0) return 'there is none'
  return statements.length === 1
    ? 'its statement does not allow it'
    : `none of ${statements.length} statements allows it`
}

/** A layer that is no cause, by what is known of it. */
function standing(of: Layer, diagnosis: Diagnosis): Pick<Stop, 'kind' | 'why'> {
  const { unseen, assumptions, basis, reconciliation } = diagnosis
  const open = unseen.filter(({ layer }) => layer === of.layer)
  if (of.verdict !== 'unknown' && of.verdict !== 'not-applicable') return standingAlone(of)
  if (open.length > 0) return { kind: 'unseen', why: unseenWhy(open, basis) }
  if (of.verdict === 'not-applicable') {
    const isAssumed = assumptions.some(({ fact }) => ASSUMED[of.layer]?.includes(fact) === true)
    return {
      kind: 'none',
      why: isAssumed ? `taken as ${of.layer === 'session-policy' ? 'none' : 'not used'}` : noneWhy(of),
    }
  }
  // Not known, and settled by what AWS said (R-EVID-03).
  if (reconciliation.reported.layer !== null)
    return of.layer === 'resource-policy'
      ? { kind: 'none', why: 'did not allow' }
      : { kind: 'passed', why: 'allows it' }
  return { kind: 'unseen', why: 'not known' }
}

/** Facts of assumptions by which a layer is taken not to apply (docs/json.md, "Decision"). */
const ASSUMED: Readonly<Partial<Record<PolicyLayer, readonly string[]>>> = {
  'session-policy': ['session policies', 'session policy'],
  'vpc-endpoint-policy': ['VPC endpoint', 'policy of a VPC endpoint', 'aws:SourceVpce'],
}

const unseenWhy = (open: readonly Unseen[], basis: Diagnosis['basis']): string =>
  basis === 'message' && open.some(({ could }) => could === 'refuse') ? 'not checked, could deny next' : 'not checked'

/** A layer by its own verdict. */
function standingAlone(of: Layer): Pick<Stop, 'kind' | 'why'> {
  switch (of.verdict) {
    case 'allow':
      return { kind: 'allow', why: allowedBy(of) }
    case 'unknown':
      return { kind: 'unseen', why: of.isCounted ? 'not known' : 'not known, not needed' }
    case 'not-applicable':
      return { kind: 'none', why: noneWhy(of) }
    case 'implicit-deny':
      return of.isCounted ? { kind: 'deny', why: refusalWhy(of) } : { kind: 'none', why: 'silent, not needed' }
    case 'explicit-deny':
      return { kind: 'deny', why: refusalWhy(of) }
  }
}

const NONE_WORDS: Readonly<Partial<Record<PolicyLayer, string>>> = {
  'vpc-endpoint-policy': 'not used',
  'permissions-boundary': 'none',
  'session-policy': 'none',
  'resource-policy': 'none',
}

const noneWhy = ({ layer }: Layer): string => NONE_WORDS[layer] ?? 'does not apply'

function allowedBy({ entries }: Layer): string {
  if (entries.length > 1) return `all ${entries.length} levels`
  const by = entries
    .flatMap(({ statements }) => statements)
    .find((one: StatementVerdict) => one.matches === true && one.effect === 'Allow')
  if (by === undefined) return 'allows it'
  return by.sid === undefined ? by.policy : `${by.policy} › ${by.sid}`
}
