import type { Assumption, Decision, Diagnosis, MissingFact } from '#http/wire.ts'
import { Copy } from './copy.tsx'
import { Prose } from './prose.tsx'
import { oneLine } from '../words.ts'

/** Missing facts, what would settle each, and how to get it. */
export const Missing = ({ missing, outcomes }: Pick<Decision, 'missing' | 'outcomes'>) =>
  missing.length === 0 ? null : (
    <div class="missing">
      <h3>Not known</h3>
      <ul>
        {missing.map((fact, i) => (
          <MissingOne key={i} fact={fact} />
        ))}
      </ul>
      {outcomes.length === 0 ? null : (
        <details>
          <summary>{outcomes.length} cases</summary>
          <ul>
            {outcomes.map(({ when, decision }, i) => (
              <li key={i}>
                <b>{decision}</b> if{' '}
                {Object.entries(when).map(([key, value]) => (
                  <span key={key}>
                    <code>{key}</code> {value === null ? 'is absent' : `is ${oneLine(value)}`}{' '}
                  </span>
                ))}
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  )

const MissingOne = ({ fact: { fact, wouldAllowIf, howToGet, bearsOn } }: { readonly fact: MissingFact }) => (
  <li>
    <code>{fact}</code>
    {bearsOn === 'fix' ? <span class="muted"> (bears on the fix)</span> : null}
    {wouldAllowIf === null ? null : (
      <>
        {': it would be allowed if '}
        <code>{wouldAllowIf}</code>
      </>
    )}
    <br />
    <span class="muted">
      <Prose text={howToGet} />
    </span>
  </li>
)

export const Assumed = ({ assumptions }: { readonly assumptions: readonly Assumption[] }) =>
  assumptions.length === 0 ? (
    <p class="muted">Nothing was assumed.</p>
  ) : (
    <ul class="plain">
      {assumptions.map(({ fact, value, from, ifWrong }, i) => (
        <li key={i}>
          <code>{fact}</code>: <Prose text={value} /> <span class="muted">({from})</span>
          <br />
          <span class="muted">
            If wrong: <Prose text={ifWrong} />
          </span>
        </li>
      ))}
    </ul>
  )

export const Advice = ({ whatNotToDo, verify, guide }: Pick<Diagnosis, 'whatNotToDo' | 'verify' | 'guide'>) => (
  <>
    {whatNotToDo.length === 0 ? null : (
      <>
        <h3>Do not</h3>
        <ul class="plain">
          {whatNotToDo.map((one, i) => (
            <li key={i}>
              <Prose text={one} />
            </li>
          ))}
        </ul>
      </>
    )}
    {verify.length === 0 ? null : (
      <>
        <h3>
          To verify <Copy text={verify.join('\n')} label="Copy commands" />
        </h3>
        <pre tabIndex={0}>{verify.join('\n')}</pre>
      </>
    )}
    <p>
      More in the guide: <a href={`/guide/${guide}.html`}>{guide}</a>
    </p>
  </>
)
