import { useState } from 'preact/hooks'
import type { AccessSet, Change, Fix, Neighbour, Proof } from '#http/wire.ts'
import { canBeTried, GrantLines } from './fix-card.tsx'
import { oneLine, PROOF_WORDS, shortArn } from '../words.ts'
import { Copy } from './copy.tsx'
import { Prose, Sign } from './prose.tsx'

/** All fixes that were found, the smallest first. */
export const Ways = (props: {
  readonly fixes: readonly Fix[]
  readonly chosen: string
  readonly onChoose: (id: string) => void
}) => (
  <fieldset class="ways">
    <legend>{props.fixes.length} ways, the smallest first</legend>
    {props.fixes.map((fix) => (
      <Way key={fix.id} fix={fix} isChosen={fix.id === props.chosen} onChoose={() => props.onChoose(fix.id)} />
    ))}
  </fieldset>
)

const Way = (props: { readonly fix: Fix; readonly isChosen: boolean; readonly onChoose: () => void }) => (
  <label class={props.isChosen ? 'on' : ''}>
    <input type="radio" name="way" checked={props.isChosen} onChange={props.onChoose} />
    <span>
      <Prose text={props.fix.title} />
    </span>
    <span class={`proof ${props.fix.proof?.status ?? 'not-proved'}`}>
      <b>{props.fix.proof === null ? 'drafted' : SHORT_PROOFS[props.fix.proof.status]}</b>
      {props.fix.takesAway === undefined ? null : <span class="takes">, takes away</span>}
    </span>
  </label>
)

const SHORT_PROOFS = { proved: 'proved', refuted: 'grants more', 'not-proved': 'not proved' } as const

/** Fix with its proof, its changes and what stands beside them. */
export function OneFix({
  fix,
  test,
  onTry,
  id = 'try-way',
}: {
  readonly fix: Fix
  readonly test: string | undefined
  readonly onTry: (() => void) | undefined
  readonly id?: string
}) {
  const { title, proof, changes, replay } = fix
  return (
    <article class="fix">
      <h3>
        <Prose text={title} />
      </h3>
      {fix.onDemand === undefined ? null : (
        <p class="warning">
          Only if you decide to: <Prose text={fix.onDemand} />
        </p>
      )}
      <Seal proof={proof} replay={replay} />
      <GrantLines fix={fix} />
      <div class="buttons">
        {onTry === undefined || !canBeTried(fix) ? null : (
          <button type="button" onClick={onTry} class="primary" id={id}>
            Try it here
          </button>
        )}
        {test === undefined || test === '' ? null : <Copy text={test} label="Copy test" />}
      </div>
      {changes.map((change, i) => (
        <OneChange
          key={`${fix.id} ${i}`}
          change={change}
          number={changes.length > 1 ? i + 1 : undefined}
          warnings={fix.consequences.filter((one) => one.change === i).map(({ text }) => text)}
        />
      ))}
      {proof === null ? null : <Granted proof={proof} />}
      {proof === null ? null : <Neighbours neighbours={proof.neighbours} />}
    </article>
  )
}

/** What replay and proof say; of a draft that there is neither. */
function Seal({ proof, replay }: Pick<Fix, 'proof' | 'replay'>) {
  if (proof === null || replay === null)
    return (
      <p class="proof not-proved">
        <Sign of="!" kind="unknown" />
        <b>A draft from AWS's message</b>. No policy was provided, so it is not verified.
      </p>
    )
  const isProved = proof.status === 'proved'
  return (
    <p class={`proof ${proof.status}`}>
      <Sign of={isProved ? '✓' : '!'} kind={isProved ? 'allow' : 'unknown'} />
      <b>{PROOF_WORDS[proof.status]}</b>
      {'. '}Replay: {REPLAY_WORDS[replay.decision]}
      {proof.reason === undefined ? null : <Prose text={`. ${proof.reason}`} />}
    </p>
  )
}

const REPLAY_WORDS = {
  allowed: 'allowed',
  'allowed-unless': 'allowed, unless a policy that was not checked denies it',
} as const

const FORMS = [
  ['terraform', 'Terraform'],
  ['awsCli', 'AWS CLI'],
  ['cloudFormation', 'CloudFormation'],
  ['cdk', 'CDK'],
  ['diff', 'Diff'],
] as const

function OneChange({
  change,
  number,
  warnings,
}: {
  readonly change: Change
  readonly number: number | undefined
  readonly warnings: readonly string[]
}) {
  const [form, setForm] = useState<(typeof FORMS)[number][0]>('diff')
  const forms = FORMS.filter(([name]) => change[name] !== undefined)
  const text = change[form] ?? JSON.stringify(change.patch, null, 2)
  return (
    <section class="change">
      <header>
        <p>
          {number === undefined ? null : <b>{number}. </b>}
          <b>{change.policy}</b> <span class="muted">owned by {change.owner}</span>
          {change.on === undefined ? null : <span class="file">{change.on}</span>}
        </p>
        <div class="tabs" role="group" aria-label={`Forms of the change to ${change.policy}`}>
          {forms.toReversed().map(([name, label]) => (
            <button key={name} type="button" aria-pressed={name === form} onClick={() => setForm(name)}>
              {label}
            </button>
          ))}
          <Copy text={text} label={`Copy ${FORMS.find(([name]) => name === form)?.[1] ?? 'patch'}`} />
        </div>
      </header>
      <Diff text={text} isDiff={form === 'diff' && change.diff !== undefined} />
      {warnings.map((text) => (
        <p class="warning" key={text}>
          ! {text}
        </p>
      ))}
      {change.quota === undefined || change.quota.fits ? null : (
        <p class="warning">
          It would be {change.quota.used} of {change.quota.limit}: {change.quota.what}
        </p>
      )}
    </section>
  )
}

const MAX_LINES = 600

function Diff({ text, isDiff }: { readonly text: string; readonly isDiff: boolean }) {
  const lines = text.split('\n').slice(0, MAX_LINES)
  const kindOf = (line: string): string =>
    !isDiff
      ? ''
      : line.startsWith('+++') || line.startsWith('---') || line.startsWith('@@')
        ? 'head'
        : line.startsWith('+')
          ? 'added'
          : line.startsWith('-')
            ? 'removed'
            : ''
  return (
    <pre class="diff" tabIndex={0}>
      {lines.map((line, i) => (
        <div key={i} class={kindOf(line)}>
          {line === '' ? ' ' : line}
        </div>
      ))}
    </pre>
  )
}

/** What it grants as sets, and a request beyond what was meant. */
function Granted({ proof }: { readonly proof: Proof }) {
  const { newlyAllowed, beyond, witness, newlyDenied } = proof
  return (
    <details class="granted">
      <summary>What it grants</summary>
      <Sets sets={newlyAllowed} />
      {beyond === undefined || beyond.length === 0 ? null : (
        <>
          <h4>Beyond this request</h4>
          <Sets sets={beyond} />
        </>
      )}
      {newlyDenied.length === 0 ? null : (
        <>
          <h4>Taken away</h4>
          <Sets sets={newlyDenied} />
        </>
      )}
      {witness === null ? null : (
        <p>
          For instance <code>{witness.principal}</code> could then do <code>{witness.action}</code> on{' '}
          <code>{oneLine(witness.resource)}</code>.
        </p>
      )}
    </details>
  )
}

const Sets = ({ sets }: { readonly sets: readonly AccessSet[] }) => (
  <ul class="sets">
    {sets.slice(0, 50).map(({ principals, actions, resources, conditions, except }, i) => (
      <li key={i}>
        <code>{actions.join(', ')}</code> on <code>{resources.join(', ')}</code> for{' '}
        <code>{principals.join(', ')}</code>
        {conditions.length === 0 ? null : (
          <>
            {' '}
            where <code>{conditions.map((one) => JSON.stringify(one)).join(' and ')}</code>
          </>
        )}
        {except === undefined ? null : <span class="muted"> (less {except.length} exceptions)</span>}
      </li>
    ))}
  </ul>
)

function Neighbours({ neighbours }: { readonly neighbours: readonly Neighbour[] }) {
  if (neighbours.length === 0) return null
  const changed = neighbours.filter(({ before, after }) => before !== after).length
  return (
    <details class="neighbours">
      <summary>
        {neighbours.length} similar requests replayed: {changed === 0 ? 'none changes' : `${changed} change`}
      </summary>
      <div class="scroll" tabIndex={0} role="region" aria-label="Similar requests">
        <table>
          <thead>
            <tr>
              <th scope="col">Differs in</th>
              <th scope="col">Request</th>
              <th scope="col">Before</th>
              <th scope="col">After</th>
            </tr>
          </thead>
          <tbody>
            {neighbours.map(({ relation, differs = {}, request, before, after }, i) => (
              <tr key={i} class={before === after ? '' : 'flips'}>
                <td>{relation.replaceAll('-', ' ')}</td>
                <td>
                  <code>{request.action}</code> <span class="muted">{shortArn(oneLine(request.resource))}</span>
                  {relation === 'other-session' || relation === 'other-principal' || relation === 'other-account' ? (
                    <span class="muted"> as {shortArn(request.principal)}</span>
                  ) : null}
                  {Object.entries(differs).map(([key, value]) => (
                    <span class="muted">{value === null ? ` without ${key}` : ` with ${key} = ${String(value)}`}</span>
                  ))}
                </td>
                <td>{before}</td>
                <td>{after}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  )
}
