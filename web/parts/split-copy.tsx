import { useState } from 'preact/hooks'
import { Copy } from './copy.tsx'
import { Glyph } from './icon.tsx'

const SAVED = 'denytrace-form'

/** Button that copies a fix or an edit in the form that was chosen last. */
export function SplitCopy<Form extends string>(props: {
  readonly forms: readonly (readonly [form: Form, name: string])[]
  /** `Copy`, and the name of the form behind it. */
  readonly label: string
  readonly kind?: string
  readonly text: (form: Form) => string
}) {
  const { forms, label, kind = '', text } = props
  const [saved, setSaved] = useState(() => localStorage.getItem(SAVED))
  const chosen = forms.find(([form]) => form === saved) ?? forms[0]
  if (chosen === undefined) return null
  const [form, name] = chosen
  const choose = (next: string): void => {
    localStorage.setItem(SAVED, next)
    setSaved(next)
  }
  return (
    <span class="split">
      <Copy kind={`primary ${kind}`} text={() => text(form)} label={`${label} ${name}`}>
        <Glyph of="copy" />
      </Copy>
      <select aria-label="Form to copy" value={form} onChange={(event) => choose(event.currentTarget.value)}>
        {forms.map(([one, words]) => (
          <option key={one} value={one}>
            {words}
          </option>
        ))}
      </select>
      <Glyph of="down" />
    </span>
  )
}
