import type { ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'

/** A view whose code is loaded when it is first shown, or asked for before that; shown again it is there at once. */
export function later<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
): ComponentType<Props> & { readonly warm: () => void } {
  let loaded: ComponentType<Props> | undefined
  const get = async (): Promise<ComponentType<Props>> => {
    loaded = await load()
    return loaded
  }
  function Later(props: Props) {
    const [View, setView] = useState<ComponentType<Props> | undefined>(() => loaded)
    const [hasFailed, setFailed] = useState(false)
    useEffect(() => {
      if (View !== undefined) return
      get()
        .then((found) => setView(() => found))
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
  return Object.assign(Later, { warm: () => void get().catch(() => undefined) })
}
