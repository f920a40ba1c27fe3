import { awsOption, noAwsValue, noWord, shellJson } from '#quote/shell.ts'

/** A call of the AWS CLI: `iam put-role-policy` and its options. */
export interface Call {
  readonly is: string
  readonly options: readonly (readonly [name: string, value: Value])[]
}

/**
 * Value of an option: nothing more, a variable of the script, a text of somebody's, an address that the CLI is known to
 * take as it is, a word that a person has to replace first, the document that is put in force (of a queue among its attributes), or what another call answers.
 */
export type Value =
  | string
  | { readonly flag: true }
  | { readonly shell: `$${string}` }
  | { readonly url: string }
  | { readonly placeholder: string }
  | { readonly document: 'policy' | 'queue' }
  | { readonly from: Call }

/** A line of a script: written by us, a call, or a call whose answer is kept under a name. */
export type Line = string | Call | { readonly into: string; readonly call: Call }

/** A call whose options that have no value are left out. */
export const aws = (is: string, options: Readonly<Record<string, Value | undefined>>): Call => ({
  is,
  options: Object.entries(options).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])),
})

/** How calls are written: what stands before `aws`, and the document as an option's value. */
export interface Writing {
  readonly before: string
  readonly document: (kind: 'policy' | 'queue') => string
}

/** For a person to paste: the document stands in the command, so that no file is needed and none is overwritten. */
export const pasted = (document: unknown): Writing => ({
  before: '',
  document: (kind) => (kind === 'policy' ? shellJson(document, 2) : shellJson({ Policy: JSON.stringify(document) })),
})

/** Within fix.sh: with the credentials of an account, the document from the file that is the function's argument. */
export const scripted = (account: string): Writing => ({
  before: `as ${account} `,
  document: (kind) => (kind === 'policy' ? '"file://$1"' : '"file://$(queue_attributes "$1")"'),
})

const MAX_COLUMNS = 110

/** A call as text, broken before an option where a line would be too long; a document begins a line of its own. */
export function callText({ is, options }: Call, writing: Writing): string {
  const lines = [`${writing.before}aws ${is}`]
  for (const [name, value] of options) {
    const text = optionText(name, value, writing)
    const last = lines.at(-1) ?? ''
    const isDocument = typeof value === 'object' && 'document' in value
    if (isDocument || last.length + text.length > MAX_COLUMNS) lines.push(`  ${text}`)
    else lines[lines.length - 1] = `${last} ${text}`
  }
  return lines.join(' \\\n')
}

function optionText(name: string, value: Value, writing: Writing): string {
  if (typeof value === 'string') return awsOption(name, value)
  if ('flag' in value) return name
  if ('shell' in value) return `${name} "${value.shell}"`
  if ('url' in value) return awsOption(name, value.url)
  if ('placeholder' in value) return `${name} ${value.placeholder}`
  if ('document' in value) return `${name} ${writing.document(value.document)}`
  return `${name} "$(${callText(value.from, writing).replaceAll(' \\\n ', '')} --output json | tr -d '"')"`
}

export const lineText = (line: Line, writing: Writing): string => {
  if (typeof line === 'string') return line
  return 'into' in line ? `${line.into}=$(${callText(line.call, writing)})` : callText(line, writing)
}

export const isCall = (line: Line): line is Call => typeof line === 'object' && 'is' in line

/** Words in calls that a person has to replace before they can run (R-ADV-13), each once. */
export function placeholdersIn(lines: readonly Line[]): readonly string[] {
  const words = lines.flatMap((line) =>
    typeof line === 'string' ? [] : ('into' in line ? line.call : line).options.flatMap(([, value]) => wordsIn(value)),
  )
  return [...new Set(words)]
}

function wordsIn(value: Value): readonly string[] {
  if (typeof value === 'string') return []
  if ('placeholder' in value) return [value.placeholder]
  return 'from' in value ? placeholdersIn([value.from]) : []
}

/** Why lines cannot be written: the first text that is no word, or that the AWS CLI would not take as it is. */
export function refusalOf(lines: readonly Line[]): string | undefined {
  for (const line of lines) {
    if (typeof line === 'string') continue
    const { is, options } = 'into' in line ? line.call : line
    for (const [name, value] of options) {
      const why = refusedValue(value)
      if (why !== undefined) return `\`aws ${is}\` cannot be given its ${name}: ${why}`
    }
  }
  return undefined
}

function refusedValue(value: Value): string | undefined {
  if (typeof value === 'string') return noAwsValue(value)
  if ('url' in value) return noWord(value.url)
  return 'from' in value ? refusalOf([value.from]) : undefined
}
