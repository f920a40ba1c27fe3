import type { Cause, TimelineEntry } from '#http/wire.ts'
import { valueThatDecides, whatChanged } from '../answer/what-changed.ts'
import { Glyph } from './icon.tsx'

/** Banner that says that the call worked before, and who changed what was in force since; the timeline below has all of it. */
export function ChangedBanner(props: {
  readonly entries: readonly TimelineEntry[]
  readonly index: number
  readonly cause: Cause | undefined
  readonly onTimeline: () => void
}) {
  const found = whatChanged(props.entries, props.index)
  if (found === undefined) return null
  const { head, when, by, action, more } = found
  const value = valueThatDecides(props.cause, action)
  return (
    <section class="banner cool changed" aria-label="What changed">
      <Glyph of="back" />
      <b>{head}</b>
      <span class="what">
        {when === undefined ? (
          'No change of a policy is among the events.'
        ) : (
          <>
            At {when} {by === undefined ? 'somebody' : <code>{by}</code>} changed what was in force
            {action === undefined ? null : <span class="muted"> ({action})</span>}
            {more === 0 ? null : `, the last of ${more + 1} changes`}
            {value === undefined ? null : (
              <>
                ; <code>{value.policy}</code> does not {value.verb} <code>{value.value}</code>
              </>
            )}
            .
          </>
        )}
      </span>
      <button type="button" class="quiet" onClick={props.onTimeline}>
        What changed
      </button>
    </section>
  )
}
