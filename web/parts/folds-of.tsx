import type { Fix } from '#http/wire.ts'
import type { Bench, ViewProps } from '../diagnosis-view.tsx'
import type { Fold } from './folds.tsx'
import { later } from './later.tsx'

/** All that a fold is made of. */
export type FoldProps = ViewProps & {
  readonly bench: Bench
  readonly fix: Fix | undefined
  readonly openFold: (id: string) => void
}

const FOLDS = ['trace', 'requirement', 'cases', 'ways', 'bench', 'incident', 'assumed', 'message', 'advice'] as const

export type FoldId = (typeof FOLDS)[number]

const FoldBody = later(async () => (await import('./fold-body.tsx')).FoldBody)

/** Loads what stands in the folds before one is opened. */
export const warmFolds = FoldBody.warm

/** Folds at the foot of an answer: every layer and statement, what else would mend it, what was assumed. */
export function foldsOf(props: FoldProps): readonly Fold[] {
  const { answer, index, step, fix, bench } = props
  const diagnosis = answer.diagnoses[index]
  const chosen = diagnosis?.steps[step] ?? diagnosis?.steps[0]
  if (diagnosis === undefined || chosen === undefined) return []
  const { assumptions, fixes, fixesIf = [] } = diagnosis
  const layers = new Set(chosen.decision.layers.map(({ layer }) => layer)).size
  const titles: Readonly<Record<FoldId, string | readonly [title: string, of: readonly unknown[]] | undefined>> = {
    trace: `All ${layers} layers`,
    requirement: 'What would allow it',
    cases: fixesIf.length > 0 && fixes.length === 0 ? ['Cases', fixesIf] : undefined,
    ways: fix === undefined ? undefined : ['Other ways', fixes.slice(1)],
    bench: bench.scenario === undefined ? undefined : 'Edit anything',
    incident: ['Timeline', answer.timeline],
    assumed: ['Assumed', assumptions],
    message: 'Message',
    advice: 'Advice',
  }
  return FOLDS.flatMap((id) => {
    const named = titles[id]
    if (named === undefined) return []
    const [title, of = []] = typeof named === 'string' ? [named] : named
    const count = of.length === 0 ? undefined : of.length
    return [{ id, title, count, body: () => <FoldBody id={id} {...props} /> }]
  })
}
