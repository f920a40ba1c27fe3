import { useEffect, useState } from 'preact/hooks'

/** Copies a text; where the browser does not let it, says so. */
export function Copy({ text, label }: { readonly text: string; readonly label: string }) {
  const [said, setSaid] = useState('')
  useEffect(() => {
    if (said === '') return undefined
    const timer = setTimeout(() => setSaid(''), 2000)
    return () => clearTimeout(timer)
  }, [said])
  const copy = (): void =>
    void navigator.clipboard
      .writeText(text)
      .then(() => setSaid('Copied'))
      .catch(() => setSaid('Not copied: select the text'))
  return (
    <button type="button" class="quiet" onClick={copy}>
      <span aria-live="polite">{said === '' ? label : said}</span>
    </button>
  )
}
