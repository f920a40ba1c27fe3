import { useMemo, useState } from 'preact/hooks'
import type { FailedElement, StatementVerdict } from '#http/wire.ts'
import { type Pieces, piecesOf, type Words } from '../answer/find-statements.ts'
import { jsonPlaces, type Places } from '../json-text.ts'
import { oneLine } from '../words.ts'
import { Prose, Sign } from './prose.tsx'

const MATCH_WORDS = { true: 'matches', false: 'does not match', unknown: 'may match' } as const

/** Statement in the policy's own text, with what decides marked and what fails named where it fails. */
export function Statement(props: {
  readonly statement: StatementVerdict
  readonly text: string | undefined
  /** What is looked for, to be marked. */
  readonly words?: Words | undefined
  readonly onEdit?: (() => void) | undefined
}) {
  const { statement, text, words = NO_WORDS, onEdit } = props
  const { effect, matches, sid, index, policy, file, line } = statement
  const [name = [], of = []] = piecesOf([sid ?? `statement ${index + 1}`, policy], words)
  const places = useMemo(() => (text === undefined ? undefined : jsonPlaces(text)), [text])
  const kind =
    matches === true ? (effect === 'Allow' ? 'allow' : 'explicit-deny') : matches === 'unknown' ? 'unknown' : 'no-match'
  return (
    <article class={`statement ${kind}`}>
      <header>
        <span class={`effect ${effect.toLowerCase()}`}>{effect}</span>{' '}
        <b>
          <Found pieces={name} />
        </b>{' '}
        <span class="muted">of</span>{' '}
        <code>
          <Found pieces={of} />
        </code>
        <span class={`match ${kind}`}>{MATCH_WORDS[String(matches) as keyof typeof MATCH_WORDS]}</span>
        {file === undefined ? null : <span class="file">{line === undefined ? file : `${file}:${line}`}</span>}
        {onEdit === undefined ? null : (
          <button type="button" class="quiet" onClick={onEdit} aria-label={`Try an edit of ${policy}`}>
            Try an edit
          </button>
        )}
      </header>
      {text === undefined || places === undefined ? (
        <Failed all={statement.failedOn} />
      ) : (
        <Lines {...{ text, places, statement, words }} />
      )}
    </article>
  )
}

const NO_WORDS: Words = []

/** A text with what was looked for marked in it. */
const Found = ({ pieces }: { readonly pieces: Pieces }) => (
  <>
    {pieces.map(([piece, isFound], i) =>
      isFound ? (
        <mark class="found" key={i}>
          {piece}
        </mark>
      ) : (
        piece
      ),
    )}
  </>
)

const Failed = ({ all }: { readonly all: readonly FailedElement[] }) => (
  <ul class="failed">
    {all.map((one, i) => (
      <li key={i}>
        <Reason failed={one} />
      </li>
    ))}
  </ul>
)

function Reason({ failed }: { readonly failed: FailedElement }) {
  const { element, key, actual, state, hint } = failed
  const has =
    state === 'unknown'
      ? 'is not known'
      : state === 'absent' || actual === null
        ? 'it is absent'
        : `the request has ${oneLine(actual)}`
  return (
    <span class={`reason ${state === 'unknown' ? 'unknown' : 'fails'}`}>
      <Sign of={state === 'unknown' ? '?' : '✕'} kind={state === 'unknown' ? 'unknown' : 'explicit-deny'} />
      <b>{key ?? element}</b>
      {state === 'unknown' ? ' ' : ' fails: '}
      {has}
      {hint === undefined ? null : (
        <>
          {'; '}
          <Prose text={hint} />
        </>
      )}
    </span>
  )
}

/** A long list that fails as a whole is shown by its ends: from here, so many lines, and where it was opened. */
const FOLDED_FROM = 10
const KEPT = 4

/** A statement of many thousand lines is cut: it is read in an editor. */
const MAX_LINES = 400

interface LinesProps {
  readonly text: string
  readonly places: Places
  readonly statement: StatementVerdict
  readonly words: Words
}

function Lines(props: LinesProps) {
  const { text, places, statement, words } = props
  const [isWhole, setWhole] = useState(false)
  const [first, last] = places.get(statement.pointer) ?? [0, 0]
  const pieces = useMemo(
    () => piecesOf(dedented(text.split('\n').slice(first, Math.min(last + 1, first + MAX_LINES))), words),
    [text, first, last, words],
  )
  const fails = statement.failedOn.map((failed) => ({ failed, range: rangeOf(places, statement.pointer, failed) }))
  const met = (statement.metBy ?? []).map(({ key, operator }) =>
    rangeOf(places, statement.pointer, { element: 'Condition', key, operator }),
  )
  // Of a statement that was looked for there stands what was found, and what of it fails.
  const isPart = words.length > 0
  const stands = (line: Pieces, i: number): boolean =>
    line.some(([, isFound]) => isFound) || fails.some(({ range }) => range?.[1] === first + i)
  const folds = isWhole
    ? []
    : isPart
      ? restOf(pieces.map(stands), first)
      : fails.flatMap(({ range }) => (range === undefined ? [] : foldOf(range, [first, last])))
  return (
    <div class="code" role="group" aria-label={`Text of ${statement.sid ?? `statement ${statement.index + 1}`}`}>
      {pieces.map((line, i) => {
        const at = first + i
        const fold = folds.find((range) => inside(range, at))
        if (fold !== undefined)
          return fold[0] === at ? (
            <Folded key={i} range={fold} kind={isPart ? 'rest' : 'fails'} onOpen={() => setWhole(true)} />
          ) : null
        const here = fails.filter(({ range }) => inside(range, at))
        const holds = met.some((range) => inside(range, at)) || statement.matches === true
        return (
          <OneLine
            key={i}
            line={line}
            number={i + (statement.line ?? first + 1)}
            here={here.map(({ failed }) => failed)}
            holds={holds}
            ends={here.filter(({ range }) => range?.[1] === at).map(({ failed }) => failed)}
          />
        )
      })}
      {last - first >= MAX_LINES ? <div class="remark">… {last - first + 1 - MAX_LINES} more lines</div> : null}
    </div>
  )
}

/** At the margin of what is least indented. */
function dedented(lines: readonly string[]): readonly string[] {
  const indents = lines.filter((line) => line.trim() !== '').map((line) => line.length - line.trimStart().length)
  const indent = indents.length === 0 ? 0 : Math.min(...indents)
  return lines.map((line) => line.slice(indent) || ' ')
}

/** A line of the statement, and what is said of what ends in it. */
function OneLine(props: {
  readonly line: Pieces
  readonly number: number
  /** What fails in it. */
  readonly here: readonly FailedElement[]
  readonly holds: boolean
  readonly ends: readonly FailedElement[]
}) {
  const { line, number, here, holds, ends } = props
  const isUnknown = here.every(({ state }) => state === 'unknown')
  const kind = here.length > 0 ? (isUnknown ? 'unknown' : 'fails') : holds ? 'holds' : ''
  return (
    <div>
      <div class={`line ${kind}`}>
        <span class="number" aria-hidden="true">
          {number}
        </span>
        <code>
          <Found pieces={line} />
        </code>
      </div>
      {ends.map((failed, j) => (
        <div class="remark" key={j}>
          <Reason failed={failed} />
        </div>
      ))}
    </div>
  )
}

const inside = (range: readonly [number, number] | undefined, line: number): boolean =>
  range !== undefined && line >= range[0] && line <= range[1]

/** The middle of a long element; a failing statement as a whole is not folded. */
function foldOf(range: readonly [number, number], whole: readonly [number, number]): readonly [number, number][] {
  const isLong = range[1] - range[0] + 1 >= FOLDED_FROM && (range[0] !== whole[0] || range[1] !== whole[1])
  return isLong ? [[range[0] + KEPT, range[1] - 1]] : []
}

/** The lines between those that stand. */
function restOf(stands: readonly boolean[], first: number): readonly [number, number][] {
  const ranges: [number, number][] = []
  stands.forEach((does, i) => {
    const last = ranges.at(-1)
    if (does) return
    if (last?.[1] === first + i - 1) last[1] = first + i
    else ranges.push([first + i, first + i])
  })
  return ranges.filter(([from, to]) => to > from)
}

const Folded = (props: {
  readonly range: readonly [number, number]
  readonly kind: 'fails' | 'rest'
  readonly onOpen: () => void
}) => (
  <div class={`line folded ${props.kind}`}>
    <span class="number" aria-hidden="true">
      ⋮
    </span>
    <button type="button" class="quiet" onClick={props.onOpen}>
      {props.range[1] - props.range[0] + 1} more lines
    </button>
  </div>
)

function rangeOf(
  places: Places,
  base: string,
  { element, key, operator }: Pick<FailedElement, 'element' | 'key' | 'operator'>,
): readonly [number, number] | undefined {
  const escaped = (part: string): string => part.replaceAll('~', '~0').replaceAll('/', '~1')
  const exact =
    key === undefined ? undefined : places.get(`${base}/${element}/${escaped(operator ?? '')}/${escaped(key)}`)
  return exact ?? places.get(`${base}/${element}`) ?? places.get(base)
}
