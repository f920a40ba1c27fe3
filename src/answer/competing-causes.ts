import type { Decision } from '#engine/decision.ts'
import type { CauseFacts } from './cause-words.ts'

type CompetingCause = CauseFacts & { readonly step: number; readonly toldApartBy?: { readonly fact: string } }

/** The causes of the denied call, each layer once: where it is undecided, any one of them may be it. */
export const competingCauses = <C extends { readonly step: number; readonly layer: string }>(
  causes: readonly C[],
): readonly C[] =>
  causes.filter(
    (cause, i) => cause.step === 0 && causes.findIndex(({ layer, step }) => step === 0 && layer === cause.layer) === i,
  )

/** A cause without a statement of its own, with the one that decides if its unknown key matches. */
export function withOpenStatement<C extends CompetingCause>(
  cause: C,
  { steps }: { readonly steps: readonly { readonly decision: Pick<Decision, 'layers'> }[] },
): C {
  if ((cause.statement ?? cause.nearest) !== undefined) return cause
  const entries = (steps[cause.step]?.decision.layers ?? []).filter(
    ({ layer, where }) => layer === cause.layer && (cause.where === undefined || where === cause.where),
  )
  const kind = cause.kind ?? entries.find((entry) => entry.kind !== undefined)?.kind
  const named = kind === undefined ? cause : { ...cause, kind }
  const open = entries.flatMap((entry) =>
    entry.statements.flatMap((statement) => (statement.matches === 'unknown' ? [{ entry, statement }] : [])),
  )
  const fact = cause.toldApartBy?.fact
  const found = open.find(({ statement }) => statement.failedOn.some(({ key }) => key === fact)) ?? open[0]
  if (found === undefined) return named
  const { effect, matches: _, failedOn, ...ref } = found.statement
  const { layer, where } = found.entry
  const nearest = { ...ref, layer, ...(where === undefined ? {} : { where }), failedOn }
  return { ...named, nearest, denyType: effect === 'Deny' ? 'explicit' : 'implicit' }
}
