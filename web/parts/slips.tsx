import type { Diagnosis } from '#http/wire.ts'
import { Mark } from './icon.tsx'
import { Prose } from './prose.tsx'

/** Statements that a slip keeps from allowing the call: what is wrong in each, its lint, and the fix that mends it in place. */
export function Slips(props: {
  readonly slips: NonNullable<Diagnosis['slips']>
  readonly chosen: string | undefined
  readonly onFix: (id: string) => void
}) {
  const { slips, chosen, onFix } = props
  if (slips.length === 0) return null
  return (
    <section class="banner slip" aria-label="A slip">
      <Mark of="likely" />
      <ul>
        {slips.map(({ statement, slips: wrong, lint, fix }, i) => (
          <li key={i}>
            <b>A slip.</b> <Prose text={`${statement}: ${wrong.join('; ')}.`} />{' '}
            {lint.map((id) => (
              <a key={id} class="lint" href={`/guide/${id}.html`}>
                {id}
              </a>
            ))}{' '}
            {fix === chosen ? (
              <span class="soft">✓ mended in the fix</span>
            ) : (
              <button type="button" class="small" onClick={() => onFix(fix)}>
                Show the fix that mends it
              </button>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}
