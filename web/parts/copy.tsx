import { useEffect, useState } from 'preact/hooks'
import type { ComponentChildren } from 'preact'

/** Copies a text, or what is made when it is asked for; where the browser does not let it, says so. */
export function Copy(props: {
  readonly text: string | (() => string)
  readonly label: string
  readonly kind?: string
  readonly children?: ComponentChildren
  /** Said when it is done; `Copied`, if left out. */
  readonly done?: string
}) {
  const { text, label, kind = 'quiet', children, done = 'Copied' } = props
  const [said, setSaid] = useState('')
  useEffect(() => {
    if (said === '') return undefined
    const timer = setTimeout(() => setSaid(''), 2000)
    return () => clearTimeout(timer)
  }, [said])
  const copy = (): void =>
    void navigator.clipboard
      .writeText(typeof text === 'string' ? text : text())
      .then(() => setSaid(done))
      .catch(() => setSaid('Not copied: select the text'))
  return (
    <button type="button" class={kind} onClick={copy}>
      {children}
      <span aria-live="polite">{said === '' ? label : said}</span>
    </button>
  )
}

/** A command as it is to be typed, with its copy. */
export const Command = ({ text }: { readonly text: string }) => (
  <div class="cmd">
    <code class="c">{text}</code>
    <Copy text={text} label="Copy" />
  </div>
)
