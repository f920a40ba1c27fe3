import type { Diagnosis, Fix } from '#http/wire.ts'
import { markdownOf } from '../answer/markdown.ts'
import { Copy } from './copy.tsx'
import { CopyFix } from './fix-card.tsx'

/** On a narrow screen the main act stays at the thumb. */
export const Stick = ({ fix, diagnosis }: { readonly fix: Fix | undefined; readonly diagnosis: Diagnosis }) => (
  <div class="stick">
    {fix === undefined ? null : <CopyFix fix={fix} />}
    <Copy
      kind={fix === undefined ? 'primary' : ''}
      text={() => markdownOf(diagnosis, fix)}
      label="Share"
      done="Copied as Markdown"
    />
  </div>
)
