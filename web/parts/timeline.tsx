import type { Diagnosis, Fix, TimelineEntry } from '#http/wire.ts'
import type { Effect } from '../words.ts'
import { Prose, Sign } from './prose.tsx'

const SIGNS = { allowed: ['✓', 'allow'], denied: ['✕', 'explicit-deny'], changed: ['Δ', 'unknown'] } as const

interface Event {
  readonly time: string | null
  readonly what: string
  readonly why: string
  readonly sign: readonly [string, string]
  readonly isMade?: true
}

/**
 * The incident as it went and as it would go: what the events show, what would be refused next, the fix, and the same
 * requests replayed on it.
 */
export function Timeline(props: {
  readonly entries: readonly TimelineEntry[]
  readonly diagnosis: Diagnosis
  readonly fix: Fix | undefined
  readonly tried: readonly (Effect | undefined)[] | undefined
}) {
  const events = [...seen(props.entries), ...expected(props.diagnosis), ...mended(props)]
  if (events.length === 0) return <p class="muted">The input has no events with a time.</p>
  return (
    <ol class="timeline">
      {events.map(({ time, what, why, sign, isMade }, i) => (
        <li key={i} class={isMade === true ? 'made' : ''}>
          <Sign of={sign[0]} kind={sign[1]} />
          <div>
            <p class="what">
              <Prose text={what} />
            </p>
            <p class="why">{why === '' ? null : <Prose text={why} />}</p>
            <p class="when">
              {time === null ? (isMade === true ? 'not yet' : '') : time.replace('T', ' ').replace('Z', ' UTC')}
            </p>
          </div>
        </li>
      ))}
    </ol>
  )
}

const MAX_EVENTS = 200

const seen = (entries: readonly TimelineEntry[]): Event[] =>
  entries.slice(0, MAX_EVENTS).map(({ time, what, why, outcome }) => ({ time, what, why, sign: SIGNS[outcome] }))

/** What the same call needs next and would not get: it is refused as soon as the first is mended. */
const expected = ({ steps }: Diagnosis): Event[] =>
  steps
    .filter(({ relation, decision }) => relation === 'next' && decision.decision !== 'allowed')
    .map(({ request, why, decision, observed }) => ({
      time: null,
      what: `${request.action} ${decision.decision === 'denied' ? 'will be denied next' : 'may be denied next'}`,
      why:
        observed === undefined
          ? `Mending the first alone leads here: ${why}.`
          : `It is seen in event ${observed}: ${why}.`,
      sign: decision.decision === 'denied' ? SIGNS.denied : ['?', 'unknown'],
      isMade: true,
    }))

function mended({ diagnosis, fix, tried }: Parameters<typeof Timeline>[0]): Event[] {
  if (fix === undefined || fix.replay === null || fix.proof === null) return []
  const all = fix.cures.length
  const by = fix.replay.by.map(({ policy, sid, index }) => `\`${policy}\` ${sid ?? `statement ${index + 1}`}`)
  const events: Event[] = [
    {
      time: null,
      what: `Fix: ${fix.title}`,
      why:
        fix.proof.status === 'proved'
          ? 'It grants this and nothing else, which is proved.'
          : 'It may grant more than this: read what it grants.',
      sign: SIGNS.changed,
      isMade: true,
    },
    {
      time: null,
      what: `Replay: ${all === 1 ? 'the same request is' : `all ${all} requests are`} ${fix.replay.decision}`,
      why: by.length === 0 ? '' : `By ${by.join(' and ')}.`,
      sign: SIGNS.allowed,
      isMade: true,
    },
  ]
  const first = tried?.[0]
  if (first !== undefined)
    events.push({
      time: null,
      what: `Your edit: ${diagnosis.steps[0]?.request.action ?? 'the request'} is ${first}`,
      why: 'Judged in this page; nothing was sent or changed.',
      sign: first === 'allowed' ? SIGNS.allowed : first === 'denied' ? SIGNS.denied : ['?', 'unknown'],
      isMade: true,
    })
  return events
}
