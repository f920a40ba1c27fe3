import { useEffect, useMemo, useState } from 'preact/hooks'
import type { EditForms, OwnEdit } from '#http/wire.ts'
import { loader } from '../load.ts'
import { SplitCopy } from './split-copy.tsx'

interface FormsModule {
  readonly editForms: (edit: OwnEdit) => EditForms
}

const loadForms = loader<FormsModule>('/edit-forms.js')

const NAMES = [
  ['terraform', 'Terraform'],
  ['awsCli', 'AWS CLI'],
  ['cloudFormation', 'CloudFormation'],
  ['cdk', 'CDK'],
  ['diff', 'diff'],
  ['json', 'JSON'],
] as const

type Form = (typeof NAMES)[number][0]

/** The edit as it is carried out, by the generators that write the fixes; they are loaded when something is edited. */
export function useEditForms(edit: OwnEdit | undefined): EditForms | undefined {
  const [forms, setForms] = useState<FormsModule>()
  const isAsked = edit !== undefined
  useEffect(() => {
    if (isAsked)
      loadForms()
        .then(setForms)
        .catch(() => undefined)
  }, [isAsked])
  return useMemo(() => (edit === undefined ? undefined : forms?.editForms(edit)), [forms, edit])
}

/** Copies the edit in the form that was chosen last; `forms` left out: it has none but its text. */
export function CopyEdit({ forms, text }: { readonly forms: EditForms | undefined; readonly text: string }) {
  const textIn = (form: Form): string => (form === 'json' ? text : (forms?.[form] ?? text))
  const there = NAMES.filter(([form]) => form === 'json' || forms?.[form] !== undefined)
  return <SplitCopy forms={there} label="Copy my edit as" text={textIn} />
}
