import type { Cause, Denial, Diagnosis } from '#http/wire.ts'
import { causeWords } from '#answer/cause-words.ts'
import { impliedWords } from '#answer/implied-words.ts'
import { plainText } from '#answer/marked-words.ts'
import { callerInWords } from '#answer/name-in-words.ts'
import { possibleCausesWords } from '#answer/possible-causes-words.ts'
import { Command } from './copy.tsx'
import { Mark } from './icon.tsx'
import { MarkedMessage } from './marked-message.tsx'
import { Prose } from './prose.tsx'

/** Without a statement to show: what AWS said, what follows from it, and what it leaves open. */
export function WordsCard({
  diagnosis,
  text,
  cause,
}: {
  readonly diagnosis: Diagnosis
  readonly text: string
  readonly cause: Cause | undefined
}) {
  const { denial, basis, status, reconciliation, causes } = diagnosis
  const sentence = <MarkedMessage denial={denial} text={text} />
  return (
    <section class="card why-card" aria-label="Why">
      <header>
        <div class="k">
          <Mark of={status === 'explained' ? 'deny' : 'likely'} />
          <h2>Why{status === 'likely' ? ', most likely' : ''}</h2>
          <span>{basis === 'message' ? 'in AWS’s words' : 'by the policies provided'}</span>
          <span class="r">{basis === 'message' ? 'from the message alone' : ''}</span>
        </div>
        <h3>{headOf(diagnosis, cause)}</h3>
      </header>
      {sentence}
      <ul class="list">
        {causes.length > 0 && cause?.reason !== undefined && basis !== 'message' ? (
          <li>
            <Mark of="deny" />
            <span>
              <Prose text={cause.reason} />
            </span>
          </li>
        ) : null}
        {impliedWords(diagnosis).map(({ of, text: words }, i) => (
          <li key={i}>
            <Mark of={of} />
            <span>
              <Prose text={words} />
            </span>
          </li>
        ))}
        {status === 'contradicted' ||
        status === 'allowed-now' ||
        (!isNamed(denial) && reconciliation.explanation !== '') ? (
          <li>
            <Mark of="unseen" />
            <span>
              <Prose text={reconciliation.explanation} />
            </span>
          </li>
        ) : null}
      </ul>
      <Usually causes={diagnosis.usualCauses ?? []} title={possibleCausesWords(diagnosis)} />
    </section>
  )
}

/** Whether AWS says what refused: a kind of policy, or a setting. */
const isNamed = ({ reported }: Denial): boolean => reported.layer !== null || reported.setting !== undefined

/** What such a refusal usually comes from, the most frequent first, or where to look, each with the one command that tells. */
function Usually(props: { readonly causes: NonNullable<Diagnosis['usualCauses']>; readonly title: string }) {
  const { causes, title } = props
  if (causes.length === 0) return null
  return (
    <div class="usually">
      <h4>{title}</h4>
      <ol>
        {causes.map(({ what, tell }, i) => (
          <li key={i}>
            <Prose text={what} />
            <Command text={tell} />
          </li>
        ))}
      </ol>
    </div>
  )
}

const headOf = (diagnosis: Diagnosis, cause: Cause | undefined): string => {
  const { denial, status, steps } = diagnosis
  if (status === 'allowed-now') return 'The policies have changed since the denial'
  if (status === 'contradicted') return 'The policies you provided are not the ones that were in force'
  if (cause === undefined)
    return (diagnosis.usualCauses ?? []).length > 0
      ? (possibleCausesWords(diagnosis).split('. ', 1)[0] ?? '')
      : "The policies you provided don't settle it"
  return upper(plainText(causeWords(cause, callerInWords(denial.principal ?? steps[0]?.request.principal))))
}

const upper = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1)
