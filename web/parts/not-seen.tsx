import { assumedWords } from '#answer/assumed-words.ts'
import { notCheckedList } from '#answer/not-checked-list.ts'
import type { Diagnosis } from '#http/wire.ts'
import { Copy } from './copy.tsx'
import { Mark } from './icon.tsx'
import { Prose } from './prose.tsx'
import { READS_ONLY } from '#answer/verify-words.ts'
import { LIVE } from '../words.ts'

const MOST = 4

/** Policies and facts that nobody gave and the denial does not settle: each with how to get it. */
export function NotSeen({ diagnosis }: { readonly diagnosis: Diagnosis }) {
  const { unseen, steps, denial } = diagnosis
  const [denied] = steps
  const entries = notCheckedList(unseen, {
    principal: denied?.request.principal ?? denial.principal,
    resource: denied?.request.resource ?? denial.resource,
  })
  if (entries.length === 0) return <AssumedLine diagnosis={diagnosis} />
  return (
    <section class="card not-seen" aria-label="Not checked">
      <b class="row">
        <Mark of="unseen" />
        Not checked
      </b>
      {entries.slice(0, MOST).map(({ name, could, howToGet, command }) => (
        <div key={name}>
          <b>{name}</b> <span class="muted">{could}</span>
          <div class="how">
            {command === undefined ? <Prose text={howToGet} /> : <code title={command}>{command}</code>}
            {command === undefined ? null : <Copy text={command} label="Copy" />}
          </div>
        </div>
      ))}
      {entries.length > MOST ? (
        <p class="muted">
          {entries
            .slice(MOST)
            .map(({ name }) => name)
            .join(', ')}
        </p>
      ) : null}
      <div class="at-once">
        <b>All of them at once</b>
        <div class="how">
          <code title={LIVE_HELP}>{LIVE}</code>
          <Copy text={LIVE} label="Copy" />
        </div>
        <span class="vh">{LIVE_HELP}</span>
      </div>
      <AssumedLine diagnosis={diagnosis} />
    </section>
  )
}

/** What was assumed, in the words of the terminal. */
const AssumedLine = ({ diagnosis }: { readonly diagnosis: Diagnosis }) =>
  diagnosis.assumptions.length === 0 ? null : (
    <p class="soft assumed-line">
      <b>Assumed</b> {assumedWords(diagnosis)}
    </p>
  )

const LIVE_HELP = `${READS_ONLY}; paste the same text into it`
