import { field, isObject, textField } from '../fields.ts'
import { isReadable, readJson } from '../json-source.ts'
import { documentFacts, isDocument } from './document-facts.ts'
import type { Form } from './form.ts'
import { IAM_FORMS } from './iam-forms.ts'
import type { Policy } from '#engine/scenario.ts'
import { BARE_DOCUMENT, type Content, type Piece } from './piece.ts'
import { Reader } from './reader.ts'
import { RESOURCE_FORMS, resourcePolicy } from './resource-forms.ts'
import { SETTING_FORMS } from './setting-forms.ts'
import { type UnusedOutput, unusedOutput } from './unused-outputs.ts'

/**
 * Kind of a file that somebody holds beside a denial, told by what it holds: policies and settings as the AWS CLI prints
 * them; a secret that must not be read; or nothing that says what was in force.
 */
export type Recognized =
  | { readonly is: 'pieces'; readonly pieces: readonly Piece[] }
  | { readonly is: 'credentials' }
  /** `unused`: an output of the AWS CLI that says nothing of what was in force. */
  | { readonly is: 'nothing'; readonly looksLike: string; readonly unused?: UnusedOutput }

/** Reads a file by its content; `name` is cited. Text that is no JSON is `nothing`. */
export function recognize(name: string, text: string): Recognized {
  const source = readJson(name, text)
  if (!isReadable(source)) return isCredentialsFile(text) ? { is: 'credentials' } : { is: 'nothing', looksLike: 'text' }
  const { value } = source
  if (isCredentials(value)) return { is: 'credentials' }
  const unused = unusedOutput(value)
  if (unused !== undefined) return { is: 'nothing', looksLike: unused.form, unused }
  for (const { form, is, read } of FORMS) {
    if (!is(value)) continue
    const contents = read(new Reader(source))
    return { is: 'pieces', pieces: contents.map((content) => ({ ...content, file: name, form })) }
  }
  return { is: 'nothing', looksLike: looksLike(value) }
}

function looksLike(value: unknown): string {
  if (Array.isArray(value)) return `a JSON list of ${value.length}`
  if (!isObject(value)) return 'a JSON value'
  const names = Object.keys(value).slice(0, 3)
  return names.length === 0
    ? 'an empty JSON object'
    : `a JSON object with ${names.map((name) => `\`${name}\``).join(', ')}`
}

/** `aws sts assume-role`, `aws sts get-session-token`, `aws iam create-access-key`, a credential process. */
const isCredentials = (value: unknown): boolean =>
  [value, field(value, 'Credentials'), field(value, 'AccessKey')].some(
    (one) => textField(one, 'SecretAccessKey') !== undefined,
  )

/** The file of the AWS CLI's credentials. */
const isCredentialsFile = (text: string): boolean =>
  /^\s*(?:\[[^\]\n]{1,200}\]|aws_access_key_id\s{0,9}=)/.test(text) && /^aws_secret_access_key\s{0,9}=/m.test(text)

const DOCUMENT: Form = {
  form: BARE_DOCUMENT,
  is: isDocument,
  read: (reader) => {
    const policy = reader.policy(reader.fileName)
    if (documentFacts(policy.document).hasPrincipal) return [resourcePolicy(policy)]
    const named = CONTENT_OF_NAME.get(policy.name.toLowerCase())
    return [named?.(policy) ?? { is: 'identity-policy', policy: { ...policy, isNameOfFile: true } }]
  },
}

/** A statement, or a list of statements, out of a policy: the rest of it is not known. */
const STATEMENT: Form = {
  form: 'statements of a policy',
  is: (value) => isDocument({ Statement: value }),
  read: (reader) => {
    const { lines: _, ...policy } = reader.policy(reader.fileName)
    const document = { Version: '2012-10-17', Statement: reader.value }
    const whole = { ...policy, document }
    return [
      documentFacts(document).hasPrincipal
        ? resourcePolicy(whole)
        : { is: 'identity-policy', policy: { ...whole, isNameOfFile: true } },
    ]
  },
}

/** Layers by the name of the file: a bare document does not show that it belongs to one of them. */
const CONTENT_OF_NAME: ReadonlyMap<string, (policy: Policy) => Content> = new Map<string, (policy: Policy) => Content>([
  ['session-policy', (policy) => ({ is: 'session-policy', policy })],
  ['permissions-boundary', (policy) => ({ is: 'identity-policy', policy, boundary: true })],
  ['service-control-policy', (policy) => ({ is: 'scp', policy })],
  ['scp', (policy) => ({ is: 'scp', policy })],
])

/** The forms in which AWS prints what was in force (docs/at-hand.md). */
const FORMS: readonly Form[] = [...IAM_FORMS, ...SETTING_FORMS, ...RESOURCE_FORMS, DOCUMENT, STATEMENT]
