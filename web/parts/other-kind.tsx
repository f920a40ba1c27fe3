import { useEffect, useState } from 'preact/hooks'
import { noDenialTitle } from '#answer/no-denial-title.ts'
import type { Diagnosis } from '#http/wire.ts'
import { callerName } from '../answer/names.ts'
import { sentenceOf, tagOf } from '../answer/say.ts'
import { type Playbook, playbookOf } from '../playbook.ts'
import { type FirstStep, firstSteps, guideOf } from '../answer/first-steps.ts'
import { isKubernetes } from '../answer/kubernetes.ts'
import { Command } from './copy.tsx'
import { Headline, metaFacts } from './headline.tsx'
import { Mark } from './icon.tsx'
import { MarkedMessage } from './marked-message.tsx'
import { Prose } from './prose.tsx'
import type { ComponentChildren } from 'preact'

const SHOWN = 4

/** Answer to an error that is no denial of AWS's: a headline of its own, what the evidence says, and the first steps of its guide. */
export function OtherKind(props: {
  readonly diagnosis: Diagnosis
  readonly text: string
  readonly acts: ComponentChildren
}) {
  const { diagnosis, text, acts } = props
  const { denial, verify, whatNotToDo, identity, reconciliation } = diagnosis
  const facts = factsOf(diagnosis)
  // Both are of AWS's callers.
  const explained = isKubernetes(denial) ? [] : [identity.explanation, reconciliation.explanation]
  const isRefusal = (denial.kind !== 'other' && denial.kind !== 'aws-access-denied') || isKubernetes(denial)
  return (
    <article class="diagnosis">
      <Headline
        tag={tagOf(diagnosis)}
        facts={[...(isRefusal ? ['not a refusal by a policy of AWS’s'] : []), ...metaFacts(diagnosis, text)].filter(
          (one) => one !== 'time not in the message',
        )}
        sentence={sentenceOf(diagnosis)}
        acts={acts}
      />
      {facts.length === 0 ? null : (
        <div class="facts">
          {facts.map(([name, value]) => (
            <span key={name}>
              <i>{name}</i>
              <code>{value}</code>
            </span>
          ))}
        </div>
      )}
      <div class="two wide-right">
        <section class="card why-card" aria-label="What it says">
          <header>
            <div class="k">
              <h2>What it says</h2>
              <span class="r">from the message</span>
            </div>
            <h3>{denial.kind === 'other' ? noDenialTitle(denial) : HEADS[denial.kind]}</h3>
          </header>
          <MarkedMessage denial={denial} text={text} />
          <ul class="list">
            {[...new Set([...explained, ...denial.notes.map((one) => one.text)])]
              .filter((one) => one !== '')
              .map((one, i) => (
                <li key={i}>
                  <Mark of="none" />
                  <span>
                    <Prose text={one} />
                  </span>
                </li>
              ))}
            {whatNotToDo.map((one, i) => (
              <li key={`not ${i}`}>
                <Mark of="deny" />
                <span>
                  <Prose text={one} />
                </span>
              </li>
            ))}
            {denial.kind === 'gcp-permission-denied' ? (
              <li>
                <Mark of="unseen" />
                <span>
                  <b>Not judged here.</b> denytrace evaluates AWS’s policies; of Google’s it reads the evidence and
                  tells what to ask.
                </span>
              </li>
            ) : null}
          </ul>
        </section>
        <Steps guide={guideOf(diagnosis)} first={firstSteps(denial)} verify={verify} />
      </div>
    </article>
  )
}

const HEADS = {
  'aws-access-denied': 'It names no action and no resource',
  'aws-authentication': 'AWS did not come to the policies',
  'gcp-permission-denied': 'What the message settles',
  cors: 'The browser keeps the answer from the page',
} as const

/** The facts that the command line prints. */
function factsOf({ denial }: Diagnosis): readonly (readonly [string, string])[] {
  const { principal, action, resource, resourceText, code, details = {} } = denial
  const rows: readonly (readonly [string, string | null | undefined])[] = [
    ['who', principal === null ? null : callerName(principal).name],
    ['code', code],
    ['action', action],
    ['on', resource ?? resourceText],
    ...Object.entries(details)
      .filter(([name]) => !(name === 'object' && details['resource'] === details['object']))
      .map(([name, value]) => [wordsOf(name), value] as const),
  ]
  return rows.flatMap(([name, value]) => (value === null || value === undefined || value === '' ? [] : [[name, value]]))
}

/** `policyKind` → `policy kind`. */
const wordsOf = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)

function Steps({
  guide,
  first,
  verify,
}: {
  readonly guide: string
  readonly first: readonly FirstStep[]
  readonly verify: readonly string[]
}) {
  const [book, setBook] = useState<Playbook>()
  useEffect(() => {
    let isStale = false
    void playbookOf(guide).then((found) => {
      if (!isStale) setBook(found)
    })
    return () => {
      isStale = true
    }
  }, [guide])
  // By what the evidence says, where it says enough; else those of the guide.
  const steps = first.length > 0 ? [] : (book?.steps ?? [])
  return (
    <section class="card playbook" aria-label="First steps">
      <header>
        <div class="k">
          <h2>First steps</h2> <span>{first.length > 0 ? 'for what was pasted' : 'of the guide'}</span>
          <span class="r">{steps.length > SHOWN ? `${SHOWN} of ${steps.length}` : ''}</span>
        </div>
        <h3>{book?.title ?? guide}</h3>
      </header>
      <ol class="steps">
        {first.map(({ head, text, command }) => (
          <li key={head}>
            <b>
              <Prose text={head} />
            </b>
            <span>
              <Prose text={text} />
            </span>
            {command === undefined ? null : <Command text={command} />}
          </li>
        ))}
        {steps.slice(0, SHOWN).map((step, i) => (
          <li key={i}>
            <span>
              <Prose text={step} />
            </span>
          </li>
        ))}
        {verify.slice(0, 2).map((command) => (
          <li key={command}>
            <span>Then see whether it is gone</span>
            <Command text={command} />
          </li>
        ))}
      </ol>
      <footer>
        <a href={`/guide/${guide}.html`}>The whole guide</a>
        <span class="sp" />
        {book === undefined || book.reviewed === '' ? null : <span class="muted">reviewed {book.reviewed}</span>}
      </footer>
    </section>
  )
}
