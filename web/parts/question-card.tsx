import type { Denial, Diagnosis } from '#http/wire.ts'
import { answerWords } from '#answer/question-words.ts'
import { questionOf, saidWords } from '../answer/say-question.ts'
import { Glyph, Mark } from './icon.tsx'
import { HowToGet } from './rivals.tsx'
import { Prose } from './prose.tsx'

type Context = Denial['context']

/** The one question that tells what is left apart: where its fact is seen, what either answer comes to, and a button for each. */
export function QuestionCard(props: {
  readonly diagnosis: Diagnosis
  readonly said: Context
  /** Undefined: the text is not at hand, and cannot be judged anew. */
  readonly onSay: ((context: Context) => void) | undefined
}) {
  const { diagnosis, said, onSay } = props
  const question = questionOf(diagnosis)
  if (question === undefined) return null
  const { fact, text, howToGet, values, answers } = question
  return (
    <section class="card question" aria-label="One question">
      <header>
        <h3>
          <small>Check</small>
          <Prose text={text} />
        </h3>
        <HowToGet text={howToGet} />
      </header>
      <div class="answers">
        {answers.map((one) => (
          <div key={one.answer}>
            {onSay === undefined ? (
              <b>{one.answer === 'yes' ? 'Yes' : 'No'}</b>
            ) : (
              <button type="button" onClick={() => onSay({ ...said, [fact]: values[one.answer] })}>
                {one.answer === 'yes' ? 'Yes' : 'No'}
              </button>
            )}
            <p>
              <Prose text={answerWords(one, diagnosis)} />
            </p>
          </div>
        ))}
      </div>
    </section>
  )
}

/** What the reader said of the request, each to be taken back. */
export const Said = ({
  said,
  onSay,
}: {
  readonly said: Context
  readonly onSay: ((context: Context) => void) | undefined
}) =>
  Object.keys(said).length === 0 ? null : (
    <p class="said">
      <Mark of="none" />
      <span>You said</span>
      {Object.entries(said).map(([key, value]) => (
        <span class="chip" key={key}>
          <code>{key}</code> {value === null ? '' : 'is '}
          <b>{saidWords(value)}</b>
          {onSay === undefined ? null : (
            <button
              type="button"
              class="quiet"
              aria-label={`Take back ${key}`}
              onClick={() => onSay(Object.fromEntries(Object.entries(said).filter(([name]) => name !== key)))}
            >
              <Glyph of="close" />
            </button>
          )}
        </span>
      ))}
    </p>
  )
