import { useState } from 'preact/hooks'
import type { ConditionalFix, Fix } from '#http/wire.ts'
import { EFFECT_KINDS, EFFECT_SIGNS, oneLine } from '../words.ts'
import { OneFix } from './fixes.tsx'
import { Prose, Sign } from './prose.tsx'

/** Fixes of a denial that is not decided, by case: what would mend each case of what is not known. None is a fix of the request as it is known. */
export function Cases(props: {
  readonly cases: readonly ConditionalFix[]
  readonly onTry: (fix: Fix | null, when: ConditionalFix['when']) => void
}) {
  const { cases, onTry } = props
  const [index, setIndex] = useState(0)
  const chosen = cases[index]
  return (
    <div class="fixes">
      <p class="muted">
        No change is offered while facts are missing. Fetch what is not known first; what would mend each case is below.
      </p>
      <fieldset class="ways">
        <legend>{cases.length === 1 ? 'One case' : `${cases.length} cases`}</legend>
        {cases.map((one, i) => (
          <label key={i} class={i === index ? 'on' : ''}>
            <input type="radio" name="case" checked={i === index} onChange={() => setIndex(i)} />
            <span>
              If <When when={one.when} />
            </span>
            <span>
              <Sign of={EFFECT_SIGNS[one.decision]} kind={EFFECT_KINDS[one.decision]} /> <b>{one.decision}</b>
            </span>
          </label>
        ))}
      </fieldset>
      {chosen === undefined ? null : <OneCase key={index} of={chosen} onTry={() => onTry(chosen.fix, chosen.when)} />}
    </div>
  )
}

const When = ({ when }: Pick<ConditionalFix, 'when'>) => (
  <>
    {Object.entries(when).map(([key, value], i) => (
      <>
        {i === 0 ? null : ' and '}
        <code>{key}</code> is {value === null ? 'absent' : <code>{oneLine(value)}</code>}
      </>
    ))}
  </>
)

function OneCase({ of: { decision, fix }, onTry }: { readonly of: ConditionalFix; readonly onTry: () => void }) {
  if (fix !== null) return <OneFix fix={fix} test={undefined} onTry={onTry} id="try-case" />
  return (
    <article class="fix">
      <p>
        <Prose
          text={decision === 'allowed' ? 'It is allowed as it is.' : `It is ${decision}, and no fix was found for it.`}
        />
      </p>
      <div class="buttons">
        <button type="button" onClick={onTry} class="primary" id="try-case">
          Try it here
        </button>
      </div>
    </article>
  )
}
