import type { ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'

/** A view whose code is loaded when it is first shown; shown again it is there at once. */
export function later<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  let loaded: ComponentType<Props> | undefined
  return function Later(props: Props) {
    const [View, setView] = useState<ComponentType<Props> | undefined>(() => loaded)
    const [hasFailed, setFailed] = useState(false)
    useEffect(() => {
      if (View !== undefined) return
      load()
        .then((found) => {
          loaded = found
          setView(() => found)
        })
        .catch(() => setFailed(true))
    }, [])
    if (View !== undefined) return <View {...props} />
    return (
      <p class="muted" role="status">
        {hasFailed
          ? 'This part of the page did not come. Is `denytrace serve` still running? Then load it again.'
          : '…'}
      </p>
    )
  }
}
