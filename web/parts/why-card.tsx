import { useMemo, useState } from 'preact/hooks'
import type { ComponentChildren } from 'preact'
import type { Cause, Diagnosis, Scenario } from '#http/wire.ts'
import { metCondition } from '#answer/cause-words.ts'
import { layerInWords } from '#answer/layer-in-words.ts'
import { statementNote } from '#answer/statement-words.ts'
import { layerLabel } from '../answer/names.ts'
import { piecesOf } from '../answer/say.ts'
import { whyLines } from '../answer/why-lines.ts'
import { keyOf, placesOf, textOf } from '../places.ts'
import { Glyph, Mark } from './icon.tsx'
import { FailedWords } from './failed-words.tsx'
import { Prose, Say } from './prose.tsx'
import { warmEditor } from '../edit-files.ts'
import { OneLine } from './text-lines.tsx'
import { WordsCard } from './words-card.tsx'

/** Why it was refused: the statement that decides or comes nearest, in its own text, and what of the request it met. */
export function WhyCard(props: {
  readonly diagnosis: Diagnosis
  readonly scenario: Scenario | undefined
  readonly text: string
  /** Opens the policy of a place, at a pointer into it. */
  readonly onEdit: (key: string, at?: string) => void
}) {
  const { diagnosis, scenario, text, onEdit } = props
  const sure = diagnosis.causes.filter(({ step }) => step === 0)
  const [index, setIndex] = useState(0)
  const cause = sure[index] ?? sure[0]
  if (cause === undefined || (cause.statement ?? cause.nearest) === undefined)
    return <WordsCard diagnosis={diagnosis} text={text} cause={cause} />
  return (
    <OneCause {...{ cause, diagnosis, scenario, onEdit }}>
      {sure.length < 2 ? null : (
        <div class="card-tabs" role="group" aria-label="What denies">
          {sure.map(({ layer, kind }, i) => (
            <button key={i} type="button" class="small" aria-pressed={i === index} onClick={() => setIndex(i)}>
              {layerLabel(layer, kind)}
            </button>
          ))}
        </div>
      )}
    </OneCause>
  )
}

export function OneCause(props: {
  readonly cause: Cause
  readonly diagnosis: Diagnosis
  readonly scenario: Scenario | undefined
  readonly onEdit: ((key: string, at?: string) => void) | undefined
  readonly title?: ComponentChildren
  /** Name of the card for those who hear it. */
  readonly label?: string
  readonly children?: ComponentChildren
}) {
  const { cause, diagnosis, scenario, onEdit, title, label = 'Why', children } = props
  const [isWhole, setWhole] = useState(false)
  const named = cause.statement ?? cause.nearest
  const key = named === undefined ? '' : keyOf(named.layer, named.where, named.policy, named.policyArn)
  const place = useMemo(
    () => (scenario === undefined ? undefined : placesOf(scenario).find((one) => one.key === key)),
    [scenario, key],
  )
  const told = useMemo(
    () => (place === undefined ? undefined : whyLines(cause, textOf(place.policy), scenario?.request, isWhole)),
    [cause, place, scenario, isWhole],
  )
  if (named === undefined) return null
  const isLikely =
    diagnosis.status === 'likely' || cause.certainty !== 'certain' || cause.statementCertainty === 'likely'
  return (
    <section class="card why-card" aria-label={label}>
      <header>
        <div class="k">
          <Mark of={isLikely ? 'likely' : 'deny'} />
          {title ?? <h2>Why{isLikely ? ', most likely' : ''}</h2>}
          <span>{kindWords(cause)}</span>
          <span class="r" title={named.file}>
            {fileWords(named.file, named.line)}
          </span>
        </div>
        <h3>
          {named.policy} › {named.sid ?? `statement ${named.index + 1}`}
          <span class="src">{layerInWords(cause.layer, cause.kind)}</span>
        </h3>
      </header>
      {children}
      {told === undefined ? (
        <Failures cause={cause} />
      ) : (
        <div
          class="text"
          role="group"
          tabIndex={0}
          aria-label={`Text of ${named.sid ?? `statement ${named.index + 1}`}`}
        >
          {told.lines.map((line, i) => (
            <OneLine key={i} line={line} onWhole={() => setWhole(true)} />
          ))}
        </div>
      )}
      <footer>
        {place === undefined || onEdit === undefined ? null : (
          <button
            type="button"
            class="edit-here"
            onPointerEnter={warmEditor}
            onFocus={warmEditor}
            onClick={() => onEdit(key, whereDecided(cause))}
          >
            <Glyph of="pen" />
            Edit here
          </button>
        )}
        <span class="soft">
          <Prose text={statementNote(cause, diagnosis.steps[0]?.decision.layers ?? [])} />
        </span>
      </footer>
    </section>
  )
}

/** Pointer to the element that fails or decides. */
function whereDecided({ statement, nearest, metBy = [] }: Cause): string {
  const { pointer = '/Statement' } = statement ?? nearest ?? {}
  const [one] = statement === undefined ? (nearest?.failedOn ?? []) : metBy
  if (one === undefined) return pointer
  const escaped = (part: string): string => part.replaceAll('~', '~0').replaceAll('/', '~1')
  const { key, operator } = one
  const element = 'element' in one ? one.element : 'Condition'
  return key === undefined || operator === undefined
    ? `${pointer}/${element}`
    : `${pointer}/Condition/${escaped(operator)}/${escaped(key)}`
}

const kindWords = ({ statement, denyType, certainty }: Cause): string =>
  statement !== undefined
    ? 'one Deny decides'
    : denyType === 'explicit'
      ? 'perhaps its Deny'
      : certainty === 'possible'
        ? 'perhaps its Allow'
        : 'the nearest statement'

const fileWords = (file: string | undefined, line: number | undefined): string =>
  file === undefined ? '' : `${file.split('/').at(-1) ?? file}${line === undefined ? '' : `, line ${line}`}`

/** Where the text of the policy is not provided: what failed, in words. */
const Failures = ({ cause: { nearest, metBy = [] } }: { readonly cause: Cause }) => (
  <ul class="list">
    {(nearest?.failedOn ?? []).map((failed, i) => (
      <li key={i}>
        <Mark of="deny" />
        <FailedWords failed={failed} />
      </li>
    ))}
    {metBy.map((met, i) => (
      <li key={`met ${i}`}>
        <Mark of="deny" />
        <Say sentence={piecesOf(metCondition(met))} />
      </li>
    ))}
  </ul>
)
