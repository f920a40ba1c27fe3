import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import type { Change, Diagnosis, Fix } from '#http/wire.ts'
import { FIND_OUT, noFixWords } from '#answer/no-fix-words.ts'
import { changesWords } from '#answer/fix-words.ts'
import { scopeChoices } from '#answer/scope-words.ts'
import { copyOf, type FixLine, fixLines, formName, formsOf, grantLinesOf, toneOf } from '../answer/fix-lines.ts'
import { Command } from './copy.tsx'
import { Mark, Warn } from './icon.tsx'
import { READS_ONLY } from '#answer/verify-words.ts'
import { LIVE } from '../words.ts'
import { Prose } from './prose.tsx'
import { SplitCopy } from './split-copy.tsx'
import { JsonLine } from './text-lines.tsx'
import type { Shown } from '../use-answers.ts'

/** Nothing of what is in the page changes: another caller has other policies, and time is not the page's. */
const NOT_TRIED: ReadonlySet<string> = new Set<Change['kind']>(['change-principal', 'wait'])

/** Whether the page can judge what the fix makes of the call. */
export const canBeTried = ({ changes }: Fix): boolean => !changes.some(({ kind }) => NOT_TRIED.has(kind))

/** Card of the smallest fix, as a diff, its scope, its proof as a seal, one copy whose form is remembered. */
export function FixCard(props: {
  readonly diagnosis: Diagnosis
  readonly fixes: readonly Fix[]
  readonly chosen: Fix
  readonly onChoose: (id: string) => void
  readonly onTry: ((fix: Fix) => void) | undefined
}) {
  const { diagnosis, fixes, chosen, onChoose, onTry } = props
  const [isWhole, setWhole] = useState(false)
  const { lines } = fixLines(chosen, isWhole)
  const tone = toneOf(chosen)
  const isLikely = chosen.basis === 'message' || chosen.replay?.decision === 'allowed-unless'
  return (
    <section class="card fix-card" aria-label="Fix">
      <header>
        <div class="k">
          <Mark of={isLikely ? 'unseen' : 'allow'} />
          <h2>Fix</h2>
          <span>{rankWords(chosen, fixes)}</span>
          <span class="r">{changesWords(chosen, diagnosis)}</span>
        </div>
        <h3>
          <Prose text={chosen.title} />
        </h3>
      </header>
      <div class="text diff-text" role="group" tabIndex={0} aria-label="What changes">
        {lines.map((line, i) => (
          <DiffLine key={i} line={line} mark={markOf(chosen, diagnosis)} onWhole={() => setWhole(true)} />
        ))}
      </div>
      <div class={`seal ${tone}`}>
        <Mark of={tone === 'un' ? 'unseen' : 'passed'} />
        <span>{chosen.outcome}</span>
      </div>
      <GrantLines fix={chosen} />
      {chosen.basis === 'message' ? (
        <div class="to-be-sure">
          <p>
            <b>Verify</b> <span class="soft">{READS_ONLY}; paste the same text into it</span>
          </p>
          <Command text={LIVE} />
        </div>
      ) : null}
      {chosen.changes.map(({ quota }, i) =>
        quota === undefined || quota.fits ? null : (
          <div class="seal nx" key={i}>
            <Warn />
            <span>
              <b>Too large.</b> It would be {quota.used} of {quota.limit}: {quota.what}
            </span>
          </div>
        ),
      )}
      <footer>
        <CopyFix fix={chosen} />
        {onTry === undefined || !canBeTried(chosen) ? null : (
          <button type="button" id="try-fix" onClick={() => onTry(chosen)}>
            Try it
          </button>
        )}
        <Scopes {...{ fixes, chosen, onChoose }} />
      </footer>
    </section>
  )
}

/** On one line each, the whole on a click: what is granted, to whom and when, and what is taken away. */
export const GrantLines = ({ fix }: { readonly fix: Fix }) => (
  <>
    {grantLinesOf(fix).map(({ name, tone, text }) => (
      <details class={`grant-line ${tone}`} key={name}>
        <summary>
          <b>{name}</b> <span class="what">{text}</span>
        </summary>
      </details>
    ))}
  </>
)

const rankWords = (chosen: Fix, fixes: readonly Fix[]): string => {
  if (chosen.basis === 'message') return 'a draft from the message'
  if (fixes.length === 1) return 'the only one found'
  return fixes[0]?.id === chosen.id
    ? `the smallest of ${fixes.length}`
    : `${fixes.indexOf(chosen) + 1} of ${fixes.length}`
}

/** What of the change is the request's own. */
function markOf(fix: Fix, diagnosis: Diagnosis): string {
  const resource = [fix.proof?.newlyAllowed[0]?.resources[0] ?? diagnosis.steps[0]?.request.resource].flat()[0]
  if (typeof resource !== 'string' || !resource.startsWith('arn:')) return ''
  const rest = resource.split(':').slice(5).join(':')
  return rest.startsWith('role/') || rest.startsWith('user/') ? rest.slice(5) : rest
}

function DiffLine({
  line,
  mark,
  onWhole,
}: {
  readonly line: FixLine
  readonly mark: string
  readonly onWhole: () => void
}) {
  if (line.kind === 'file')
    return (
      <div class="l file">
        <span class="no" />
        <span class="tx">
          <b>{line.name}</b>
          {line.what === '' ? '' : `, ${line.what}`}
          {line.owner === '' ? null : <span class="owner muted"> · {line.owner}</span>}
        </span>
      </div>
    )
  if (line.kind === 'consequence') return <p class="warning">! {line.text}</p>
  if (line.kind === 'gap')
    return (
      <div class="l gap">
        <span class="no" aria-hidden="true">
          ⋯
        </span>
        <span class="tx">
          <button type="button" class="quiet" onClick={onWhole}>
            {line.words}
          </button>
        </span>
      </div>
    )
  const kind = line.sign === '+' ? ' add' : line.sign === '−' ? ' del' : ''
  return (
    <div class={`l${kind}`}>
      <span class="no" aria-hidden="true">
        {line.number}
      </span>
      <span class="sg">{line.sign}</span>
      <span class="tx">
        <JsonLine text={line.text} mark={line.sign === '+' ? mark : ''} tone="a" />
      </span>
    </div>
  )
}

/** Button that copies a fix in the form that was chosen last. */
export const CopyFix = ({ fix }: { readonly fix: Fix }) => (
  <SplitCopy
    forms={formsOf(fix).map((form) => [form, formName(fix, form)] as const)}
    label="Copy"
    kind="copy-fix"
    text={(form) => copyOf(fix, form)}
  />
)

/** How wide the fix is, by the pattern that it writes. */
function Scopes({ fixes, chosen, onChoose }: Pick<Parameters<typeof FixCard>[0], 'fixes' | 'chosen' | 'onChoose'>) {
  const scopes = scopeChoices(fixes, chosen)
  if (scopes.length === 0) return null
  return (
    <fieldset class="seg">
      <legend class="vh">Scope</legend>
      {scopes.map(({ id, label }) => (
        <label key={id} class={id === chosen.id ? 'on' : ''}>
          <input type="radio" name="scope" checked={id === chosen.id} onChange={() => onChoose(id)} />
          {label}
        </label>
      ))}
    </fieldset>
  )
}

/** Where no change is offered: why, in the words of the command line. */
export function NoFixCard({
  diagnosis,
  fixesAre,
  waiting,
}: {
  readonly diagnosis: Diagnosis
  readonly fixesAre: Shown['fixes']
  readonly waiting: ComponentChildren
}) {
  const isSought = fixesAre === 'sought'
  const isLeft = fixesAre === 'left'
  const [head, more] = whyNone(diagnosis)
  return (
    <section class="card fix-card" aria-label="Fix" aria-busy={isSought}>
      <header>
        <div class="k">
          <Mark of="unseen" />
          <h2>Fix</h2>
          <span>
            {isSought ? 'denytrace is looking for one …' : isLeft ? 'the search was stopped' : 'none offered'}
          </span>
        </div>
        <h3>{isSought ? 'A moment' : isLeft ? 'It is not known whether there is a fix' : head}</h3>
      </header>
      {isSought || isLeft || more === '' ? null : (
        <p class="soft why-none">
          <Prose text={more} />
        </p>
      )}
      {waiting}
      {diagnosis.whatNotToDo.length === 0 ? null : (
        <ul class="list">
          {diagnosis.whatNotToDo.map((one, i) => (
            <li key={i}>
              <Mark of="none" />
              <span>
                <Prose text={one} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

/** The first sentence of why there is no fix, and the others. */
function whyNone(diagnosis: Diagnosis): readonly [head: string, more: string] {
  if (diagnosis.status === 'allowed-now') return ['No change is needed', '']
  const { why } = noFixWords(diagnosis) ?? (diagnosis.status === 'undetermined' ? FIND_OUT : { why: 'no fix is known' })
  const [head = '', ...more] = why.replaceAll('`', '').split(/(?<=\.) /)
  return [`${head.charAt(0).toUpperCase()}${head.slice(1).replace(/\.$/, '')}`, more.join(' ')]
}
