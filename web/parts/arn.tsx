import { useState } from 'preact/hooks'
import { callerName, resourceName } from '../answer/names.ts'

/** An ARN as people read it: its account muted behind, broken after `:` and `/` only; a click copies it whole. */
export function Arn({ arn, isCaller = false }: { readonly arn: string; readonly isCaller?: boolean }) {
  const [said, setSaid] = useState('')
  const { name, account } = isCaller ? callerName(arn) : resourceName(arn)
  const copy = (): void =>
    void navigator.clipboard.writeText(arn).then(
      () => setSaid('copied'),
      () => undefined,
    )
  return (
    <button type="button" class="arn" title={`${arn}: click to copy`} onClick={copy} onBlur={() => setSaid('')}>
      <code>
        {breaks(name)}
        {account === '' ? null : (
          <>
            {' '}
            <span class="acct">{account}</span>
          </>
        )}
      </code>
      <span class="muted" aria-live="polite">
        {said === '' ? null : ` ${said}`}
      </span>
    </button>
  )
}

/** Where a long name may be broken. */
const breaks = (text: string) =>
  text.split(/(?<=[:/])/).map((part, i) => (
    <>
      {i === 0 ? null : <wbr />}
      {part}
    </>
  ))
