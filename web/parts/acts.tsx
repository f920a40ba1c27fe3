import { useState } from 'preact/hooks'
import type { Diagnosis, Fix, Scenario } from '#http/wire.ts'
import { markdownOf } from '../answer/markdown.ts'
import { OWN } from '../kept-questions.ts'
import { Copy } from './copy.tsx'
import { Glyph } from './icon.tsx'

/** Buttons for what is done with an answer: its link, its words for a ticket, its picture. */
export const Acts = (props: {
  readonly diagnosis: Diagnosis
  readonly fix: Fix | undefined
  readonly scenario: Scenario | undefined
}) => (
  <span class="acts">
    <Copy
      text={() => location.href}
      label="Copy link"
      done={location.pathname.startsWith(`/d/${OWN}`) ? 'Copied: opens in this tab' : 'Copied'}
    >
      <Glyph of="link" />
    </Copy>
    <Copy text={() => markdownOf(props.diagnosis, props.fix)} label="Markdown" kind="quiet as-text" />
    {props.diagnosis.steps.length === 0 ? null : <Picture {...props} />}
  </span>
)

/** The picture into the clipboard; where the browser keeps no pictures there, as a file. */
function Picture({ diagnosis, fix, scenario }: Parameters<typeof Acts>[0]) {
  const [said, setSaid] = useState('')
  const make = async (): Promise<void> => {
    // Begun within the click, or the browser would not let it into the clipboard.
    const picture = import('../picture.ts').then(({ pictureOf }) => pictureOf(diagnosis, fix, scenario))
    try {
      await navigator.clipboard.write([new ClipboardItem({ 'image/png': picture })])
      setSaid('Copied')
    } catch {
      const link = document.createElement('a')
      link.href = URL.createObjectURL(await picture)
      link.download = 'denytrace.png'
      link.click()
      setTimeout(() => URL.revokeObjectURL(link.href), 1000)
      setSaid('Saved')
    }
    setTimeout(() => setSaid(''), 2000)
  }
  return (
    <button type="button" class="quiet" onClick={() => void make()}>
      <span aria-live="polite">{said === '' ? 'Picture' : said}</span>
    </button>
  )
}
