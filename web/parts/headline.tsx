import type { ComponentChildren } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { Diagnosis } from '#http/wire.ts'
import { IF_KNOWN, NONE_OFFERED, UNNAMED_CALLER, whoCalledCommand } from '#answer/verify-words.ts'
import { timeWords } from '../answer/names.ts'
import type { Sentence, TagKind } from '../answer/say.ts'
import { recentWords } from '../answer/time-words.ts'
import { spanWords } from '../answer/what-changed.ts'
import { whoWasRefused } from '../answer/who-was-refused.ts'
import { linesIn } from '../in-turns.ts'
import { Arn } from './arn.tsx'
import { Command } from './copy.tsx'
import { Glyph, Mark } from './icon.tsx'
import { partsOf } from '../caller-parts.ts'
import { Prose, Say } from './prose.tsx'

const TAG_MARKS = { deny: 'deny-on', like: 'likely', allow: 'allow', open: 'unseen' } as const

/** The verdict in capitals, with its shape. */
export const Tag = ({ kind, text }: { readonly kind: TagKind; readonly text: string }) => (
  <span class={`tag ${kind}`}>
    {kind === 'edit' ? <Glyph of="pen" /> : kind === 'other' ? null : <Mark of={TAG_MARKS[kind]} />}
    {text}
  </span>
)

/** The verdict and the sentence: all that somebody in a hurry reads. */
export function Headline(props: {
  readonly tag: { readonly kind: TagKind; readonly text: string }
  readonly facts: readonly ComponentChildren[]
  readonly sentence: Sentence
  readonly acts?: ComponentChildren
}) {
  const { tag, facts, sentence, acts } = props
  const length = sentence.reduce((sum, { text }) => sum + text.length, 0)
  return (
    <>
      <div class="meta">
        <Tag {...tag} />
        {facts.map((fact, i) => (
          <span key={i} class={`mt${i === 1 || i === 2 ? ' far' : ''}`}>
            {fact}
          </span>
        ))}
        <span class="sp" />
        {acts}
      </div>
      <h2 class={`say${length > 150 ? ' long' : ''}`} id="verdict" tabIndex={-1}>
        <Say sentence={sentence} />
      </h2>
    </>
  )
}

/** Time, Region, request, and whether AWS agrees. */
export function metaFacts(diagnosis: Diagnosis, text: string): readonly ComponentChildren[] {
  const { denial, reconciliation, occurrences, basis, causes } = diagnosis
  const [cause] = causes
  const says =
    basis !== 'message' && reconciliation.agrees === true && cause?.layer === reconciliation.reported.layer ? (
      <>
        <Glyph of="tick" /> AWS agrees
      </>
    ) : reconciliation.agrees === false ? (
      'AWS named another layer'
    ) : reconciliation.reported.layer === null &&
      denial.reported.setting === undefined &&
      denial.code !== null &&
      denial.kind.startsWith('aws-') ? (
      `AWS says only “${denial.code}”`
    ) : null
  const lines = basis === 'message' && denial.time === null && text.trim() !== '' ? linesIn(text.trim()) : 0
  return [
    denial.time === null ? 'time not in the message' : <When time={denial.time} isLast={occurrences.count === 1} />,
    denial.region,
    denial.requestId === null ? null : (
      <>
        request <code>{denial.requestId}</code>
      </>
    ),
    occurrences.count > 1 ? <Repeats {...occurrences} /> : null,
    lines > 0 ? `${lines} ${lines === 1 ? 'line' : 'lines'} pasted` : null,
    says,
  ].filter((one) => one !== null)
}

/** How long ago it was, kept true while the page stands open; undefined of what is long past. */
function useAgo(time: string | null): string | undefined {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 60_000)
    return () => clearInterval(timer)
  }, [])
  return time === null ? undefined : recentWords(time, now)
}

/** When it was refused; of what came back, how long ago stands with the last. */
function When({ time, isLast }: { readonly time: string; readonly isLast: boolean }) {
  const ago = useAgo(isLast ? time : null)
  return <>{ago === undefined ? timeWords(time) : `${timeWords(time)}, ${ago}`}</>
}

/** How often the same was refused, over how long, and when last. */
function Repeats({ count, first, last }: Diagnosis['occurrences']) {
  const ago = useAgo(last)
  const span = first === null || last === null || first === last ? '' : ` in ${spanWords(first, last)}`
  return (
    <span title={first === null || last === null ? undefined : `${timeWords(first)} to ${timeWords(last)}`}>
      seen {count} times{span}
      {ago === undefined ? '' : `, last ${ago}`}
    </span>
  )
}

/** Who, on what, from where, in one line; the comparison only where another came than was expected. */
export function Facts(props: {
  readonly diagnosis: Diagnosis
  readonly expected: string
  readonly onExpect: (arn: string) => void
}) {
  const { diagnosis, expected, onExpect } = props
  const { denial, steps, identity, call } = diagnosis
  const refused = whoWasRefused(denial.notes)
  const [isAsking, setAsking] = useState(false)
  const who = denial.principal ?? steps[0]?.request.principal ?? null
  const resources = [steps[0]?.request.resource ?? denial.resource ?? []].flat()
  const from = denial.context['aws:SourceIp']
  return (
    <>
      {identity.warning === undefined ? null : (
        <FromOutside warning={identity.warning} withheld={diagnosis.withheldFixes?.[0]?.id} />
      )}
      <div class="facts">
        <span>
          <i>who</i>
          {who === null ? <span>not named</span> : <Arn arn={who} isCaller />}
        </span>
        {resources.slice(0, 3).map((resource) => (
          <span key={resource}>
            <i>on</i>
            <Arn arn={resource} />
          </span>
        ))}
        {typeof from === 'string' ? (
          <span>
            <i>from</i>
            <code>{from}</code>
          </span>
        ) : null}
        {call === undefined ? null : <ByCall call={call} />}
        <button type="button" class="asks" aria-expanded={isAsking} onClick={() => setAsking(!isAsking)}>
          {identity.agrees === true ? 'Who you expected' : 'Not who you expected?'}
        </button>
      </div>
      {isAsking ? <Expect expected={expected} onExpect={onExpect} /> : null}
      {identity.agrees === false ? <OtherCaller diagnosis={diagnosis} /> : null}
      {identity.agrees !== false && refused !== undefined ? <Refused text={refused.text} /> : null}
      {who === null && steps.length === 0 && refused === undefined ? <Nobody action={denial.action} /> : null}
      {identity.agrees !== false && identity.doubt !== undefined ? <Doubt doubt={identity.doubt} /> : null}
    </>
  )
}

/** The call that was refused because of this request: a service asked it in the caller's name. */
const ByCall = ({ call }: { readonly call: NonNullable<Diagnosis['call']> }) => (
  <span class="by-call" title={call.requestId === null ? '' : `request ${call.requestId}`}>
    <i>asked by</i>
    {call.eventSource?.split('.')[0] ?? 'a service'} for <code>{call.operation ?? 'a call'}</code>
    {call.resource === null ? null : (
      <>
        {' on '}
        <Arn arn={call.resource} />
      </>
    )}
  </span>
)

/** Why another caller may have been meant, with the command that tells. */
const FromOutside = (props: { readonly warning: string; readonly withheld: string | undefined }) => (
  <section class="banner doubt" aria-label="The caller is from outside">
    <Mark of="likely" />
    <span class="what">
      <b>Warning.</b> <Prose text={props.warning} />
      {props.withheld === undefined ? null : ` Fix: ${NONE_OFFERED} ${IF_KNOWN}:`}
    </span>
    {props.withheld === undefined ? null : <Command text={`denytrace fix FILE --choose ${props.withheld}`} />}
  </section>
)

const Doubt = ({ doubt }: { readonly doubt: NonNullable<Diagnosis['identity']['doubt']> }) => (
  <section class="banner doubt" aria-label="Perhaps another caller was meant">
    <Mark of="likely" />
    <span class="what">
      <b>Perhaps another caller was meant.</b> <Prose text={doubt.text} />
    </span>
    <Command text={doubt.tell} />
  </section>
)

/** Not the caller of whom the paste tells was refused, but a service, or a role that the call hands over. */
const Refused = ({ text }: { readonly text: string }) => (
  <section class="banner doubt" aria-label="Who was denied">
    <Mark of="likely" />
    <span class="what">
      <b>Who was denied.</b> <Prose text={text} />
    </span>
  </section>
)

/** Nothing can be judged until it is known who called. */
function Nobody({ action }: { readonly action: string | null }) {
  const [command, does] = whoCalledCommand(action)
  return (
    <section class="banner doubt" aria-label="Who called is not known">
      <Mark of="unseen" />
      <span class="what">
        {UNNAMED_CALLER} To find out, {does}:
      </span>
      <Command text={command} />
    </section>
  )
}

function Expect({ expected, onExpect }: { readonly expected: string; readonly onExpect: (arn: string) => void }) {
  const [arn, setArn] = useState(expected)
  return (
    <form
      class="expect"
      onSubmit={(event) => {
        event.preventDefault()
        onExpect(arn)
      }}
    >
      <label for="who-expected">Who should have called</label>
      <input
        id="who-expected"
        type="text"
        placeholder="arn:aws:iam::…"
        value={arn}
        onInput={(event) => setArn(event.currentTarget.value)}
      />
      <button type="submit">Compare</button>
    </form>
  )
}

function OtherCaller({ diagnosis: { identity } }: { readonly diagnosis: Diagnosis }) {
  const [got, wanted] = [partsOf(identity.evaluated), partsOf(identity.expected)]
  const list = (parts: ReadonlyMap<string, string>, beside: ReadonlyMap<string, string>) => (
    <dl>
      {[...parts].map(([name, value]) => (
        <div key={name} class={beside.has(name) && beside.get(name) !== value ? 'other' : ''}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
  return (
    <section class="other-who" aria-label="Another caller than expected">
      <div>
        <h2>AWS evaluated</h2>
        {list(got, wanted)}
      </div>
      <div>
        <h2>Expected</h2>
        {list(wanted, got)}
      </div>
      <p class="note-line">
        <Prose text={identity.explanation} />
      </p>
    </section>
  )
}
