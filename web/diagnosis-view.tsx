import type { ComponentChildren } from 'preact'
import { useEffect, useMemo, useState } from 'preact/hooks'
import type { ConditionalFix, Denial, DiagnoseAnswer, Diagnosis, Fix, PolicyLayer, Scenario } from '#http/wire.ts'
import { keyOfAddition } from './additions.ts'
import { editSentence } from './answer/say-edit.ts'
import { plain, sentenceOf, tagOf } from './answer/say.ts'
import { railOf, railOfDecision } from './answer/rail-of.ts'
import { type Edits, editsOf, editsOfCase, isEdited, NO_EDITS } from './edits.ts'
import { warmEditor, warmForms } from './edit-files.ts'
import { warmEngine } from './engine.ts'
import { Acts } from './parts/acts.tsx'
import { ChangedBanner } from './parts/changed-banner.tsx'
import { DropMore } from './parts/drop-more.tsx'
import { FixCard, NoFixCard } from './parts/fix-card.tsx'
import { Folds, useOpen } from './parts/folds.tsx'
import { foldsOf, warmFolds } from './parts/folds-of.tsx'
import { Facts, Headline, metaFacts } from './parts/headline.tsx'
import { Glyph, Mark } from './parts/icon.tsx'
import { later } from './parts/later.tsx'
import { Prose } from './parts/prose.tsx'
import { QuestionCard, Said } from './parts/question-card.tsx'
import { Rivals } from './parts/rivals.tsx'
import { Slips } from './parts/slips.tsx'
import { RailView } from './parts/rail.tsx'
import { Stick } from './parts/stick.tsx'
import { WhyCard } from './parts/why-card.tsx'
import { CONTEXT } from './places.ts'
import { type Trial, useEffects, useTrial } from './try.ts'
import type { Shown } from './use-answers.ts'

export interface ViewProps {
  readonly answer: DiagnoseAnswer
  readonly index: number
  readonly text: string
  readonly fixesAre: Shown['fixes']
  /** How far the fixes are that are looked for. */
  readonly waiting: ComponentChildren
  readonly took: string
  readonly expected: string
  /** The fix and the step that the address names. */
  readonly fixId: string | undefined
  readonly step: number
  readonly onFix: (id: string) => void
  readonly onStep: (step: number) => void
  readonly onExpect: (arn: string) => void
  /** Policies are given besides. */
  readonly onFiles: (files: readonly File[]) => void
  /** Condition keys that the reader said, and how to say more; undefined: what is shown cannot be asked anew. */
  readonly said: Denial['context']
  readonly onSay: ((context: Denial['context']) => void) | undefined
}

export function DiagnosisView(props: ViewProps) {
  const { answer, index, text } = props
  const diagnosis = answer.diagnoses[index]
  if (diagnosis === undefined) return null
  if (!isRefusal(diagnosis))
    return (
      <OtherKind
        diagnosis={diagnosis}
        text={text}
        acts={<Acts diagnosis={diagnosis} fix={undefined} scenario={undefined} />}
      />
    )
  return <Explained key={index} {...props} diagnosis={diagnosis} scenarios={answer.scenarios?.[index] ?? NONE} />
}

/** Of a refusal by AWS that names nobody and nothing there is no step to judge, and still much to say. */
const isRefusal = ({ status, steps, denial, usualCauses = [] }: Diagnosis): boolean =>
  status !== 'not-a-denial' && (steps.length > 0 || (denial.kind === 'aws-access-denied' && usualCauses.length > 0))

const NONE: readonly Scenario[] = []

/** When what was opened has its size. */
const afterShown = (act: () => void): void => void setTimeout(act, 50)

/** What is open for editing: the key of a place, and a pointer to what the reader came for. */
interface Target {
  readonly key: string
  readonly at?: string
}

const OtherKind = later(() => import('./parts/other-kind.tsx').then((file) => file.OtherKind))
const NotSeen = later(() => import('./parts/not-seen.tsx').then((file) => file.NotSeen))
const EditCards = later(() => import('./parts/edit-cards.tsx').then((file) => file.EditCards))

/** What an edit needs besides the engine. */
function warmEditing(): void {
  warmEditor()
  warmForms()
  EditCards.warm()
}

/** The fix chosen, what is edited, and the edits judged. */
export function useBench(diagnosis: Diagnosis, scenarios: readonly Scenario[], step: number) {
  const [edits, setEdits] = useState<Edits>(NO_EDITS)
  const [target, setTarget] = useState<Target>()
  const trial = useTrial(scenarios, diagnosis.steps, edits)
  const effects = useEffects(trial)
  useEffect(() => {
    setEdits(NO_EDITS)
    setTarget(undefined)
    if (scenarios.length > 0) void warmEngine(scenarios, warmEditing)
  }, [scenarios])
  const show = (key: string, at?: string): void => {
    setTarget({ key, ...(at === undefined ? {} : { at }) })
    afterShown(() => document.getElementById('editing')?.scrollIntoView({ block: 'nearest' }))
  }
  return {
    edits,
    setEdits,
    /** Undefined: nothing is open for editing. */
    target,
    /** The edits stay. */
    close: (): void => {
      setTarget(undefined)
      afterShown(() => document.querySelector<HTMLElement>('.edit-here, .edit-kept button')?.focus())
    },
    trial,
    effects,
    scenario: scenarios[step],
    open: show,
    /** `when`: of a case of what is not known. */
    tryFix: (fix: Fix | null, when?: ConditionalFix['when']): void => {
      const made =
        when === undefined ? (fix === null ? NO_EDITS : editsOf(fix, scenarios)) : editsOfCase(fix, when, scenarios)
      setEdits(made)
      show([...made.texts.keys(), ...made.additions.map(keyOfAddition)][0] ?? CONTEXT, '/Statement')
    },
  }
}

export type Bench = ReturnType<typeof useBench>

function Explained(props: ViewProps & { readonly diagnosis: Diagnosis; readonly scenarios: readonly Scenario[] }) {
  const { diagnosis, scenarios, step, text, took, fixesAre, waiting, fixId, onFix, said, onSay } = props
  const bench = useBench(diagnosis, scenarios, step)
  const [open, toggle, openFold] = useOpen()
  useEffect(warmFolds, [])
  const { fixes } = diagnosis
  const fix = fixes.find(({ id }) => id === fixId) ?? fixes[0]
  const isRivals = diagnosis.status === 'undetermined' && diagnosis.causes.length > 1
  const canTry = bench.scenario !== undefined
  const isEditing = bench.target !== undefined && bench.scenario !== undefined
  const question = isEditing ? null : <QuestionCard {...{ diagnosis, said, onSay }} />
  const [above, banner, below, last] = useUnedited(props, fix, openFold)
  return (
    <article class="diagnosis">
      <Top {...{ diagnosis, bench, text, fix }} />
      {above}
      <TheStrip diagnosis={diagnosis} trial={bench.trial} edits={bench.edits} />
      <KeptEdit bench={bench} />
      {banner}
      {isEditing && bench.target !== undefined && bench.scenario !== undefined ? (
        <EditCards
          {...{ step, fix }}
          scenario={bench.scenario}
          steps={diagnosis.steps}
          edits={bench.edits}
          trial={bench.trial}
          target={bench.target.key}
          at={bench.target.at}
          onTarget={(key) => bench.open(key)}
          onEdit={bench.setEdits}
          onClose={bench.close}
        />
      ) : isRivals ? (
        <>
          {question}
          <Rivals
            diagnosis={diagnosis}
            scenario={scenarios[0]}
            onEdit={bench.open}
            onFact={canTry ? (when) => bench.tryFix(null, when) : undefined}
          />
        </>
      ) : (
        <div class="two" id="fixes">
          <WhyCard diagnosis={diagnosis} scenario={scenarios[0]} text={text} onEdit={bench.open} />
          {fix === undefined ? (
            <NoFixCard {...{ diagnosis, fixesAre, waiting }} />
          ) : (
            <FixCard
              {...{ diagnosis, fixes }}
              chosen={fix}
              onChoose={onFix}
              onTry={canTry ? (one) => bench.tryFix(one) : undefined}
            />
          )}
        </div>
      )}
      {below}
      {isRivals ? null : question}
      {last}
      <Folds folds={foldsOf({ ...props, bench, fix, openFold })} open={open} onToggle={toggle} took={took} />
      {bench.target === undefined ? <Stick fix={fix} diagnosis={diagnosis} /> : null}
    </article>
  )
}

/** What no edit changes: made once, and not again for each letter that is typed. */
function useUnedited(
  props: Parameters<typeof Explained>[0],
  fix: Fix | undefined,
  openFold: (id: string) => void,
): readonly ComponentChildren[] {
  return useMemo(() => {
    const { answer, index, diagnosis, expected, onFix, onExpect, onFiles, said, onSay } = props
    const above = (
      <>
        <Facts diagnosis={diagnosis} expected={expected} onExpect={onExpect} />
        <Said said={said} onSay={onSay} />
      </>
    )
    const banner = (
      <ChangedBanner
        entries={answer.timeline}
        index={index}
        cause={diagnosis.causes[0]}
        onTimeline={() => openFold('incident')}
      />
    )
    const below = (
      <>
        <Slips slips={diagnosis.slips ?? []} chosen={fix?.id} onFix={onFix} />
        <Beyond diagnosis={diagnosis} fix={fix} />
      </>
    )
    const last = (
      <>
        <NotSeen diagnosis={diagnosis} />
        <DropMore diagnosis={diagnosis} onFiles={onFiles} />
      </>
    )
    return [above, banner, below, last]
    // `openFold` only calls what stays.
  }, [props, fix])
}

/** The verdict and the sentence, as AWS left it or as the edit makes it. */
function Top(props: {
  readonly diagnosis: Diagnosis
  readonly bench: Bench
  readonly text: string
  readonly fix: Fix | undefined
}) {
  const { diagnosis, bench, text, fix } = props
  const { trial } = bench
  const isEdit = isEdited(bench.edits)
  const sentence = useMemo(
    () =>
      trial.state === 'judged'
        ? editSentence(diagnosis, trial.tried)
        : isEdit
          ? [
              {
                text: trial.state === 'wrong' ? 'Your edit cannot be judged yet' : 'Your edit is judged …',
                tone: 'open' as const,
              },
            ]
          : sentenceOf(diagnosis),
    [diagnosis, trial, isEdit],
  )
  useEffect(() => {
    document.title = `${plain(sentence)} · denytrace`
    return () => {
      document.title = 'denytrace'
    }
  }, [sentence])
  const acts = <Acts diagnosis={diagnosis} fix={fix} scenario={bench.scenario} />
  if (!isEdit)
    return <Headline tag={tagOf(diagnosis)} facts={metaFacts(diagnosis, text)} sentence={sentence} acts={acts} />
  const milliseconds = trial.state === 'judged' ? trial.tried.milliseconds.toFixed(0) : undefined
  return (
    <Headline
      tag={{ kind: 'edit', text: 'YOUR EDIT' }}
      facts={[
        milliseconds === undefined ? 'judged as you type' : `judged as you type, in ${milliseconds} ms`,
        'nothing leaves this machine',
        <>
          without it: <b class="was">denied</b>
        </>,
      ]}
      sentence={sentence}
      acts={acts}
    />
  )
}

function TheStrip({
  diagnosis,
  trial,
  edits,
}: {
  readonly diagnosis: Diagnosis
  readonly trial: Trial
  readonly edits: Edits
}) {
  const rail = useMemo(() => {
    if (trial.state !== 'judged') return isEdited(edits) ? undefined : railOf(diagnosis)
    const { decisions, added, gone } = trial.tried
    const [first] = decisions
    const more = diagnosis.steps.flatMap((step, i) => {
      const decision = decisions[i]
      return i === 0 || gone.has(i) || decision === undefined ? [] : [{ ...step, decision }]
    })
    const action = diagnosis.steps[0]?.request.action ?? ''
    return first === undefined
      ? undefined
      : railOfDecision(action, first, [...more, ...added], editedLayers(edits), ' with your edit')
  }, [diagnosis, trial, edits])
  return rail === undefined ? null : <RailView rail={rail} />
}

/** The layer stands first in the key of a place. */
function editedLayers({ texts, removed, additions }: Edits): ReadonlySet<PolicyLayer> {
  const keys = [...texts.keys(), ...removed]
  return new Set([...keys.map((key) => key.split('\n')[0] as PolicyLayer), ...additions.map(({ layer }) => layer)])
}

/** What was edited and closed again is still judged, which must not be overlooked. */
function KeptEdit({ bench: { edits, target, open, setEdits } }: { readonly bench: Bench }) {
  if (!isEdited(edits) || target !== undefined) return null
  const [first = CONTEXT] = [...edits.texts.keys(), ...edits.additions.map(keyOfAddition), ...edits.removed]
  return (
    <section class="banner cool edit-kept" aria-label="Your edit is kept">
      <Glyph of="pen" />
      <b>Judged with your edit.</b>
      <span class="what">Below stands what was in force without it.</span>
      <button type="button" class="small" onClick={() => open(first, '/Statement')}>
        Open it
      </button>
      <button type="button" class="small" onClick={() => setEdits(NO_EDITS)}>
        Discard
      </button>
    </section>
  )
}

/** That the call needs more than what was refused, and whether the fix has it. */
function Beyond({ diagnosis: { steps }, fix }: { readonly diagnosis: Diagnosis; readonly fix: Fix | undefined }) {
  const index = steps.findIndex(({ relation, decision }) => relation === 'next' && decision.decision === 'denied')
  const next = steps[index]
  const first = steps[0]?.request.action.split(':')[0]
  if (next === undefined || first === undefined) return null
  const isIn = fix?.cures.includes(index) === true
  return (
    <section class="banner" aria-label="The call needs more">
      <Mark of="next" />
      <b>{first.length <= 4 ? first.toUpperCase() : first} alone is not enough.</b>
      <span class="what">
        <Prose text={`${next.why.charAt(0).toUpperCase()}${next.why.slice(1)}, and `} />
        <code>{next.request.action}</code> will be denied too.
      </span>
      <span class="soft nb">{isIn ? '✓ in the fix' : 'not in this fix'}</span>
    </section>
  )
}
