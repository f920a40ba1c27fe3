import { useEffect, useRef, useState } from 'preact/hooks'
import type { ChangePlace, EditorModule, Finding, MountedEditor } from '../editor/mounted.ts'
import { loadEditor } from '../edit-files.ts'

/** Text that is edited in the page. `key` it by what is edited: each has its own history. */
export interface CodeEditorProps {
  readonly label: string
  readonly text: string
  readonly original?: string | undefined
  readonly firstLine: number
  /** What the reader came for: the focus goes there. */
  readonly at?: readonly [number, number] | undefined
  readonly findings: readonly Finding[]
  readonly isCompared: boolean
  readonly isLocked: boolean
  readonly onText: (text: string) => void
  readonly onChanges: (place: ChangePlace) => void
  readonly onMounted: (editor: MountedEditor | undefined) => void
}

/** An editor with colours, line numbers, undo and findings; a plain field where it cannot be loaded. */
export function CodeEditor(props: CodeEditorProps) {
  const { label, text, at, findings, isCompared, isLocked, onText } = props
  const host = useRef<HTMLDivElement>(null)
  const [editor, setEditor] = useState<MountedEditor>()
  const [isPlain, setPlain] = useState(false)
  const held = useRef(props)
  held.current = props
  // What was typed and has not come back as `text` yet: a page that is a letter behind must not take it away again.
  const typed = useRef<string[]>([])
  useEffect(() => mounted(host, held, typed, setEditor, setPlain), [])
  useEffect(() => {
    const at = typed.current.lastIndexOf(text)
    typed.current = typed.current.slice(at + 1)
    if (at < 0) editor?.show(text)
  }, [editor, text])
  useEffect(() => editor?.find(findings), [editor, findings])
  useEffect(() => editor?.compare(isCompared), [editor, isCompared])
  useEffect(() => editor?.lock(isLocked), [editor, isLocked])
  useEffect(() => {
    if (at !== undefined) editor?.goTo(at)
  }, [editor, at])
  if (isPlain)
    return (
      <textarea
        id="bench-text"
        class="editor edit-text"
        spellcheck={false}
        disabled={isLocked}
        aria-label={label}
        rows={Math.min(24, Math.max(8, text.split('\n').length + 1))}
        value={text}
        onInput={(event) => onText(event.currentTarget.value)}
      />
    )
  return (
    <div
      id="bench-text"
      ref={host}
      class={`edit-text${isLocked ? ' locked' : ''}`}
      aria-busy={editor === undefined ? 'true' : undefined}
    >
      {editor === undefined ? <pre>{text}</pre> : null}
    </div>
  )
}

/** Loads the editor and puts it in; where that fails, the text is edited all the same. */
function mounted(
  host: { readonly current: HTMLDivElement | null },
  held: { readonly current: CodeEditorProps },
  typed: { readonly current: string[] },
  setEditor: (editor: MountedEditor) => void,
  setPlain: (isPlain: boolean) => void,
): () => void {
  let made: MountedEditor | undefined
  let isGone = false
  const put = ({ mountEditor }: EditorModule): void => {
    if (isGone || host.current === null) return
    const { label, text, original, firstLine } = held.current
    made = mountEditor(host.current, {
      label,
      text,
      firstLine,
      ...(original === undefined ? {} : { original }),
      onText: (next) => {
        typed.current.push(next)
        held.current.onText(next)
      },
      onChanges: (place) => held.current.onChanges(place),
    })
    setEditor(made)
    held.current.onMounted(made)
  }
  loadEditor()
    .then(put)
    .catch(() => {
      if (!isGone) setPlain(true)
    })
  return () => {
    isGone = true
    made?.destroy()
    held.current.onMounted(undefined)
  }
}
