import { failedRows } from '#answer/failed-words.ts'
import type { FailedElement } from '#http/wire.ts'
import { Prose } from './prose.tsx'

/** What a statement asks for, and what the request has instead. */
export function FailedWords({ failed }: { readonly failed: FailedElement }) {
  const [wanted, had] = failedRows(failed)
  return (
    <span>
      {wanted.label} <code>{wanted.values.join(', ')}</code>, {had.label}: <code>{had.values.join(', ')}</code>
      {had.hint === undefined ? null : (
        <>
          {'; '}
          <Prose text={had.hint} />
        </>
      )}
    </span>
  )
}
