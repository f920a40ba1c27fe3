import type { Assumption, Decision, DecisionEffect, Step, Verdict } from '#engine/decision.ts'
import { layerName, type PolicyLayer, POLICY_LAYERS } from '#iam/layers.ts'
import type { DecisionWithLint } from '#lint/decision-with-lint.ts'
import type { LintFinding } from '#lint/finding.ts'
import type { Request } from '#iam/request.ts'
import type { CrossCheck } from '#fix/cross-check/cross-check.ts'
import { reasonOf, verdictName, worstOf } from './layer-words.ts'
import { block, type Page, paint, type Paint } from './page.ts'
import { crossCheckLines } from './text-cross-check.ts'
import { refusalsOf } from './text-refusals.ts'
import { valueText } from '#answer/value-words.ts'

const TITLES: Readonly<Record<DecisionEffect, readonly [string, Paint]>> = {
  allowed: ['Allowed', 'green'],
  denied: ['Denied', 'red'],
  undetermined: ['Undetermined', 'yellow'],
}

/** The decision on one request: what, as whom, by which layer and statement, and every layer's verdict. */
export function decisionText(
  request: Request,
  decision: DecisionWithLint,
  page: Page,
  checks?: readonly CrossCheck[],
): string {
  const [title] = TITLES[decision.decision]
  const indent = title.length + 3
  return join([
    headLines(request, decision.decision, page),
    refusalLines(decision, indent, page),
    tableLines(decision, { layer: decision.likelyReported, words: 'the layer AWS would name' }, page),
    outcomeLines(decision, page),
    missingLines(decision, page),
    assumptionLines(decision, page),
    partLines(decision, page),
    stepLines(decision.steps ?? [], page),
    crossCheckLines(checks, page),
    lintLines(decision.lint, page),
    readingLines(decision, page),
  ])
}

/** Paragraphs with an empty line between them; empty ones leave no gap. */
export const join = (paragraphs: readonly (readonly string[])[]): string =>
  `${paragraphs
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`

export function headLines(request: Request, effect: DecisionEffect, page: Page): string[] {
  const [title, color] = TITLES[effect]
  const indent = title.length + 3
  const [first = '', ...rest] = block(page, title, indent, `${request.action}  ${resourceText(request)}`)
  return [
    paint(page, color, title) + first.slice(title.length),
    ...rest,
    ...block(page, 'as', indent, request.principal),
  ]
}

export const resourceText = ({ resource }: Request): string =>
  resource === null ? '(resource not known)' : typeof resource === 'string' ? resource : resource.join(', ')

/** `by` and each refusing layer. */
export function refusalLines(decision: Decision, indent: number, page: Page, left = 0): string[] {
  const pad = ' '.repeat(left)
  return refusalsOf(decision).flatMap(({ text, nearest }, i) => [
    ...block(page, `${pad}${i === 0 ? 'by' : 'and by'}`, left + Math.max(indent, 9), text),
    ...nearest.flatMap((line) => block(page, ' '.repeat(left + Math.max(indent, 9)), left + Math.max(indent, 9), line)),
  ])
}

const COLORS: Readonly<Partial<Record<Verdict, Paint>>> = {
  allow: 'green',
  'explicit-deny': 'red',
  'implicit-deny': 'red',
  unknown: 'yellow',
}

const NAME_WIDTH = Math.max(...POLICY_LAYERS.map((layer) => layerName(layer).length))
const VERDICT_WIDTH = 'not applicable'.length

export interface Mark {
  readonly layer: PolicyLayer | null
  readonly words: string
}

/** The eight layers, each with its verdict and why. */
export function tableLines(decision: Decision, mark: Mark, page: Page): string[] {
  return POLICY_LAYERS.flatMap((layer) => {
    const worst = worstOf(decision.layers.filter((entry) => entry.layer === layer))
    if (worst === undefined) return []
    const name = `  ${layerName(layer).padEnd(NAME_WIDTH)}   `
    const verdict = verdictName(worst.verdict).padEnd(VERDICT_WIDTH)
    const pointer = mark.layer === layer ? `  <- ${mark.words}` : ''
    const indent = name.length + VERDICT_WIDTH + 3
    const [first = '', ...rest] = block(page, name + verdict, indent, `${reasonOf(decision, layer)}${pointer}`)
    const color = worst.counted ? COLORS[worst.verdict] : 'dim'
    const cell = color === undefined ? verdict : paint(page, color, verdict)
    return [(name + cell + first.slice(name.length + VERDICT_WIDTH)).trimEnd(), ...rest]
  })
}

const MAX_OUTCOMES = 8
/** Any value that no policy names, as `outcomes[].when` has it. */
const OTHER = '(other)'

/** Lines of the outcomes: what the decision would be, case by case over the facts that are not known. */
export function outcomeLines({ outcomes }: Decision, page: Page): string[] {
  if (outcomes.length === 0) return []
  const lines = outcomes.slice(0, MAX_OUTCOMES).flatMap(({ when, decision }) => {
    const facts = Object.entries(when).map(
      ([key, value]) =>
        `${key} ${value === null ? 'is absent' : value === OTHER ? 'has a value that no policy names' : `= ${valueText(value)}`}`,
    )
    return block(page, '  ', 4, `${decision} if ${facts.join(' and ')}`)
  })
  const more = outcomes.length - MAX_OUTCOMES
  return ['It hangs on', ...lines, ...(more > 0 ? [`    and ${more} more cases: see --format json`] : [])]
}

/** Lines of the assumptions that the decision took for granted; facts that were taken alike stand together. */
export function assumptionLines({ assumptions }: Pick<Decision, 'assumptions'>, page: Page): string[] {
  const alike = new Map<string, Assumption[]>()
  for (const assumption of assumptions) {
    const id = JSON.stringify([assumption.value, assumption.from, assumption.ifWrong])
    alike.set(id, [...(alike.get(id) ?? []), assumption])
  }
  const lines = [...alike.values()].flatMap((all) => {
    const [{ value, from, ifWrong } = { value: '', from: '', ifWrong: '' }] = all
    return [
      ...block(page, '  ', 4, `${all.map(({ fact }) => fact).join(', ')}: ${value} (${from})`),
      ...block(page, '    ', 6, `if wrong: ${ifWrong}`),
    ]
  })
  return lines.length === 0 ? [] : ['Assumed', ...lines]
}

/** Lines of the missing facts: with how to get each where it bears on the answer, on a single line where it does not. */
export function missingLines({ missing }: Decision, page: Page): string[] {
  const deciding = missing.filter(({ bearsOn }) => bearsOn === 'decision')
  const others = missing.filter(({ bearsOn }) => bearsOn === 'fix')
  const lines = deciding.flatMap(({ fact, layer, wouldAllowIf, howToGet }) => [
    ...block(
      page,
      '  ',
      4,
      `${fact} (${layerName(layer)})${wouldAllowIf === null ? '' : `, allowed if ${wouldAllowIf}`}`,
    ),
    ...block(page, '    ', 6, howToGet),
  ])
  const rest = [...new Set(others.map(({ fact }) => fact))].join(', ')
  return [
    ...(lines.length > 0 ? ['Not known', ...lines] : []),
    ...(rest === '' ? [] : block(page, '', 0, `Not known, and it would not change this: ${rest}`)),
  ]
}

function partLines({ parts = [] }: Decision, page: Page): string[] {
  return parts.length === 0
    ? []
    : [
        parts.some(({ action }) => action !== undefined) ? 'Action by action' : 'Resource by resource',
        ...parts.flatMap(({ resource, action, decision }) =>
          block(
            page,
            '  ',
            4,
            [decision.decision, ...[action ?? []].flat(), resource ?? 'a resource that is not known'].join('  '),
          ),
        ),
      ]
}

/** The lines on what the call also needs, and what had to succeed before it. */
export function stepLines(steps: readonly Step[], page: Page): string[] {
  const next = steps.filter(({ relation }) => relation === 'next')
  const before = steps.filter(({ relation }) => relation === 'before')
  return [
    ...(next.length === 0 ? [] : ['The same call also needs', ...next.flatMap((step) => oneStep(step, page))]),
    ...(before.length === 0 ? [] : ['Before it', ...before.flatMap((step) => oneStep(step, page))]),
  ]
}

function oneStep({ request, why, rule, decision, observed }: Step, page: Page): string[] {
  const seen = observed === undefined ? '' : `, as seen in event ${observed}`
  const facts = decision.missing.filter(({ bearsOn }) => bearsOn === 'decision').map(({ fact }) => fact)
  const unknown = `not known: ${[...new Set(facts)].join(', ')}`
  return [
    ...block(page, '  ', 4, `${request.action}  ${resourceText(request)}  ${decision.decision}${seen}`),
    ...block(page, '    ', 4, `because ${why}${rule === undefined ? '' : ` (${rule})`}`),
    ...refusalLines(decision, 0, page, 4),
    ...(decision.decision === 'undetermined' ? block(page, '    ', 4, unknown) : []),
  ]
}

/** Which disputed rules were read otherwise than by default: the answer is not the default one. */
export function readingLines({ readings }: Decision, page: Page): string[] {
  if (readings === undefined) return []
  const list = Object.entries(readings).map(([name, choice]) => `${name}=${choice}`)
  return block(page, '', 0, `Read otherwise than by default: ${list.join(', ')} (docs/disputed.md)`)
}

/** Mistakes in the policies themselves; suggestions stay in the JSON. */
export function lintLines(lint: readonly LintFinding[], page: Page): string[] {
  const shown = lint.filter(({ severity }) => severity !== 'suggestion')
  if (shown.length === 0) return []
  const ofRequest = shown.filter(({ policy, pointer }) => policy === '' && pointer.startsWith('/request'))
  const ofPolicies = shown.filter((finding) => !ofRequest.includes(finding))
  return [
    ...findingLines('Found in the request', ofRequest, page),
    ...findingLines('Found in the policies', ofPolicies, page),
  ]
}

function findingLines(title: string, found: readonly LintFinding[], page: Page): string[] {
  if (found.length === 0) return []
  return [
    title,
    ...found.flatMap(({ id, severity, policy, pointer, message }) =>
      block(
        page,
        '  ',
        4,
        `${severity} ${id}${policy === '' ? '' : ` in \`${policy}\``} at ${pointer === '' ? '/' : pointer}: ${message}`,
      ),
    ),
  ]
}
