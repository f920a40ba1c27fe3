import type { Diagnosis, Fix } from '#http/wire.ts'
import { markdownOf } from '../answer/markdown.ts'
import { OWN } from '../kept-questions.ts'
import { Copy } from './copy.tsx'
import { Glyph } from './icon.tsx'

/** What is done with an answer: its link, its words for a ticket, its picture. */
export const Acts = ({
  diagnosis,
  fix,
  onPicture,
}: {
  readonly diagnosis: Diagnosis
  readonly fix: Fix | undefined
  readonly onPicture: (() => void) | undefined
}) => (
  <span class="acts">
    <Copy
      text={() => location.href}
      label="Copy link"
      done={location.pathname.startsWith(`/d/${OWN}`) ? 'Copied: opens in this tab' : 'Copied'}
    >
      <Glyph of="link" />
    </Copy>
    <Copy text={() => markdownOf(diagnosis, fix)} label="Markdown" />
    {onPicture === undefined ? null : (
      <button type="button" class="quiet" onClick={onPicture}>
        Picture
      </button>
    )}
  </span>
)
