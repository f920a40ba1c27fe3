import type { Change, Fix } from '#http/wire.ts'
import { layerInWords, readsAsPolicy } from '#answer/layer-in-words.ts'
import { resourceName } from './names.ts'

/** Line of what a fix changes. */
export type FixLine =
  | { readonly kind: 'file'; readonly name: string; readonly what: string; readonly owner: string }
  | { readonly kind: 'diff'; readonly number: number | undefined; readonly sign: '+' | '−' | ''; readonly text: string }
  | { readonly kind: 'gap'; readonly words: string }
  /** What a change does beyond letting the caller make the call. */
  | { readonly kind: 'consequence'; readonly text: string }

/** Lines of all changes before some are left out. */
const ROOM = 13
const WIDTH = 66

/** The changes of a fix, the first whole, the others as far as there is room. */
export function fixLines(
  { changes, consequences }: Fix,
  isWhole: boolean,
): { readonly lines: readonly FixLine[]; readonly isCut: boolean } {
  const lines: FixLine[] = []
  let isCut = false
  changes.forEach((change, i) => {
    const body = bodyOf(change)
    const warnings = consequences.flatMap((one): readonly FixLine[] =>
      one.change === i ? [{ kind: 'consequence', text: one.text }] : [],
    )
    const room = ROOM - lines.length - 2 * (changes.length - i - 1)
    lines.push({ kind: 'file', name: change.policy, what: whatOf(change), owner: isByWhom(change) ? '' : change.owner })
    if (isWhole || body.length <= Math.max(2, room)) return lines.push(...body, ...warnings)
    isCut = true
    const [first] = body
    const hides = i > 0 && first?.kind === 'diff' ? sidOf(change) : undefined
    if (hides !== undefined && first?.kind === 'diff')
      return lines.push({ ...first, text: `{ "Sid": "${hides}", … ${body.length} lines }` }, ...warnings)
    const kept = Math.max(3, room - 1)
    return lines.push(...body.slice(0, kept), { kind: 'gap', words: `${body.length - kept} more lines` }, ...warnings)
  })
  return { lines, isCut }
}

const isByWhom = ({ kind }: Change): boolean =>
  kind === 'edit-request' || kind === 'wait' || kind === 'change-principal'

function whatOf(change: Change): string {
  const { layer, where, on, owner, policy } = change
  if (isByWhom(change)) return `by ${owner}`
  const named = readsAsPolicy(policy) ? '' : layerInWords(layer)
  const of =
    on === undefined || on === where || policy.includes(' of ')
      ? ''
      : ` of ${resourceName(on).name.split('/').at(-1) ?? on}`
  return `${named}${where === undefined ? of : ` at ${where}`}`.trim()
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The statement that is all a change adds: whole, or in a policy of its own. */
function addedStatement({ patch }: Change): Readonly<Record<string, unknown>> | undefined {
  const [only, ...more] = patch as readonly { op: string; path: string; value?: unknown }[]
  if (only === undefined || more.length > 0 || only.op !== 'add') return undefined
  if (/^\/Statement\/[^/]{1,8}$/.test(only.path)) return isObject(only.value) ? only.value : undefined
  const statements = only.path === '' && isObject(only.value) ? only.value['Statement'] : undefined
  const [one, ...others] = Array.isArray(statements) ? statements : []
  return others.length === 0 && isObject(one) ? one : undefined
}

const sidOf = (change: Change): string | undefined => {
  const sid = addedStatement(change)?.['Sid']
  return typeof sid === 'string' ? sid : undefined
}

function bodyOf(change: Change): readonly FixLine[] {
  const added = addedStatement(change)
  const hunks = change.diff === undefined ? [] : diffLines(change.diff)
  if (added !== undefined) {
    const number =
      change.kind === 'add-policy'
        ? undefined
        : hunks.find((one) => one.kind === 'diff' && one.sign === '+' && one.text.includes('{'))
    const from = number?.kind === 'diff' ? number.number : undefined
    return filled(added).map((text, i) => ({
      kind: 'diff',
      number: from === undefined ? undefined : from + i,
      sign: '+',
      text,
    }))
  }
  if (hunks.length > 0) return hunks
  const words = change.awsCli ?? JSON.stringify(change.patch, null, 2)
  return words.split('\n').map((text) => ({ kind: 'diff', number: undefined, sign: '', text }))
}

/** A statement with as many of its elements on a line as fit. */
function filled(statement: Readonly<Record<string, unknown>>): readonly string[] {
  const lines: string[] = []
  const elements = Object.entries(statement)
  elements.forEach(([key, one], i) => {
    const end = i < elements.length - 1 ? ',' : ' }'
    const word = `${JSON.stringify(key)}: ${spaced(one)}${end}`
    const last = lines.at(-1)
    if (last === undefined) lines.push(`{ ${word}`)
    else if (last.length + word.length < WIDTH && i < 3) lines[lines.length - 1] = `${last} ${word}`
    else if (isObject(one) && word.length > WIDTH)
      lines.push(
        ...`${JSON.stringify(key)}: ${JSON.stringify(one, null, 2)}${end}`.split('\n').map((each) => `  ${each}`),
      )
    else lines.push(`  ${word}`)
  })
  return lines
}

/** JSON on one line with spaces as a person writes them. */
function spaced(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spaced).join(', ')}]`
  if (!isObject(value)) return JSON.stringify(value) ?? ''
  return `{ ${Object.entries(value)
    .map(([key, one]) => `${JSON.stringify(key)}: ${spaced(one)}`)
    .join(', ')} }`
}

const CONTEXT = 1

/** A unified diff with its numbers, set to the left, and with little of what stays around it. */
export function diffLines(diff: string): readonly FixLine[] {
  const lines: Extract<FixLine, { kind: 'diff' }>[] = []
  let [old, now] = [0, 0]
  for (const line of diff.split('\n')) {
    const head = /^@@ -(\d{1,9})(?:,\d{1,9})? \+(\d{1,9})/.exec(line)
    if (head !== null) [old, now] = [Number(head[1]), Number(head[2])]
    else if (now === 0 && old === 0) continue
    else if (line.startsWith('+')) lines.push({ kind: 'diff', number: now++, sign: '+', text: line.slice(1) })
    else if (line.startsWith('-')) lines.push({ kind: 'diff', number: old++, sign: '−', text: line.slice(1) })
    else if (line.startsWith(' ')) {
      lines.push({ kind: 'diff', number: now, sign: '', text: line.slice(1) })
      now++
      old++
    }
  }
  const near = lines.filter((_, i) =>
    lines.slice(Math.max(0, i - CONTEXT), i + CONTEXT + 1).some(({ sign }) => sign !== ''),
  )
  const indents = near.filter(({ text }) => text.trim() !== '').map(({ text }) => text.length - text.trimStart().length)
  const indent = indents.length === 0 ? 0 : Math.min(...indents)
  return near.map((line) => ({ ...line, text: line.text.slice(indent) }))
}

/** The forms in which a fix is copied, the best first. */
export const FORMS = [
  ['terraform', 'Terraform'],
  ['awsCli', 'AWS CLI'],
  ['cloudFormation', 'CloudFormation'],
  ['cdk', 'CDK'],
  ['diff', 'diff'],
  ['json', 'JSON'],
] as const

export type Form = (typeof FORMS)[number][0]

const formOf = (change: Change, form: Form): string | undefined =>
  form === 'json' ? JSON.stringify(addedStatement(change) ?? change.after ?? change.patch, null, 2) : change[form]

/** The forms that some change of the fix has. */
export const formsOf = ({ changes }: Fix): readonly Form[] =>
  FORMS.map(([name]) => name).filter((name) => changes.some((change) => formOf(change, name) !== undefined))

/** The name of a form on its button: the command of a change may be of another program than the AWS CLI. */
export const formName = ({ changes }: Fix, form: Form): string =>
  form === 'awsCli' && !changes.every(({ awsCli }) => awsCli === undefined || /(?:^|\n)\s*aws /.test(awsCli))
    ? 'command'
    : (FORMS.find(([name]) => name === form)?.[1] ?? form)

/** All changes in one form; one that has none in it as a comment. */
export const copyOf = ({ changes }: Fix, form: Form): string =>
  changes.map((change) => formOf(change, form) ?? comment(change, form === 'cdk' ? '//' : '#')).join('\n\n')

const comment = ({ does, diff, patch }: Change, sign: string): string =>
  `${does}\n${diff ?? JSON.stringify(patch, null, 2)}`
    .split('\n')
    .map((line) => `${sign} ${line}`)
    .join('\n')

/** Color of the line with the outcome of a fix; empty: it is proved that nothing else becomes allowed. */
export function toneOf({ proof, replay }: Fix): '' | 'un' | 'nx' {
  if (replay?.decision !== 'allowed' || proof?.status === 'not-proved') return 'un'
  return proof?.status === 'refuted' ? 'nx' : ''
}

/** Line on what a fix grants or takes away. */
export interface GrantLine {
  readonly name: string
  readonly tone: 'gives' | 'more' | 'takes'
  readonly text: string
}

/** What a fix grants, to whom and when, and what it takes away; empty where no policy changes, or nothing was proved. */
export function grantLinesOf({ grants, takesAway, proof }: Fix): readonly GrantLine[] {
  const isNothing = grants === undefined || grants.startsWith('nothing: ')
  const tone = proof?.status === 'refuted' ? 'more' : 'gives'
  return [
    ...(isNothing ? [] : [{ name: 'Grants', tone, text: grants.replace(/; nothing else \(proved\)$/, '') } as const]),
    ...(takesAway === undefined ? [] : [{ name: 'Takes away', tone: 'takes', text: takesAway } as const]),
  ]
}
