import { agoWords, minuteWords } from '../answer/time-words.ts'
import { type Asked, USUAL } from '../denials-asked.ts'
import type { DenialsData } from '../denials-data.ts'
import { layerText } from './issue-lists.tsx'
import { Named } from './named.tsx'

const RANGES = [
  ['24h', '24 h', 'last 24 hours'],
  ['72h', '3 days', 'last 3 days'],
  ['7d', '7 days', 'last 7 days'],
  ['30d', '30 days', 'last 30 days'],
  ['90d', '90 days', 'last 90 days'],
  ['', 'all', 'all of the store'],
] as const

/** `in the last 7 days`, for a number that stands before it. */
export const rangeWords = ({ since, until }: Asked): string =>
  until !== ''
    ? `from ${minuteWords(since)} to ${minuteWords(until)} UTC`
    : since === ''
      ? 'in all'
      : `in the ${RANGES.find(([value]) => value === since)?.[2] ?? `time since ${minuteWords(since)}`}`

/** Time and filters of what is shown, and how old it is. */
export function Controls(props: {
  readonly asked: Asked
  readonly data: DenialsData
  readonly isLive: boolean
  readonly onAsk: (change: (asked: Asked) => Asked) => void
  readonly onLive: (isLive: boolean) => void
}) {
  const { asked, data, isLive, onAsk, onLive } = props
  const drop = (name: string): void =>
    onAsk((before) => ({
      ...before,
      filters: Object.fromEntries(Object.entries(before.filters).filter(([one]) => one !== name)),
    }))
  return (
    <section class="controls" aria-label="Which denials">
      <fieldset class="seg ui" id="range">
        <legend class="vh">Time</legend>
        {RANGES.map(([value, words]) => {
          const isOn = value === asked.since && asked.until === ''
          return (
            <label key={value} class={isOn ? 'on' : ''}>
              <input
                type="radio"
                name="range"
                value={value}
                checked={isOn}
                onChange={() => onAsk((before) => ({ ...before, since: value, until: '' }))}
              />
              {words}
            </label>
          )
        })}
      </fieldset>
      {asked.until === '' ? null : (
        <button type="button" class="chip" onClick={() => onAsk((before) => ({ ...before, since: USUAL, until: '' }))}>
          {minuteWords(asked.since)} to {minuteWords(asked.until)} UTC <Remove />
        </button>
      )}
      {Object.entries(asked.filters).map(([name, value]) => (
        <button key={name} type="button" class="chip" onClick={() => drop(name)} title={value}>
          {FILTER_WORDS[name] ?? name}: {name === 'layer' ? layerText(value) : <Named arn={value} />} <Remove />
        </button>
      ))}
      <span class="sp" />
      <Age {...{ data, isLive }} />
      <label class="live">
        <input type="checkbox" checked={isLive} onChange={(event) => onLive(event.currentTarget.checked)} /> Live
      </label>
    </section>
  )
}

const FILTER_WORDS: Readonly<Record<string, string>> = {
  principal: 'who',
  action: 'action',
  'resource-family': 'resource',
  layer: 'denied by',
}

const Remove = () => (
  <>
    <span aria-hidden="true">✕</span>
    <span class="vh">, remove this filter</span>
  </>
)

/** Whether what is shown is what was asked for, and how old the newest of it is. */
function Age({ data, isLive }: { readonly data: DenialsData; readonly isLive: boolean }) {
  const { isStale, fault, readAt, listed } = data
  const [newest] = listed
  if (readAt === undefined) return null
  if (fault !== undefined) return <span class="age old">as of {clockOf(readAt)}, not read since</span>
  if (isStale) return <span class="age old">reading …</span>
  return (
    <span class="age" title={`read ${clockOf(readAt)}`}>
      <i class={isLive ? 'dot' : 'dot off'} aria-hidden="true" />
      {newest === undefined ? `read ${clockOf(readAt)}` : `newest denial ${agoWords(newest.time, Date.now())}`}
    </span>
  )
}

const clockOf = (time: Date): string => `${time.toISOString().slice(11, 19)} UTC`
