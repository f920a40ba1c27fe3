import { useRef, useState } from 'preact/hooks'
import type { SnapshotsAnswer } from '#http/wire.ts'
import { readDropped } from './read-file.ts'

export interface Question {
  readonly text: string
  /** Name of a snapshot; undefined: none. */
  readonly snapshot: string | undefined
  readonly scenario: { readonly name: string; readonly text: string } | undefined
  readonly expected: string
}

/** Where a denial comes in: pasted, dropped as a file, packed or not. */
export function IntakeForm(props: {
  readonly question: Question
  readonly snapshots: SnapshotsAnswer['snapshots']
  readonly isBusy: boolean
  /** There is an answer below: the field makes room for it. */
  readonly isAnswered: boolean
  readonly onChange: (question: Question) => void
  readonly onAsk: (question: Question) => void
  readonly onFault: (message: string) => void
}) {
  const { question, isBusy, isAnswered, onChange, onAsk, onFault } = props
  const [isOver, setOver] = useState(false)
  const read = async (file: File | undefined, use: (text: string, file: File) => void): Promise<void> => {
    if (file === undefined) return
    try {
      use(await readDropped(file), file)
    } catch (error) {
      onFault(error instanceof Error ? error.message : `\`${file.name}\` cannot be read`)
    }
  }
  const take = (file: File | undefined): void =>
    void read(file, (text) => {
      const next = { ...question, text }
      onChange(next)
      onAsk(next)
    })
  return (
    <form
      class={`intake${isOver ? ' over' : ''}`}
      onSubmit={(event) => {
        event.preventDefault()
        onAsk(question)
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
      <label for="evidence">Paste an error, a log or an event, or drop a file (.json, .gz)</label>
      <textarea
        id="evidence"
        rows={isAnswered ? 2 : question.text.length > 400 ? 8 : 4}
        spellcheck={false}
        placeholder="User: arn:aws:sts::… is not authorized to perform: s3:PutObject on resource: …"
        value={question.text}
        onInput={(event) => onChange({ ...question, text: event.currentTarget.value })}
        onPaste={(event) => {
          const text = event.clipboardData?.getData('text') ?? ''
          // An empty field that is filled by pasting is a question.
          if (question.text === '' && text.trim() !== '') {
            event.preventDefault()
            const next = { ...question, text }
            onChange(next)
            onAsk(next)
          }
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) onAsk(question)
        }}
      />
      <div class="intake-row">
        <Held {...props} read={read} />
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
        <button type="submit" class="primary" disabled={isBusy || question.text.trim() === ''}>
          {isBusy ? 'Reading …' : 'Diagnose'}
        </button>
      </div>
    </form>
  )
}

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
