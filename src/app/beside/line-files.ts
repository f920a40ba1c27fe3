import type { PolicySource } from '#diagnose/diagnosis.ts'
import type { Scenario } from '#engine/scenario.ts'
import type { ReadingWatch } from '#intake/reading-watch.ts'
import { unusedInputs } from '#snapshot/at-hand/unused.ts'
import { UserError } from '../../errors.ts'
import type { BatchLine } from '../batch.ts'
import { evidenceOfLine, withContextOf } from '../batch-evidence.ts'
import type { OpenInput } from '../files.ts'
import type { Evidence } from '#diagnose/evidence/evidence.ts'
import { evidenceOfInput, together } from '../inputs.ts'
import { besideTexts, type TextBeside } from './beside-denial.ts'
import { type Beside, BESIDE_AS } from './beside.ts'
import { withPolicies } from './policy-source-beside.ts'
import { withToken } from './token-beside.ts'

/** A line's `files`, sorted, with what they make of the line. */
export interface LineFiles {
  readonly evidence: Evidence
  /** The outcome of each file; left out where there is none. */
  readonly filesOf: (scenarios: readonly (readonly Scenario[])[]) => { readonly files?: readonly FileRead[] }
}

/** The outcome of a file of a line. */
export interface FileRead {
  readonly name: string
  /** The form it was read as; `evidence`: a log, an event. */
  readonly readAs?: string
  /** False: it bears on none of the denials. */
  readonly used?: boolean
  readonly error?: { readonly code: string; readonly message: string; readonly hint: string }
}

/** The evidence of a line, with the policies that it is compared with and the files that came with it; `watch` hears how far they are read. */
export async function lineWithFiles(line: BatchLine, held: PolicySource, watch?: ReadingWatch): Promise<LineFiles> {
  const texts = filesIn(line)
  const pasted = pastedIn(line)
  if (texts === undefined && pasted === undefined)
    return {
      evidence: { ...withContextOf(line, evidenceOfLine(line, watch)), policySource: held },
      filesOf: () => ({}),
    }
  const beside = await besideTexts(texts ?? [], watch, pasted)
  const inEvidence = await evidenceIn(beside, watch)
  const hasOwn = ['text', 'record', 'records'].some((name) => line[name] !== undefined)
  const own = hasOwn ? [evidenceOfLine(line, watch)] : []
  return {
    evidence: withPolicies(withContextOf(line, withToken(together([...own, inEvidence]), beside)), held, beside),
    filesOf: (scenarios) => (texts === undefined ? {} : { files: filesRead(texts, beside, scenarios) }),
  }
}

/** The text of a line that may have policies between its lines; JSON as a whole is a record, or none. */
const pastedIn = ({ text }: BatchLine): string | undefined =>
  typeof text === 'string' && /\n[ \t]{0,12}[[{]|An error occurred \(/.test(text) && !/^\s*[[{]/.test(text)
    ? text
    : undefined

/** The field `files` of a line: `[{ "name", "text", "as"? }]`; undefined where it is left out. */
export function filesIn(line: BatchLine): readonly TextBeside[] | undefined {
  const { files } = line
  if (files === undefined) return undefined
  const wrong = (): UserError =>
    new UserError(
      'batch/missing-field',
      '`files` is no list of files',
      'write `[{ "name": "role.json", "text": "…" }]`',
    )
  if (!Array.isArray(files) || files.length > MAX_FILES) throw wrong()
  return files.map((file: unknown): TextBeside => {
    const { name, text, as } = (file ?? {}) as Readonly<Record<string, unknown>>
    if (typeof name !== 'string' || typeof text !== 'string') throw wrong()
    return as === undefined ? { name, text } : { name, text, as: namedAs(as) }
  })
}

function namedAs(as: unknown): NonNullable<TextBeside['as']> {
  const known = BESIDE_AS.find((kind) => kind === as)
  if (known !== undefined) return known
  throw new UserError(
    'batch/missing-field',
    '`as` of a file is no kind of policy',
    `leave it out, and denytrace recognizes the file by its content; or write one of ${BESIDE_AS.map((kind) => `\`${kind}\``).join(', ')}`,
  )
}

const MAX_FILES = 100

async function evidenceIn({ inputs, read }: Beside, watch: ReadingWatch | undefined): Promise<Evidence> {
  const all: Evidence[] = []
  for (const input of inputs) {
    const known = read?.get(input)
    all.push(known ?? evidenceOfInput({ name: input.name, text: await textOfInput(input) }, watch))
  }
  return together(all)
}

async function textOfInput({ chunks }: OpenInput): Promise<string> {
  const parts: string[] = []
  for await (const part of chunks()) parts.push(part)
  return parts.join('')
}

/** The outcome of the files of a body. */
export function filesRead(
  texts: readonly TextBeside[],
  { readAs, faults, ...beside }: Beside,
  scenarios: readonly (readonly Scenario[])[],
): readonly FileRead[] {
  const unused = new Set(unusedInputs(beside.atHand, scenarios.flat()).map(({ file }) => file))
  return texts.map(({ name, as }): FileRead => {
    const fault = faults.find(({ message }) => message.startsWith(`\`${name}\``))
    if (fault !== undefined) return { name, error: { code: fault.code, message: fault.message, hint: fault.hint } }
    const form = readAs.find(({ file }) => file === name)?.form ?? (as === undefined ? 'evidence' : `--${as}`)
    return { name, readAs: form, used: !unused.has(name) }
  })
}
