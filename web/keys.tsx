import { useEffect, useRef, useState } from 'preact/hooks'

/** Keys by what they do; `?` shows them. */
export type Keys = Readonly<Record<string, { readonly does: string; readonly run: () => void }>>

const SAVED = 'denytrace-keys'
export const keysAreOn = (): boolean => localStorage.getItem(SAVED) !== 'off'

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName))

/** Single keys do something outside of fields, unless they are turned off (WCAG 2.1.4). */
export function useKeys(keys: Keys): void {
  const held = useRef(keys)
  held.current = keys
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      // The editor stands in a shadow root: from outside the key is pressed on what holds that.
      const [target = null] = event.composedPath()
      if (event.key === 'Escape' && isTyping(target)) return (target as HTMLElement).blur()
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(target)) return undefined
      if (document.querySelector('dialog[open]') !== null) return undefined
      const found = Object.hasOwn(held.current, event.key) ? held.current[event.key] : undefined
      if (found === undefined || (!keysAreOn() && event.key !== '?')) return undefined
      event.preventDefault()
      return found.run()
    }
    addEventListener('keydown', press)
    return () => removeEventListener('keydown', press)
  }, [])
}

export function KeyHelp({
  keys,
  isOpen,
  onClose,
}: {
  readonly keys: Keys
  readonly isOpen: boolean
  readonly onClose: () => void
}) {
  const dialog = useRef<HTMLDialogElement>(null)
  const [isOn, setOn] = useState(keysAreOn)
  useEffect(() => {
    if (isOpen && dialog.current?.open === false) dialog.current.showModal()
    if (!isOpen && dialog.current?.open === true) dialog.current.close()
  }, [isOpen])
  const toggle = (on: boolean): void => {
    localStorage.setItem(SAVED, on ? 'on' : 'off')
    setOn(on)
  }
  return (
    <dialog ref={dialog} onClose={onClose} aria-labelledby="keys-title">
      <h2 id="keys-title">Keys</h2>
      <dl class="keys">
        {[
          ...Object.entries(keys).map(([key, { does }]) => [key, does] as const),
          ['Ctrl Enter', 'diagnose, in the field'] as const,
          ['Ctrl F', 'find in the text, in the editor'] as const,
          ['F7', 'next change, in the editor; F8 what was found'] as const,
          ['Esc', 'leave a field'] as const,
        ].map(([key, does]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <label>
        <input type="checkbox" checked={isOn} onChange={(event) => toggle(event.currentTarget.checked)} /> Single keys
        are on
      </label>
      <p>
        <button type="button" class="primary" onClick={onClose}>
          Close
        </button>
      </p>
    </dialog>
  )
}

/** Moves the focus to the next or previous element of a kind, and opens nothing. */
export function moveFocus(selector: string, by: 1 | -1): void {
  const all = [...document.querySelectorAll<HTMLElement>(selector)]
  const at = all.findIndex((one) => one === document.activeElement)
  const next = at < 0 ? (by === 1 ? 0 : all.length - 1) : at + by
  all[Math.max(0, Math.min(all.length - 1, next))]?.focus()
}

export const press = (selector: string): void => document.querySelector<HTMLElement>(selector)?.click()

export function goTo(id: string): void {
  const element = document.getElementById(id)
  element?.scrollIntoView({ block: 'start' })
  element?.querySelector<HTMLElement>('button, summary, input, select, textarea')?.focus({ preventScroll: true })
}
