import { useEffect, useState } from 'preact/hooks'
import type { SnapshotsAnswer } from '#http/wire.ts'
import type { Address } from './address.ts'
import { FaultNote } from './main-page.tsx'
import { AskedAnswer } from './parts/asked-answer.tsx'
import { Combobox } from './parts/combobox.tsx'
import { type Asked, askedOf, goAsk, isWhole, type Mode, useAsking } from './use-asking.ts'

const MODE_WORDS: readonly (readonly [Mode, string])[] = [
  ['may', 'May it?'],
  ['who', 'Who can?'],
  ['what', 'What can it do?'],
]

/** A question without a denial: who may do what on what, who can, what somebody can. */
export function AskPage({
  address,
  snapshots,
}: {
  readonly address: Address
  readonly snapshots: SnapshotsAnswer['snapshots']
}) {
  const [asked, setAsked] = useState<Asked>(() => askedOf(address))
  const { answered, fault, isBusy } = useAsking(address, snapshots.length > 0)
  // Back brings the question back, too.
  useEffect(() => setAsked(askedOf(address)), [address])
  const change = (next: Partial<Asked>): void => setAsked({ ...asked, ...next })
  const go = (next: Asked): void => {
    setAsked(next)
    if (isWhole(next)) goAsk(next, true)
  }
  if (snapshots.length === 0) return <NoSnapshot />
  return (
    <>
      <form
        class={`asking ${asked.mode}`}
        onSubmit={(event) => {
          event.preventDefault()
          go(asked)
        }}
      >
        <div class="asking-row">
          {asked.mode === 'who' ? null : (
            <Combobox
              id="ask-who"
              label="Who"
              of="principal"
              placeholder="role, user or ARN"
              value={asked.who}
              snapshot={asked.snapshot}
              onChange={(who) => change({ who })}
            />
          )}
          {asked.mode === 'what' ? null : (
            <>
              <Combobox
                id="ask-do"
                label="may do"
                of="action"
                placeholder="s3:GetObject"
                value={asked.action}
                snapshot={asked.snapshot}
                onChange={(action) => change({ action })}
              />
              <Combobox
                id="ask-on"
                label="on"
                of="resource"
                placeholder="resource or ARN"
                value={asked.on}
                snapshot={asked.snapshot}
                onChange={(on) => change({ on })}
              />
            </>
          )}
          <button type="submit" class="primary" disabled={isBusy || !isWhole(asked)}>
            {isBusy ? 'Asking …' : 'Ask'}
          </button>
        </div>
        <div class="asking-row below">
          {asked.mode === 'may' ? <Context asked={asked} onChange={go} /> : null}
          <span class="sp" />
          <SnapshotSelect asked={asked} snapshots={snapshots} onChange={go} />
          <fieldset class="seg ui">
            <legend class="vh">Question</legend>
            {MODE_WORDS.map(([mode, words]) => (
              <label key={mode} class={asked.mode === mode ? 'on' : ''}>
                <input type="radio" name="mode" checked={asked.mode === mode} onChange={() => go({ ...asked, mode })} />
                {words}
              </label>
            ))}
          </fieldset>
        </div>
      </form>
      <div aria-live="polite">{fault === undefined ? null : <FaultNote fault={fault} />}</div>
      {answered === undefined ? (
        fault === undefined ? (
          <Hints />
        ) : null
      ) : (
        <AskedAnswer key={JSON.stringify(answered.asked)} answered={answered} onAsk={go} />
      )}
    </>
  )
}

const NoSnapshot = () => (
  <section class="welcome" aria-label="A snapshot is needed">
    <h2>A question is asked of a snapshot</h2>
    <p class="soft">
      Start the service with one: <code>denytrace serve --snapshot DIR</code>. <code>denytrace collect</code> makes it.
    </p>
  </section>
)

const Hints = () => (
  <section class="welcome" aria-label="What can be asked">
    <p class="soft">
      Type a few letters: principals and resources come from the snapshot, actions from AWS’s reference. The answer is
      judged as a call would be, by every layer.
    </p>
  </section>
)

const SnapshotSelect = ({
  asked,
  snapshots,
  onChange,
}: {
  readonly asked: Asked
  readonly snapshots: SnapshotsAnswer['snapshots']
  readonly onChange: (asked: Asked) => void
}) => (
  <label class="chip">
    <span class="vh">Snapshot</span>
    <select
      value={asked.snapshot ?? snapshots[0]?.name}
      onChange={(event) => onChange({ ...asked, snapshot: event.currentTarget.value })}
    >
      {snapshots.map(({ name, collectedAt }) => (
        <option key={name} value={name}>
          {name}
          {collectedAt === null ? '' : `, ${collectedAt.slice(0, 10)}`}
        </option>
      ))}
    </select>
  </label>
)

/** The keys of the request as chips: what is taken until somebody says otherwise. */
function Context({ asked, onChange }: { readonly asked: Asked; readonly onChange: (asked: Asked) => void }) {
  const [isAdding, setAdding] = useState(false)
  const [text, setText] = useState('')
  const { context } = asked
  const add = (): void => {
    const at = text.indexOf('=')
    const key = (at < 0 ? text : text.slice(0, at)).trim()
    if (key === '') return
    onChange({ ...asked, context: { ...context, [key]: at < 0 ? null : text.slice(at + 1).trim() } })
    setText('')
    setAdding(false)
  }
  return (
    <div class="context">
      <span class="muted">in this context</span>
      {Object.entries(context).map(([key, value]) => (
        <button
          key={key}
          type="button"
          class="chip"
          title="Take it away: the key is not known then"
          onClick={() =>
            onChange({ ...asked, context: Object.fromEntries(Object.entries(context).filter(([one]) => one !== key)) })
          }
        >
          <span class="vh">Take away</span>
          {value === null ? (
            <>
              no <code>{key}</code>
            </>
          ) : (
            <>
              <code>{key}</code> <b>{value}</b>
            </>
          )}
          <span aria-hidden="true">×</span>
        </button>
      ))}
      {isAdding ? (
        <input
          type="text"
          class="add-key"
          aria-label="Key and value: aws:SourceIp=203.0.113.9; a key alone is absent"
          placeholder="aws:SourceIp=203.0.113.9"
          value={text}
          ref={(input) => input?.focus()}
          onInput={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter') return
            event.preventDefault()
            add()
          }}
          onBlur={add}
        />
      ) : (
        <button type="button" class="quiet" onClick={() => setAdding(true)}>
          Add a key
        </button>
      )}
    </div>
  )
}
