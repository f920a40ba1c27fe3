import type { Decision } from '#http/wire.ts'
import { jsonPlaces } from '../json-text.ts'
import { Warn } from './icon.tsx'
import { Prose } from './prose.tsx'

/** What the engine's lint finds in a policy; `pointer` into its document. */
export interface Finding {
  readonly id: string
  readonly severity: string
  readonly policy: string
  readonly pointer: string
  readonly message: string
}

const MOST = 5

/** The findings on the policy that is edited, each with its line and, where there is one, its correction. */
export function EditFindings(props: {
  readonly decision: (Decision & { readonly lint?: readonly Finding[] }) | undefined
  readonly policy: string
  readonly text: string
  readonly onText: (text: string) => void
}) {
  const { decision, policy, text, onText } = props
  const places = jsonPlaces(text)
  const found = (decision?.lint ?? []).filter((one) => one.policy === policy && one.severity !== 'suggestion')
  if (found.length === 0 || places === undefined) return null
  return (
    <ul class="findings" aria-label="Findings in your edit">
      {found.slice(0, MOST).map((one, i) => {
        const line = (places.get(one.pointer) ?? [0])[0]
        const corrected = correctedIn(text, line, one.message)
        return (
          <li key={i}>
            <Warn />
            <span>
              <b>line {line + 1}</b> <Prose text={one.message.replace(/ \(R-[A-Z]+-\d+\)$/, '')} />
            </span>
            {corrected === undefined ? null : (
              <button type="button" class="small" onClick={() => onText(corrected)}>
                Correct it
              </button>
            )}
          </li>
        )
      })}
      {found.length > MOST ? <li class="muted">and {found.length - MOST} more</li> : null}
    </ul>
  )
}

/** The text with the name that exists in place of the one that does not, on its line alone. */
function correctedIn(text: string, line: number, message: string): string | undefined {
  const [, wrong, right] = /`([^`]{1,200})` does not exist; `([^`]{1,200})` does/.exec(message) ?? []
  const lines = text.split('\n')
  const at = lines[line]
  if (wrong === undefined || right === undefined || at === undefined || !at.includes(`"${wrong}"`)) return undefined
  lines[line] = at.replace(`"${wrong}"`, () => `"${right}"`)
  return lines.join('\n')
}
