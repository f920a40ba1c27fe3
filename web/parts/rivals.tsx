import type { Cause, ConditionalFix, Decision, Diagnosis, Scenario } from '#http/wire.ts'
import { shortCauseWords } from '#answer/cause-words.ts'
import { competingCauses, withOpenStatement } from '#answer/competing-causes.ts'
import { plainText } from '#answer/marked-words.ts'
import { layerLabel, valueWords } from '../answer/names.ts'
import { Mark } from './icon.tsx'
import { Prose } from './prose.tsx'
import { OneCause } from './why-card.tsx'

const LETTERS = ['A', 'B', 'C', 'D', 'E', 'F']

/** Several may have refused, and they are mended in different places: each with the one fact that tells it. */
export function Rivals(props: {
  readonly diagnosis: Diagnosis
  readonly scenario: Scenario | undefined
  readonly onEdit: (key: string, at?: string) => void
  /** Judges the call as if the fact were so. */
  readonly onFact: ((when: ConditionalFix['when']) => void) | undefined
}) {
  const { diagnosis, scenario, onEdit, onFact } = props
  const rivals = competingCauses(diagnosis.causes).map((one) => withOpenStatement(one, diagnosis))
  const told = rivals.find(({ toldApartBy }) => toldApartBy !== undefined)?.toldApartBy
  return (
    <>
      {told === undefined || diagnosis.question?.fact === told.fact ? null : (
        <section class="card apart" aria-label="What tells them apart">
          <h3>
            <small>One fact tells them apart</small>
            <Prose text={told.fact.includes(' ') ? told.fact : `\`${told.fact}\``} />
          </h3>
          <HowToGet text={told.howToGet} />
          {onFact === undefined ? null : (
            <FactButtons fact={told.fact} outcomes={diagnosis.steps[0]?.decision.outcomes ?? []} onFact={onFact} />
          )}
        </section>
      )}
      <div class="two">
        {rivals.slice(0, 6).map((cause, i) => (
          <Rival key={cause.layer} {...{ cause, diagnosis, scenario, onEdit }} letter={LETTERS[i] ?? ''} />
        ))}
      </div>
    </>
  )
}

/** Values of the fact that lead to different causes, each judged on a click. */
function FactButtons(props: {
  readonly fact: string
  readonly outcomes: NonNullable<Decision['outcomes']>
  readonly onFact: (when: ConditionalFix['when']) => void
}) {
  const values = valuesOf(props.fact, props.outcomes)
  if (values.length < 2) return null
  return (
    <span class="buttons" role="group" aria-label={`${props.fact} was`}>
      {values.map(([words, value]) => (
        <button key={words} type="button" class="small" onClick={() => props.onFact({ [props.fact]: value })}>
          {words}
        </button>
      ))}
    </span>
  )
}

/** Any other value stands for none, too, where that is no case of its own: then it can be tried as none. */
function valuesOf(fact: string, outcomes: NonNullable<Decision['outcomes']>): readonly (readonly [string, unknown])[] {
  const values = [...new Set(outcomes.map(({ when }) => when[fact]))].filter((value) => value !== undefined)
  const hasNone = values.includes(null)
  return values
    .filter((value) => value !== OTHER || !hasNone)
    .slice(0, MOST_VALUES)
    .map((value) =>
      value === null ? ['Not sent', null] : value === OTHER ? ['Another, or none', null] : [valueWords(value), value],
    )
}

const OTHER = '(other)'
const MOST_VALUES = 4

/** Where a fact is found: to be read, as no name is filled in. */
export const HowToGet = ({ text }: { readonly text: string }) => (
  <p class="soft">
    <Prose text={text} />
  </p>
)

function Rival(props: {
  readonly cause: Cause
  readonly diagnosis: Diagnosis
  readonly scenario: Scenario | undefined
  readonly onEdit: (key: string, at?: string) => void
  readonly letter: string
}) {
  const { cause, diagnosis, scenario, onEdit, letter } = props
  const unseen = diagnosis.unseen.find(({ layer }) => layer === cause.layer)
  const title = (
    <>
      <i class="ab">{letter}</i>
      <h2>{layerLabel(cause.layer, cause.kind)}</h2>
    </>
  )
  if ((cause.statement ?? cause.nearest) !== undefined)
    return <OneCause {...{ cause, diagnosis, scenario, onEdit, title }} label={`Cause ${letter}`} />
  const how = cause.toldApartBy?.howToGet ?? unseen?.howToGet
  return (
    <section class="card" aria-label={`Cause ${letter}`}>
      <header>
        <div class="k">
          {title}
          <span>{cause.certainty === 'likely' ? 'likely' : 'possible'}</span>
        </div>
        <h3>
          {plainText(shortCauseWords(cause, { arn: diagnosis.denial.principal }))}
          <span class="src">{unseen === undefined ? '' : 'not checked'}</span>
        </h3>
      </header>
      <ul class="list">
        {cause.reason === undefined ? null : (
          <li>
            <Mark of="unseen" />
            <span>
              <Prose text={cause.reason} />
            </span>
          </li>
        )}
        {unseen === undefined ? null : (
          <li>
            <Mark of="unseen" />
            <span>
              <Prose text={unseen.what} />
            </span>
          </li>
        )}
        {cause.toldApartBy === undefined ? null : (
          <li>
            <Mark of="none" />
            <span>
              To find out: <Prose text={cause.toldApartBy.fact} />
            </span>
          </li>
        )}
      </ul>
      {how === undefined ? null : (
        <footer>
          <b class="nb">Show it</b>
          <HowToGet text={how} />
        </footer>
      )}
    </section>
  )
}
