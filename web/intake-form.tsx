import { useRef, useState } from 'preact/hooks'
import type { Denial, FileBeside, FileRead, SnapshotsAnswer } from '#http/wire.ts'
import { BIG, BigText } from './big.tsx'
import { KINDS, outcomeWords } from './given-files.ts'
import { Mark } from './parts/icon.tsx'
import { Prose } from './parts/prose.tsx'
import { readDropped } from './read-file.ts'

export interface Question {
  readonly text: string
  /** Name of a snapshot; undefined: none. */
  readonly snapshot: string | undefined
  readonly scenario: { readonly name: string; readonly text: string } | undefined
  /** Files given beside it: policies as AWS prints them, a scenario, logs. */
  readonly files: readonly FileBeside[]
  /** Condition keys of the request that the reader said; null: it was not sent. */
  readonly context: Denial['context']
  readonly expected: string
}

export const NO_QUESTION: Question = {
  text: '',
  snapshot: undefined,
  scenario: undefined,
  files: [],
  context: {},
  expected: '',
}

/** Where a denial comes in: pasted, dropped as a file, packed or not. */
export function IntakeForm(props: {
  readonly question: Question
  readonly snapshots: SnapshotsAnswer['snapshots']
  readonly isBusy: boolean
  readonly onCancel: () => void
  /** There is an answer below: a field in the head of the page, which opens. */
  readonly isHead: boolean
  readonly onChange: (question: Question) => void
  readonly onAsk: (question: Question) => void
  /** Files that are dropped: the denial, policies beside it, or both. */
  readonly onFiles: (files: readonly File[]) => void
  /** What became of the files of the last question. */
  readonly read: readonly FileRead[]
  readonly onFault: (message: string) => void
}) {
  const { question, isBusy, isHead, onChange, onAsk, onFiles, onFault } = props
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
    if (of.text.trim() === '' && of.files.length === 0) return
    if (document.activeElement instanceof HTMLElement && isHead) document.activeElement.blur()
    setDraft('')
    onAsk(of)
  }
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
        onFiles([...(event.dataTransfer?.files ?? [])])
      }}
    >
      {text.length > BIG ? (
        <BigText text={text} onRemove={() => write('')} />
      ) : (
        <Field text={text} isHead={isHead} onWrite={write} onSend={(found) => send({ ...question, text: found })} />
      )}
      <div class="intake-row">
        <Held {...props} readFile={read} />
        {isHead ? null : <GivenList question={question} read={props.read} onChange={onChange} />}
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
        <FileButton label="Open a file" onFiles={onFiles} accept="" />
        <button
          type="submit"
          class="primary"
          disabled={isBusy || (text.trim() === '' && (isHead || question.files.length === 0))}
        >
          {isBusy ? 'Reading …' : 'Diagnose'}
        </button>
        {isBusy ? (
          <button type="button" class="quiet" onClick={props.onCancel}>
            Cancel
          </button>
        ) : null}
      </div>
    </form>
  )
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
          } else if (pasted.length > BIG) {
            event.preventDefault()
            const { value, selectionStart, selectionEnd } = event.currentTarget
            onWrite(value.slice(0, selectionStart) + pasted + value.slice(selectionEnd))
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

/** The files given beside the error: what each was read as, what it shall be taken for, and what is wrong with one. */
export const GivenList = ({
  question,
  read,
  onChange,
}: {
  readonly question: Question
  readonly read: readonly FileRead[]
  readonly onChange: (question: Question) => void
}) =>
  question.files.length === 0 ? null : (
    <ul class="given-files" aria-label="Files given">
      {question.files.map((one, i) => (
        <GivenFile
          key={i}
          file={one}
          read={read.find(({ name }) => name === one.name)}
          onChange={(next) =>
            onChange({
              ...question,
              files: question.files.flatMap((each, j) => (i !== j ? [each] : next === undefined ? [] : [next])),
            })
          }
        />
      ))}
    </ul>
  )

function GivenFile(props: {
  readonly file: FileBeside
  readonly read: FileRead | undefined
  /** Undefined: it is taken away. */
  readonly onChange: (file: FileBeside | undefined) => void
}) {
  const { file, read, onChange } = props
  const { name, text, as } = file
  const { words, counts } = outcomeWords(read)
  return (
    <li class={counts ? '' : 'wrong'}>
      <Mark of={counts ? (read?.used === false ? 'none' : 'passed') : 'deny'} />
      <code>{name}</code>
      <span class="what">
        <Prose text={words} />
        {read?.error === undefined ? null : (
          <span class="hint">
            <Prose text={read.error.hint} />
          </span>
        )}
      </span>
      <select
        aria-label={`What ${name} is`}
        value={as ?? ''}
        onChange={(event) => {
          const chosen = KINDS.find(([kind]) => kind === event.currentTarget.value)?.[0]
          onChange(chosen === undefined ? { name, text } : { name, text, as: chosen })
        }}
      >
        <option value="">recognize by content</option>
        {KINDS.map(([kind, said]) => (
          <option key={kind} value={kind}>
            {said}
          </option>
        ))}
      </select>
      <button type="button" class="quiet" aria-label={`Remove ${name}`} onClick={() => onChange(undefined)}>
        Remove
      </button>
    </li>
  )
}

/** What the denial is held against: a snapshot by its name, or a scenario from a file. */
function Held(
  props: Parameters<typeof IntakeForm>[0] & {
    readonly readFile: (file: File | undefined, use: (text: string, file: File) => void) => Promise<void>
  },
) {
  const { question, snapshots, onChange, readFile } = props
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
        onFiles={([file]) =>
          void readFile(file, (text, { name }) => onChange({ ...question, scenario: { name, text } }))
        }
      />
    </>
  )
}

function FileButton(props: {
  readonly label: string
  readonly accept: string
  readonly onFiles: (files: readonly File[]) => void
}) {
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <input
        ref={input}
        type="file"
        hidden
        multiple
        accept={props.accept}
        aria-label={props.label}
        onChange={(event) => {
          props.onFiles([...(event.currentTarget.files ?? [])])
          event.currentTarget.value = ''
        }}
      />
      <button type="button" onClick={() => input.current?.click()}>
        {props.label}
      </button>
    </>
  )
}
