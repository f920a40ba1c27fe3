import type { PolicySource } from '#diagnose/diagnosis.ts'
import type { Scenario } from '#engine/scenario.ts'
import type { AtHand } from '#snapshot/at-hand/piece.ts'
import { UserError } from '../../errors.ts'
import type { BatchLine } from '../batch.ts'
import { evidenceOfLine } from '../batch-evidence.ts'
import type { Input } from '../files.ts'
import { type Evidence, rawEvidence, together } from '../inputs.ts'
import { besideTexts } from './beside-denial.ts'
import type { Beside } from './beside.ts'
import { policySourceBeside, unusedFiles } from './policy-source-beside.ts'

/** A line's `files`, sorted, with what they make of the line. */
export interface LineFiles {
  readonly evidence: Evidence
  readonly policySource: PolicySource
  readonly atHand?: AtHand
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

/** The evidence of a line and what it is held against, with the files that came beside it. */
export async function lineWithFiles(line: BatchLine, held: PolicySource): Promise<LineFiles> {
  const texts = filesIn(line)
  if (texts === undefined) return { evidence: evidenceOfLine(line), policySource: held, filesOf: () => ({}) }
  const beside = await besideTexts(texts)
  const inEvidence = await evidenceIn(beside)
  const hasOwn = ['text', 'record', 'records'].some((name) => line[name] !== undefined)
  const own = hasOwn || inEvidence.denials.length === 0 ? [evidenceOfLine(line)] : []
  return {
    evidence: together([...own, inEvidence]),
    policySource: policySourceBeside(held, beside),
    atHand: beside.atHand,
    filesOf: (scenarios) => ({ files: filesRead(texts, beside, scenarios) }),
  }
}

/** The field `files` of a line: `[{ "name", "text" }]`; undefined where it is left out. */
export function filesIn(line: BatchLine): readonly Input[] | undefined {
  const { files } = line
  if (files === undefined) return undefined
  const wrong = (): UserError =>
    new UserError(
      'batch/missing-field',
      '`files` is no list of files',
      'write `[{ "name": "role.json", "text": "…" }]`',
    )
  if (!Array.isArray(files) || files.length > MAX_FILES) throw wrong()
  return files.map((file: unknown): Input => {
    const { name, text } = (file ?? {}) as { readonly name?: unknown; readonly text?: unknown }
    if (typeof name !== 'string' || typeof text !== 'string') throw wrong()
    return { name, text }
  })
}

const MAX_FILES = 100

async function evidenceIn({ inputs }: Beside): Promise<Evidence> {
  const all: Evidence[] = []
  for (const { chunks } of inputs) {
    const parts: string[] = []
    for await (const part of chunks()) parts.push(part)
    all.push(rawEvidence(parts.join('')))
  }
  return together(all)
}

/** The outcome of the files of a body. */
export function filesRead(
  texts: readonly Input[],
  { readAs, faults, inputs, ...beside }: Beside,
  scenarios: readonly (readonly Scenario[])[],
): readonly FileRead[] {
  const unused = new Set(unusedFiles({ readAs, faults, inputs, ...beside }, scenarios.flat()))
  return texts.map(({ name }): FileRead => {
    const fault = faults.find(({ message }) => message.startsWith(`\`${name}\``))
    if (fault !== undefined) return { name, error: { code: fault.code, message: fault.message, hint: fault.hint } }
    const form = readAs.find(({ file }) => file === name)?.form ?? 'evidence'
    return { name, readAs: form, used: !unused.has(name) }
  })
}
