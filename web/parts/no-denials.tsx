import { useEffect, useState } from 'preact/hooks'
import type { ListedDenial } from '#http/wire.ts'
import { ask } from '../ask.ts'
import type { Asked } from '../denials-asked.ts'
import { Command } from './copy.tsx'
import { rangeWords } from './denials-controls.tsx'

/** Where no denial answers what was asked: none in this time, none by these filters, or none at all yet. */
export function NoDenials({
  asked,
  onAsk,
}: {
  readonly asked: Asked
  readonly onAsk: (change: (before: Asked) => Asked) => void
}) {
  const isFiltered = Object.keys(asked.filters).length > 0
  const [isEmpty, setEmpty] = useState(false)
  useEffect(() => {
    let isOver = false
    void ask<{ readonly denials: readonly ListedDenial[] }>('/api/denials?limit=1').then((found) => {
      if (!isOver) setEmpty(found.ok && found.value.denials.length === 0)
    })
    return () => void (isOver = true)
  }, [asked])
  if (isEmpty) return <NoneYet />
  return (
    <section class="nothing" aria-label="No denials">
      <h2>
        No denial {isFiltered ? 'of these ' : ''}
        {rangeWords(asked)}
      </h2>
      <p class="buttons">
        {isFiltered ? (
          <button type="button" onClick={() => onAsk((before) => ({ ...before, filters: {} }))}>
            Remove the filters
          </button>
        ) : null}
        {asked.since === '' && asked.until === '' ? null : (
          <button type="button" onClick={() => onAsk((before) => ({ ...before, since: '', until: '' }))}>
            Look at all time
          </button>
        )}
      </p>
    </section>
  )
}

const NoneYet = () => (
  <section class="nothing" aria-label="No denials yet">
    <h2>No denials yet</h2>
    <p class="soft">Give denytrace your CloudTrail. It keeps the denials here, and says what changed before them.</p>
    <Command text="denytrace watch s3://BUCKET/AWSLogs --successes" />
    <p class="muted">
      <code>--successes</code> also keeps what was allowed: only so a regression is seen. With <code>--store</code>,
      name the store that <code>denytrace serve</code> was started with.
    </p>
  </section>
)
