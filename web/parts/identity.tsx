import type { Identity as IdentityOf } from '#http/wire.ts'
import { Prose, Sign } from './prose.tsx'

/** Who was evaluated beside who was expected, part by part: where the two differ it is the first thing to know. */
export function Identity({ identity }: { readonly identity: IdentityOf }) {
  const { evaluated, expected, agrees, explanation } = identity
  const got = partsOf(evaluated)
  const wanted = partsOf(expected)
  const isDifferent = agrees === false
  return (
    <div class={`who${isDifferent ? ' differs' : ''}`}>
      <section aria-label="AWS evaluated">
        <h2>AWS evaluated</h2>
        <Parts arn={evaluated} parts={got} beside={isDifferent ? wanted : undefined} />
      </section>
      <section aria-label="Expected">
        <h2>Expected</h2>
        {expected === null ? (
          <p class="muted">
            Nobody was named. <a href="#expected">Who should have made the call?</a>
          </p>
        ) : (
          <Parts arn={expected} parts={wanted} beside={isDifferent ? got : undefined} />
        )}
      </section>
      <p class="note">
        {agrees === null ? null : <Sign of={agrees ? '✓' : '✕'} kind={agrees ? 'allow' : 'explicit-deny'} />}
        <Prose text={explanation} />
      </p>
    </div>
  )
}

type PartsOf = ReadonlyMap<string, string>

function Parts(props: { readonly arn: string | null; readonly parts: PartsOf; readonly beside: PartsOf | undefined }) {
  const { arn, parts, beside } = props
  if (arn === null) return <p class="muted">The evidence does not say.</p>
  return (
    <>
      <dl>
        {[...parts].map(([name, value]) => (
          <div key={name} class={beside?.has(name) === true && beside.get(name) !== value ? 'other' : ''}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <code class="whole">{arn}</code>
    </>
  )
}

/** What is compared when a job runs as somebody else: account, role without its path, session. */
function partsOf(arn: string | null): PartsOf {
  const [scheme, , service, , account = '', ...rest] = (arn ?? '').split(':')
  const path = rest.join(':').split('/')
  const [kind = ''] = path
  if (scheme !== 'arn' || account === '') return new Map()
  const of = (name: string, value: string | undefined): readonly (readonly [string, string])[] =>
    value === undefined || value === '' ? [] : [[name, value]]
  const who =
    service === 'sts' && kind === 'assumed-role'
      ? [...of('role', path[1]), ...of('session', path.slice(2).join('/'))]
      : of(kind, path.length > 1 ? path.at(-1) : kind)
  return new Map([['account', account], ...who])
}
