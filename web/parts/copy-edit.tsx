import { useEffect, useState } from 'preact/hooks'
import type { EditForms, OwnEdit } from '#http/wire.ts'
import { type FormsModule, loadForms } from '../edit-files.ts'
import { SplitCopy } from './split-copy.tsx'

const NAMES = [
  ['terraform', 'Terraform'],
  ['awsCli', 'AWS CLI'],
  ['cloudFormation', 'CloudFormation'],
  ['cdk', 'CDK'],
  ['diff', 'diff'],
  ['json', 'JSON'],
] as const

type Form = (typeof NAMES)[number][0]

/** Nobody copies between two letters: they are written when the reader pauses for so many milliseconds. */
const PAUSE_MS = 120

/** The edit as it is carried out: as it was when the reader paused last, and as it is at this moment, for who copies it. */
export interface WrittenEdit {
  readonly forms: EditForms | undefined
  readonly now: () => EditForms | undefined
}

/** The edit as it is carried out, by the generators that write the fixes; they are loaded when something is edited. */
export function useEditForms(edit: OwnEdit | undefined): WrittenEdit {
  const [loaded, setLoaded] = useState<FormsModule>()
  const [made, setMade] = useState<{ readonly edit: OwnEdit; readonly forms: EditForms }>()
  const isAsked = edit !== undefined
  useEffect(() => {
    if (isAsked)
      loadForms()
        .then(setLoaded)
        .catch(() => undefined)
  }, [isAsked])
  useEffect(() => {
    if (loaded === undefined || edit === undefined) return undefined
    const timer = setTimeout(() => setMade({ edit, forms: loaded.editForms(edit) }), PAUSE_MS)
    return () => clearTimeout(timer)
  }, [loaded, edit])
  return {
    forms: edit === undefined ? undefined : made?.forms,
    now: () => (edit === undefined ? undefined : made?.edit === edit ? made.forms : loaded?.editForms(edit)),
  }
}

/** Copies the edit in the form that was chosen last; without forms it has none but its text. */
export function CopyEdit({ written, text }: { readonly written: WrittenEdit; readonly text: string }) {
  const { forms, now } = written
  const textIn = (form: Form): string => (form === 'json' ? text : (now()?.[form] ?? text))
  const there = NAMES.filter(([form]) => form === 'json' || forms?.[form] !== undefined)
  return <SplitCopy forms={there} label="Copy my edit as" text={textIn} />
}
