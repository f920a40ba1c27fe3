import { useEffect } from 'preact/hooks'
import type { Decision } from '#http/wire.ts'
import { askSentence, DECISION_TAGS } from '../answer/say-ask.ts'
import { plain } from '../answer/say.ts'
import { railOfDecision } from '../answer/rail-of.ts'
import type { Answered, Asked } from '../use-asking.ts'
import { AccessTable, PrincipalTable } from './access-tables.tsx'
import { Assumed, Missing } from './facts.tsx'
import { Folds, useOpen } from './folds.tsx'
import { Headline } from './headline.tsx'
import { RequirementTree } from './requirement.tsx'
import { RailView } from './rail.tsx'
import { Trace } from './trace.tsx'

/** The answer to a question without a denial, in the words and shapes of a diagnosis. */
export function AskedAnswer({
  answered,
  onAsk,
}: {
  readonly answered: Answered
  readonly onAsk: (asked: Asked) => void
}) {
  const { asked, answer, milliseconds } = answered
  const took = `judged in ${Math.round(milliseconds)} ms, on this machine`
  if (answer.mode === 'may') return <May asked={asked} decision={answer.decision} took={took} onAsk={onAsk} />
  if (answer.mode === 'who') return <PrincipalTable asked={asked} whoCan={answer.whoCan} took={took} onAsk={onAsk} />
  return <AccessTable asked={asked} whatCan={answer.whatCan} took={took} onAsk={onAsk} />
}

function May(props: {
  readonly asked: Asked
  readonly decision: Decision
  readonly took: string
  readonly onAsk: (asked: Asked) => void
}) {
  const { asked, decision, took, onAsk } = props
  const [open, toggle] = useOpen()
  const sentence = askSentence(asked, decision)
  useEffect(() => {
    document.title = `${plain(sentence)} · denytrace`
    return () => {
      document.title = 'denytrace'
    }
  }, [decision])
  return (
    <article class="diagnosis" id="asked">
      <Headline tag={DECISION_TAGS[decision.decision]} facts={[]} sentence={sentence} />
      <RailView rail={railOfDecision(asked.action, decision, decision.steps ?? [])} />
      {decision.missing.length === 0 ? null : (
        <section class="card open-facts" aria-label="Not known">
          <Missing missing={decision.missing} outcomes={decision.outcomes} />
        </section>
      )}
      <Folds
        folds={[
          {
            id: 'trace',
            title: 'Every layer',
            body: () => <Trace decision={decision} scenario={undefined} reported={null} />,
          },
          {
            id: 'requirement',
            title: 'What it takes',
            body: () => <RequirementTree requirement={decision.requirement} />,
          },
          {
            id: 'assumed',
            title: 'Assumed',
            count: decision.assumptions.length || undefined,
            body: () => <Assumed assumptions={decision.assumptions} />,
          },
        ]}
        open={open}
        onToggle={toggle}
        took={took}
      />
      <p class="row asks-on">
        <button type="button" onClick={() => onAsk({ ...asked, mode: 'who' })}>
          Who else can?
        </button>
        <button type="button" onClick={() => onAsk({ ...asked, mode: 'what' })}>
          What else can it do?
        </button>
      </p>
    </article>
  )
}
