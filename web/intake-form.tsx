import { useRef, useState } from 'preact/hooks'
import type { SnapshotsAnswer } from '#http/wire.ts'
import { LAYER_WORDS } from './words.ts'
import { GIVEN_LAYERS, type GivenPolicy } from './given-policies.ts'
import { readDropped } from './read-file.ts'

export interface Question {
  readonly text: string
  /** Name of a snapshot; undefined: none. */
  readonly snapshot: string | undefined
  readonly scenario: { readonly name: string; readonly text: string } | undefined
  /** Policies given beside it. */
  readonly policies: readonly GivenPolicy[]
  readonly expected: string
}

export const NO_QUESTION: Question = { text: '', snapshot: undefined, scenario: undefined, policies: [], expected: '' }

/** Where a denial comes in: pasted, dropped as a file, packed or not. */
export function IntakeForm(props: {
  readonly question: Question
  readonly snapshots: SnapshotsAnswer['snapshots']
  readonly isBusy: boolean
  /** There is an answer below: a field in the head of the page, which opens. */
  readonly isHead: boolean
  readonly onChange: (question: Question) => void
  readonly onAsk: (question: Question) => void
  readonly onFault: (message: string) => void
}) {
  const { question, isBusy, isHead, onChange, onAsk, onFault } = props
  // In the head the next text is written; the one that is answered stays behind it.
  const [draft, setDraft] = useState('')
  const text = isHead ? draft : question.text
  const [isOver, setOver] = useState(false)
  const read = async (file: File | undefined, use: (text: string, file: File) => void): Promise<void> => {
    if (file === undefined) return
    try {
      use(await readDropped(file), file)
    } catch (error) {
      onFault(error instanceof Error ? error.message : `\`${file.name}\` cannot be read`)
    }
  }
  const send = (of: Question): void => {
    if (of.text.trim() === '') return
    if (document.activeElement instanceof HTMLElement && isHead) document.activeElement.blur()
    setDraft('')
    onAsk(of)
  }
  const take = (file: File | undefined): void => void read(file, (found) => send({ ...question, text: found }))
  const write = (found: string): void => (isHead ? setDraft(found) : onChange({ ...question, text: found }))
  return (
    <form
      class={`intake ${isHead ? 'head' : 'full'}${isOver ? ' over' : ''}`}
      onSubmit={(event) => {
        event.preventDefault()
        send({ ...question, text })
      }}
      onDragOver={(event) => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault()
        setOver(false)
        take(event.dataTransfer?.files[0])
      }}
    >
      {text.length > BIG ? (
        <BigText text={text} onRemove={() => write('')} />
      ) : (
        <Field text={text} isHead={isHead} onWrite={write} onSend={(found) => send({ ...question, text: found })} />
      )}
      <div class="intake-row">
        <Held {...props} read={read} />
        <GivenList question={question} onChange={onChange} />
        <label class="expected">
          Expected caller{' '}
          <input
            id="expected"
            type="text"
            value={question.expected}
            placeholder="arn:aws:iam::…"
            onInput={(event) => onChange({ ...question, expected: event.currentTarget.value })}
          />
        </label>
        <FileButton label="Open a file" onFile={take} accept="" />
        <button type="submit" class="primary" disabled={isBusy || text.trim() === ''}>
          {isBusy ? 'Reading …' : 'Diagnose'}
        </button>
      </div>
    </form>
  )
}

/** Longer texts are not put into a field, where every key would cost seconds. */
const BIG = 200_000

/** A large text by its size. */
const BigText = ({ text, onRemove }: { readonly text: string; readonly onRemove: () => void }) => (
  <p class="chip big">
    <b>{(text.length / 1_000_000).toFixed(1)} MB</b> of text, {linesOf(text).toLocaleString('en')} lines
    <button type="button" class="quiet" onClick={onRemove}>
      Remove
    </button>
  </p>
)

function linesOf(text: string): number {
  let lines = 1
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines++
  return lines
}

/** The field for the denial; an empty one that is filled by pasting asks at once. */
function Field(props: {
  readonly text: string
  readonly isHead: boolean
  readonly onWrite: (text: string) => void
  readonly onSend: (text: string) => void
}) {
  const { text, isHead, onWrite, onSend } = props
  return (
    <>
      <label for="evidence">
        {isHead
          ? 'Paste another error, event or policy'
          : 'Paste an error, a log or an event, or drop a file (.json, .gz)'}
      </label>
      <textarea
        id="evidence"
        rows={isHead ? 1 : text.length > 400 ? 10 : 6}
        spellcheck={false}
        placeholder={
          isHead
            ? 'Paste another error or event'
            : 'User: arn:aws:sts::… is not authorized to perform: s3:PutObject on resource: …'
        }
        value={text}
        onInput={(event) => onWrite(event.currentTarget.value)}
        onPaste={(event) => {
          const pasted = event.clipboardData?.getData('text') ?? ''
          // An empty field that is filled by pasting is a question.
          if (text === '' && pasted.trim() !== '') {
            event.preventDefault()
            onSend(pasted)
          }
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) onSend(text)
        }}
      />
      {isHead ? (
        <kbd class="key-hint" aria-hidden="true">
          /
        </kbd>
      ) : null}
    </>
  )
}

/** The policies given beside the error, each with the layer it is for. */
export const GivenList = ({
  question,
  onChange,
}: {
  readonly question: Question
  readonly onChange: (question: Question) => void
}) => (
  <>
    {question.policies.map((one, i) => (
      <span key={i} class="attached">
        <code>{one.name}</code>
        <select
          aria-label={`Layer of ${one.name}`}
          value={one.layer}
          onChange={(event) => {
            const layer = GIVEN_LAYERS.find((name) => name === event.currentTarget.value) ?? one.layer
            onChange({
              ...question,
              policies: question.policies.map((each, j) => (i === j ? { ...each, layer } : each)),
            })
          }}
        >
          {GIVEN_LAYERS.map((layer) => (
            <option key={layer} value={layer}>
              {LAYER_WORDS[layer]}
            </option>
          ))}
        </select>
        <button
          type="button"
          class="quiet"
          onClick={() => onChange({ ...question, policies: question.policies.filter((_, j) => i !== j) })}
        >
          Remove
        </button>
      </span>
    ))}
  </>
)

/** What the denial is held against: a snapshot by its name, or a scenario from a file. */
function Held(
  props: Parameters<typeof IntakeForm>[0] & {
    readonly read: (file: File | undefined, use: (text: string, file: File) => void) => Promise<void>
  },
) {
  const { question, snapshots, onChange, read } = props
  const { scenario, snapshot } = question
  if (scenario !== undefined)
    return (
      <p class="attached">
        Scenario <code>{scenario.name}</code>{' '}
        <button type="button" class="quiet" onClick={() => onChange({ ...question, scenario: undefined })}>
          Remove
        </button>
      </p>
    )
  return (
    <>
      <label>
        Snapshot{' '}
        <select
          id="snapshot"
          value={snapshot ?? ''}
          onChange={(event) => {
            const name = event.currentTarget.value
            onChange({ ...question, snapshot: name === '' ? undefined : name })
          }}
        >
          {snapshots.map(({ name, collectedAt }) => (
            <option key={name} value={name}>
              {name}
              {collectedAt === null ? '' : ` (${collectedAt.slice(0, 10)})`}
            </option>
          ))}
          <option value="">none: the message alone</option>
        </select>
      </label>
      <FileButton
        label="Attach a scenario"
        accept=".json,.yaml,.yml"
        onFile={(file) => void read(file, (text, { name }) => onChange({ ...question, scenario: { name, text } }))}
      />
    </>
  )
}

function FileButton(props: {
  readonly label: string
  readonly accept: string
  readonly onFile: (file: File | undefined) => void
}) {
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <input
        ref={input}
        type="file"
        hidden
        accept={props.accept}
        aria-label={props.label}
        onChange={(event) => {
          props.onFile(event.currentTarget.files?.[0])
          event.currentTarget.value = ''
        }}
      />
      <button type="button" onClick={() => input.current?.click()}>
        {props.label}
      </button>
    </>
  )
}
