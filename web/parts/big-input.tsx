import type { AnswerProgress, Diagnosis } from '#http/wire.ts'

const number = (value: number): string => value.toLocaleString('en')
const counted = (value: number, what: string): string => `${number(value)} ${what}${value === 1 ? '' : 's'}`
const inMb = (characters: number): string => (characters / 1_000_000).toFixed(1)

/** What a large text holds. */
interface Counts {
  readonly denials: number
  readonly kinds: number
}

/** A large text by its size, and by what it holds once that is counted. */
export function BigText(props: {
  readonly text: string
  readonly lines: number
  readonly progress: AnswerProgress | undefined
  /** The answer that is shown; undefined: it is asked for, or not asked yet. */
  readonly diagnoses?: readonly Diagnosis[]
  /** Undefined: it cannot be taken away. */
  readonly onRemove?: () => void
}) {
  const { text, lines, progress, diagnoses, onRemove } = props
  const counts = diagnoses === undefined ? countedIn(progress) : countsOf(diagnoses)
  return (
    <p class="chip big">
      <b>{inMb(text.length)} MB</b>{' '}
      {counts === undefined
        ? `of text, ${counted(lines, 'line')}`
        : `${formOf(text)}, ${counted(counts.denials, 'denial')}, ${counted(counts.kinds, 'kind')}`}
      {onRemove === undefined ? null : (
        <button type="button" class="quiet" onClick={onRemove}>
          Remove
        </button>
      )}
    </p>
  )
}

const formOf = (text: string): string => (/^\s{0,200}[[{]/.test(text.slice(0, 201)) ? 'of events' : 'log')

/** While it is read they still grow. */
const countedIn = (progress: AnswerProgress | undefined): Counts | undefined =>
  progress === undefined || progress.stage === 'reading' ? undefined : progress

function countsOf(diagnoses: readonly Diagnosis[]): Counts {
  const denials = diagnoses.filter(({ status }) => status !== 'not-a-denial')
  return { denials: denials.reduce((sum, { occurrences }) => sum + occurrences.count, 0), kinds: denials.length }
}

/** How far the answer is, in words and as a bar. */
export function HowFar(props: {
  /** Characters that were sent. */
  readonly sent: number
  /** Undefined: the service has said nothing yet. */
  readonly progress: AnswerProgress | undefined
  readonly act: { readonly name: string; readonly run: () => void } | undefined
}) {
  const { sent, progress, act } = props
  const words = progress === undefined ? sentWords(sent) : progressWords(progress)
  return (
    <div class="how-far">
      <p role="status" class="vh">
        {stageWords(progress)}
      </p>
      <progress
        aria-label="How far the answer is"
        aria-valuetext={words}
        {...(progress === undefined ? {} : { max: progress.of, value: progress.done })}
      />
      <p class="words">{words}</p>
      {act === undefined ? null : (
        <button type="button" class="quiet" onClick={act.run}>
          {act.name}
        </button>
      )}
    </div>
  )
}

const sentWords = (sent: number): string => (sent < 100_000 ? 'Sent …' : `Sending ${inMb(sent)} MB …`)

const foundWords = ({ denials, kinds }: Counts): string => `${counted(denials, 'denial')} in ${counted(kinds, 'kind')}`

function progressWords(progress: AnswerProgress): string {
  const { stage, done, of } = progress
  const found = foundWords(progress)
  if (stage === 'reading') return `Read ${inMb(done)} of ${inMb(of)} MB, ${found} so far`
  const which = of === 1 ? '' : ` of kind ${Math.min(done + 1, of)} of ${of}`
  return stage === 'judging' ? `${found}: judging the layers${which}` : `${found}: looking for the fixes${which}`
}

/** Said when it changes, and not with every number. */
function stageWords(progress: AnswerProgress | undefined): string {
  if (progress === undefined) return ''
  if (progress.stage === 'reading') return 'The text is read'
  return progress.stage === 'judging'
    ? `${foundWords(progress)}: the layers are judged`
    : `${foundWords(progress)}: fixes are looked for`
}
