import type { EditForms, Fix, Step } from '#http/wire.ts'
import type { Edits } from '../edits.ts'
import type { Place } from '../places.ts'
import type { Trial } from '../try.ts'
import { useGrants } from '../use-grants.ts'
import { Granted } from './granted.tsx'
import { Glyph, Warn } from './icon.tsx'
import { Outcome } from './outcome.tsx'
import { Prose } from './prose.tsx'

/** Effect of an edit on the call and on the policy: what passes, what is refused, what else it grants and takes away. */
export function EditEffect(props: {
  readonly trial: Trial
  readonly steps: readonly Step[]
  readonly step: number
  readonly edits: Edits
  readonly fix: Fix | undefined
  readonly forms: EditForms | undefined
  readonly place: Place | undefined
  /** Undefined: there was no such policy. */
  readonly original: string | undefined
  /** Undefined: it is taken away. */
  readonly text: string | undefined
  readonly onClose: () => void
}) {
  const { trial, steps, step, edits, fix, forms, place, original, text, onClose } = props
  const grants = useGrants(place, original, text)
  return (
    <section class="card" aria-label="What your edit does">
      <header>
        <div class="k">
          <Glyph of="pen" />
          <h2>What your edit does</h2>
          <span class="r">against what was in force</span>
        </div>
        <h3>{headOf(trial)}</h3>
      </header>
      <Outcome trial={trial} steps={steps} others={edits.others} step={step} layer={place?.layer} />
      {trial.state !== 'judged' || grants === undefined ? null : <Granted {...grants} />}
      {trial.state === 'wrong' ? (
        <div class="seal nx">
          <Warn />
          <span>
            <b>Not judged.</b> <Prose text={trial.why} />
          </span>
        </div>
      ) : null}
      {forms?.quota === undefined || forms.quota.fits ? null : (
        <div class="seal nx">
          <Warn />
          <span>
            <b>Too large.</b> It is {forms.quota.used} of {forms.quota.limit}: {forms.quota.what}
          </span>
        </div>
      )}
      {fix === undefined || trial.state === 'idle' ? null : (
        <footer>
          <span class="soft">
            The smallest fix: <Prose text={fix.title} />
          </span>
          <span class="sp" />
          <button type="button" class="small" onClick={onClose}>
            Show the fix
          </button>
        </footer>
      )}
    </section>
  )
}

function headOf(trial: Trial): string {
  if (trial.state === 'idle') return 'Nothing yet: it is judged as you type'
  if (trial.state === 'loading') return 'A moment'
  if (trial.state !== 'judged') return 'Not judged'
  const { decisions, gone, added } = trial.tried
  const asked = [...decisions.filter((_, i) => !gone.has(i)), ...added.map(({ decision }) => decision)]
  const passing = asked.filter(({ decision }) => decision === 'allowed').length
  if (passing === asked.length) return asked.length === 1 ? 'The call passes' : `All ${asked.length} calls succeed`
  if (asked.some(({ decision }) => decision === 'undetermined')) return 'Something that is not known decides'
  return passing === 0 ? 'It is still denied' : `${passing} of ${asked.length} calls succeed`
}
