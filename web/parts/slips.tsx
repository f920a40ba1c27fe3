import type { Diagnosis } from '#http/wire.ts'
import { mistakeWords } from '#answer/mistake-words.ts'
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
    <section class="banner slip" aria-label="A mistake">
      <Mark of="likely" />
      <ul>
        {slips.map((slip, i) => (
          <li key={i}>
            <Prose text={`${mistakeWords(slip)}.`} />{' '}
            {slip.lint.map((id) => (
              <a key={id} class="lint" href={`/guide/${id}.html`}>
                {id}
              </a>
            ))}{' '}
            {slip.fix === chosen ? (
              <span class="soft">✓ corrected in the fix</span>
            ) : (
              <button type="button" class="small" onClick={() => onFix(slip.fix)}>
                Show the fix that corrects it
              </button>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}
