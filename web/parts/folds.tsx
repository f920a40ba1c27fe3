import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'

/** Section that is folded away until somebody asks for it. */
export interface Fold {
  readonly id: string
  readonly title: string
  readonly count?: number | undefined
  readonly body: () => ComponentChildren
}

/** All else of an answer, each behind a word at the foot; several may stand open. */
export function Folds(props: {
  readonly folds: readonly Fold[]
  readonly open: ReadonlySet<string>
  readonly onToggle: (id: string) => void
  readonly took: string
}) {
  const { folds, open, onToggle, took } = props
  return (
    <div class="folds">
      <div class="fold-bar">
        {folds.map(({ id, title, count }) => (
          <button
            key={id}
            type="button"
            aria-expanded={open.has(id)}
            aria-controls={open.has(id) ? id : undefined}
            data-fold={id}
            onClick={() => onToggle(id)}
          >
            {title}
            {count === undefined ? null : <i>{count}</i>}
          </button>
        ))}
        <span class="took">{took}</span>
      </div>
      {folds.map(({ id, title, body }) =>
        open.has(id) ? (
          <section key={id} id={id} class="fold-panel" aria-label={title}>
            <h2>{title}</h2>
            {body()}
          </section>
        ) : null,
      )}
    </div>
  )
}

export function useOpen(): readonly [ReadonlySet<string>, (id: string) => void, (id: string) => void] {
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set())
  const toggle = (id: string): void =>
    setOpen((before) => {
      const next = new Set(before)
      if (!next.delete(id)) next.add(id)
      return next
    })
  return [open, toggle, (id) => setOpen((before) => new Set(before).add(id))]
}
