import { notCheckedList } from '#answer/not-checked-list.ts'
import type { Diagnosis } from '#http/wire.ts'
import { Copy } from './copy.tsx'
import { Mark } from './icon.tsx'
import { Prose } from './prose.tsx'
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
  if (entries.length === 0) return null
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
    </section>
  )
}

const LIVE_HELP =
  'Reads with your credentials only what bears on this denial, and changes nothing; paste the same text into it.'
