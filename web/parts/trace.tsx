import { useMemo, useState } from 'preact/hooks'
import type { Decision, LayerVerdict, PolicyLayer, Scenario, StatementVerdict, Verdict } from '#http/wire.ts'
import { type Words, findablesOf, foundIn, wordsOf } from '../answer/find-statements.ts'
import { keyOf, placesOf, textOf } from '../places.ts'
import { layerTitle } from '../answer/names.ts'
import { VERDICT_SIGNS, VERDICT_WORDS } from '../words.ts'
import { Prose, Sign } from './prose.tsx'
import { Statement } from './statement.tsx'

/** The worst of a layer's entries that count; of equal ones the first. */
const ORDER: readonly Verdict[] = ['explicit-deny', 'implicit-deny', 'unknown', 'allow', 'not-applicable']

interface Row {
  readonly layer: PolicyLayer
  readonly verdict: Verdict
  readonly counted: boolean
  readonly entries: readonly LayerVerdict[]
}

function rowsOf(decision: Decision): readonly Row[] {
  const layers = [...new Set(decision.layers.map(({ layer }) => layer))]
  return layers.map((layer) => {
    const entries = decision.layers.filter((entry) => entry.layer === layer)
    const counted = entries.filter((entry) => entry.counted)
    const worst = ORDER.find((verdict) =>
      (counted.length > 0 ? counted : entries).some((one) => one.verdict === verdict),
    )
    return { layer, verdict: worst ?? 'not-applicable', counted: counted.length > 0, entries }
  })
}

/** Every layer from the outside in; what refuses stands open. */
export function Trace(props: {
  readonly decision: Decision
  readonly scenario: Scenario | undefined
  readonly reported: PolicyLayer | null
  readonly onEdit?: ((key: string, at?: string) => void) | undefined
}) {
  const { decision, scenario, reported, onEdit } = props
  const texts = useMemo(
    () => new Map(scenario === undefined ? [] : placesOf(scenario).map(({ key, policy }) => [key, textOf(policy)])),
    [scenario],
  )
  const all = useMemo(
    () =>
      findablesOf(decision, ({ layer, where }, { policy, policyArn }) =>
        texts.get(keyOf(layer, where, policy, policyArn)),
      ),
    [decision, texts],
  )
  const [typed, setTyped] = useState('')
  const search = useMemo(() => searchFor(typed, all), [typed, all])
  const rows = rowsOf(decision)
  const shown = search === undefined ? rows : rows.filter((row) => isFoundIn(search, row.entries))
  return (
    <>
      {all.length < SEARCHED_FROM ? null : (
        <Search
          typed={typed}
          onType={setTyped}
          said={search === undefined ? '' : countWords(search.found.size, shown.length)}
        />
      )}
      <ol class="trace">
        {shown.map((row) => (
          <LayerRow
            key={row.layer}
            row={row}
            refuses={decision.blockedBy.includes(row.layer)}
            isReported={reported === row.layer}
            {...{ texts, search, onEdit }}
          />
        ))}
      </ol>
    </>
  )
}

/** Fewer statements are read at a glance. */
const SEARCHED_FROM = 6

/** What is looked for in the layers, and the statements that have it. */
interface Sought {
  readonly words: Words
  readonly found: ReadonlySet<StatementVerdict>
}

function searchFor(typed: string, all: ReturnType<typeof findablesOf>): Sought | undefined {
  const words = wordsOf(typed)
  return words.length === 0 ? undefined : { words, found: foundIn(all, words) }
}

const isFoundIn = ({ found }: Sought, entries: readonly LayerVerdict[]): boolean =>
  entries.some(({ statements }) => statements.some((one) => found.has(one)))

function countWords(statements: number, layers: number): string {
  if (statements === 0) return 'No statement of these layers speaks of it'
  const of = layers === 1 ? '1 layer' : `${layers} layers`
  return `${statements} ${statements === 1 ? 'statement' : 'statements'} in ${of}`
}

const Search = (props: { readonly typed: string; readonly onType: (text: string) => void; readonly said: string }) => (
  <div class="trace-search">
    <input
      type="search"
      id="find-in-layers"
      aria-label="Find in these layers"
      placeholder="Find an action, an ARN, a name"
      spellcheck={false}
      autocomplete="off"
      value={props.typed}
      onInput={(event) => props.onType(event.currentTarget.value)}
    />
    <span class="muted" role="status">
      {props.said}
    </span>
  </div>
)

function LayerRow(props: {
  readonly row: Row
  readonly refuses: boolean
  readonly isReported: boolean
  readonly texts: ReadonlyMap<string, string>
  readonly search: Sought | undefined
  readonly onEdit: ((key: string, at?: string) => void) | undefined
}) {
  const { row, refuses, isReported, texts, search, onEdit } = props
  const isOpen = refuses || (row.counted && row.verdict === 'unknown')
  const entries = search === undefined ? row.entries : row.entries.filter((entry) => isFoundIn(search, [entry]))
  return (
    <li class={`layer ${row.verdict}${row.counted ? '' : ' idle'}${refuses ? ' refuses' : ''}`}>
      <details open={isOpen || search !== undefined}>
        <summary>
          <Sign of={VERDICT_SIGNS[row.verdict]} kind={row.verdict} />
          <span class="layer-name">{layerTitle(row.layer)}</span>
          <span class={`verdict ${row.verdict}`}>{VERDICT_WORDS[row.verdict]}</span>
          <span class="layer-why">
            {whyOf(row)}
            {isReported ? <span class="reported">AWS named this layer</span> : null}
          </span>
        </summary>
        {entries.map((entry) => (
          <Entry
            key={row.entries.indexOf(entry)}
            entry={entry}
            alone={row.entries.length === 1}
            opens={search !== undefined || (isOpen && entry.verdict === row.verdict)}
            {...{ texts, search, onEdit }}
          />
        ))}
      </details>
    </li>
  )
}

function whyOf({ entries, verdict, counted }: Row) {
  const [first] = entries
  if (entries.length > 1) {
    const those = entries
      .filter((entry) => entry.verdict === verdict)
      .map(({ where, kind, guard }) => where ?? kind ?? guard)
    return <span>{`${those.length === entries.length ? `all ${entries.length} levels` : those.join(', ')}`}</span>
  }
  const what = first?.reason ?? (first?.kind === undefined ? '' : `policy of the ${first.kind}`)
  return (
    <span>
      {!counted && verdict !== 'not-applicable' ? 'does not count here: ' : ''}
      <Prose text={what} />
    </span>
  )
}

/** How many statements are shown before a reader asks for all. */
const SHOWN = 20
const MAX_SHOWN = 200

function Entry(props: {
  readonly entry: LayerVerdict
  readonly alone: boolean
  /** It says what its layer says: the others are folded. */
  readonly opens: boolean
  readonly texts: ReadonlyMap<string, string>
  readonly search: Sought | undefined
  readonly onEdit: ((key: string, at?: string) => void) | undefined
}) {
  const { entry, alone, opens, texts, search, onEdit } = props
  const sorted = useMemo(() => entry.statements.toSorted((one, other) => weightOf(other) - weightOf(one)), [entry])
  const near = sorted.filter((one) => weightOf(one) > 0)
  const shown =
    search === undefined
      ? (near.length > 0 ? near : sorted.slice(0, 2)).slice(0, SHOWN)
      : sorted.filter((one) => search.found.has(one)).slice(0, MAX_SHOWN)
  const rest = search === undefined ? sorted.filter((one) => !shown.includes(one)) : []
  const show = (statement: StatementVerdict) => {
    const key = keyOf(entry.layer, entry.where, statement.policy, statement.policyArn)
    const edit = onEdit !== undefined && texts.has(key) ? () => onEdit(key, statement.pointer) : undefined
    return (
      <Statement
        key={`${statement.policy} ${statement.policyArn ?? ''} ${statement.index}`}
        statement={statement}
        text={texts.get(key)}
        words={search?.words}
        onEdit={edit}
      />
    )
  }
  const body = (
    <>
      {shown.map(show)}
      {entry.statements.length === 0 ? <p class="muted">No statements here.</p> : null}
      {rest.length === 0 ? null : (
        <details class="rest">
          <summary>
            {rest.length} other {rest.length === 1 ? 'statement' : 'statements'}, none of which match
          </summary>
          {rest.slice(0, MAX_SHOWN).map(show)}
        </details>
      )}
    </>
  )
  if (alone) return <div class="entry">{body}</div>
  return (
    <details class="entry" open={opens}>
      <summary class="level">
        <Sign of={VERDICT_SIGNS[entry.verdict]} kind={entry.verdict} />{' '}
        <code>{entry.where ?? entry.kind ?? entry.guard ?? ''}</code>{' '}
        <span class={`verdict ${entry.verdict}`}>{VERDICT_WORDS[entry.verdict]}</span>
        {entry.reason === undefined ? null : <Prose text={`: ${entry.reason}`} />}
      </summary>
      {body}
    </details>
  )
}

/** What decides first, then what comes near. */
function weightOf({ matches, effect, failedOn }: StatementVerdict): number {
  if (matches === true) return effect === 'Deny' ? 100 : 90
  if (matches === 'unknown') return 80
  if (effect === 'Deny') return 0
  return failedOn.length === 1 ? 10 : failedOn.some(({ hint }) => hint !== undefined) ? 5 : 0
}
