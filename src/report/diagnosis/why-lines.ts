import {
  type CallerName,
  causeWords,
  MAX_CONDITIONS,
  metCondition,
  shortCauseWords,
  statementWord,
} from '#answer/cause-words.ts'
import { withOpenStatement } from '#answer/competing-causes.ts'
import { failedRows, isOtherValue } from '#answer/failed-words.ts'
import { impliedWords } from '#answer/implied-words.ts'
import { plainText, textWithPlaces } from '#answer/marked-words.ts'
import { COMPETING, possibleCausesWords } from '#answer/possible-causes-words.ts'
import { callerInWords } from '#answer/name-in-words.ts'
import type { Cause, Diagnosis } from '#diagnose/diagnosis.ts'
import type { ShownDiagnosis } from '#fix/proof/fix.ts'
import { subjectForms } from '#diagnose/subject-forms.ts'
import type { FailedElement } from '#engine/decision.ts'
import { layerName, type PolicyLayer } from '#iam/layers.ts'
import type { StatementRef } from '#engine/statement-ref.ts'
import { block, type Page, paint, UNWRAPPED } from '../page.ts'
import { valueText } from '#answer/value-words.ts'

/** What the lines of `Cause` are made from. */
type Explained = Diagnosis & Partial<Pick<ShownDiagnosis, 'slips'>>

const INDENT = 9
const MAX_CAUSES = 3
const MAX_COMPETING = 5

/** The lines of `Cause`: each layer that refuses, its statement or what comes nearest, and whether AWS says the same. */
export function whyLines(diagnosis: Explained, page: Page): string[] {
  const texts = textsOf(diagnosis)
  return texts.flatMap(({ text, next, below = [], paste }, i) => {
    const lines = block(page, i === 0 ? 'Cause' : ' '.repeat(INDENT), INDENT, text)
    const [first = '', ...rest] = lines
    const head = i === 0 ? [paint(page, 'bold', 'Cause') + first.slice('Cause'.length), ...rest] : lines
    const more = next === undefined ? [] : block(page, ' '.repeat(INDENT), INDENT, next)
    const under = below.flatMap((line) => block(page, ' '.repeat(INDENT + 2), INDENT + 4, line))
    return [...head, ...more, ...under, ...(paste === undefined ? [] : pasted(paste))]
  })
}

const pasted = (command: string): string[] => block(UNWRAPPED, ' '.repeat(INDENT + 3), INDENT + 3, command)

interface CauseText {
  readonly text: string
  /** A line of its own behind it. */
  readonly next?: string | undefined
  /** Lines beneath it, set in. */
  readonly below?: readonly string[]
  /** A command beneath it. */
  readonly paste?: string
}

function textsOf(diagnosis: Explained): readonly CauseText[] {
  const { causes, status, summary, basis } = diagnosis
  const sure = causes.filter(({ certainty }) => certainty !== 'possible')
  const { denialIsOlder, explanation } = diagnosis.reconciliation
  if (denialIsOlder === true) return [{ text: explanation }]
  if (status === 'contradicted') return [{ text: summary }, { text: explanation }]
  if (sure.length === 0) return competing(diagnosis)
  const causeTexts = sure.slice(0, MAX_CAUSES).map((cause, i) => causeText(cause, diagnosis, i === 0))
  if (basis === 'policies') return causeTexts
  // The first shows the cause that was told; each further one is a cause of its own.
  const where = (diagnosis.usualCauses ?? []).map(
    ({ what, tell }, i): CauseText => ({ text: i === 0 ? 'To check:' : `Or ${what}:`, paste: tell }),
  )
  return [...causeTexts, ...implied(diagnosis), ...where]
}

/** Any one of several may deny it, and each has its own fix. */
function competing(diagnosis: Diagnosis): readonly CauseText[] {
  const { causes, status, steps, summary, unseen, usualCauses = [] } = diagnosis
  if (usualCauses.length > 0) {
    const isList = usualCauses.length > 1 && status !== 'explained'
    return [
      { text: possibleCausesWords(diagnosis) },
      ...implied(diagnosis),
      ...usualCauses.map(({ what, tell }, i) => ({ text: isList ? `${i + 1}. ${what}` : what, paste: tell })),
    ]
  }
  if (steps.length === 0 || causes.length === 0) return status === 'explained' ? [] : [{ text: summary }]
  const shown = causes.slice(0, MAX_COMPETING)
  const howOf = (layer: PolicyLayer): string | undefined => unseen.find((unseen) => unseen.layer === layer)?.howToGet
  return [
    { text: COMPETING },
    ...shown.map((cause): CauseText => {
      const how = cause.toldApartBy?.howToGet ?? howOf(cause.layer)
      const words = plainText(shortCauseWords(withOpenStatement(cause, diagnosis), callerOf(diagnosis)))
      return { text: `- ${words}${how === undefined ? '' : `. To find out: ${how}`}` }
    }),
  ]
}

function causeText(cause: Cause, diagnosis: Explained, isFirst: boolean): CauseText {
  const words = textWithPlaces(causeWords(cause, callerOf(diagnosis)))
  const sentence = cause.certainty === 'likely' ? `Most likely: ${words}` : capital(words)
  const { nearest, metBy = [], from, denyType, layer } = cause
  const isMistakeTold = (diagnosis.slips ?? []).length > 0
  const saysSo =
    denyType === 'implicit' && layer !== 'service-guard' && !from.includes('policies') && from.includes('message')
  const agrees = isFirst ? agreement(cause, diagnosis) : ''
  return {
    text: `${sentence}.${saysSo ? " AWS's message says so." : ''}${agrees}`,
    ...(nearest === undefined || denyType === 'explicit' ? {} : { next: `Nearest: ${statementWords(nearest)}` }),
    below:
      denyType === 'explicit'
        ? metBy.slice(MAX_CONDITIONS).map((met) => `and because ${plainText(metCondition(met))}`)
        : isMistakeTold
          ? []
          : (nearest?.failedOn ?? []).slice(0, 3).flatMap(failureLines),
  }
}

const callerOf = ({ denial, steps }: Pick<Diagnosis, 'denial' | 'steps'>): CallerName =>
  callerInWords(denial.principal ?? steps[0]?.request.principal)

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

function agreement(
  { layer, from, statementCertainty }: Cause,
  { reconciliation: { reported, agrees } }: Diagnosis,
): string {
  if (!from.includes('policies')) return ''
  if (reported.layer === layer)
    return statementCertainty === undefined ? ' AWS agrees.' : ` AWS names the ${layerName(layer)}.`
  return agrees === true ? ' AWS names the ' + layerName(reported.layer ?? layer) + '.' : ''
}

/** What AWS's message settles besides, as one paragraph. */
function implied(diagnosis: Diagnosis): readonly CauseText[] {
  const words = impliedWords(diagnosis)
    .map(({ text }) => text)
    .join(' ')
  return words === '' ? [] : [{ text: words }]
}

/** `policy deploy, statement AllowPut (file:12)` */
export const statementWords = (statement: StatementRef): string => textWithPlaces([statementWord(statement)])

function failureLines(failed: FailedElement): string[] {
  const { element, key, expected, actual, state } = failed
  const [wanted, had] = failedRows(failed)
  const [first = '', ...more] = shortList(wanted.values)
  return [
    `${wanted.label.padEnd(14)}${first}`,
    ...more.map((text) => `${' '.repeat(14)}${text}`),
    `${had.label.padEnd(14)}${had.values.join(', ')}${had.hint === undefined ? '' : `      ${had.hint}`}`,
    ...(element === 'Condition' && (state !== undefined || isOtherValue(actual)) ? formLines(key ?? '', expected) : []),
  ]
}

/** What the subject of a token can be, where nobody knows it. */
const formLines = (key: string, expected: unknown): readonly string[] =>
  subjectForms(
    key,
    [expected].flat().map((value) => valueText(value)),
  ).map((line, i) => `${(i === 0 ? 'a token has' : '').padEnd(14)}${line}`)

/** A list in one line; a long one an entry a line, and no more than its first: in one line nobody finds what was meant. */
function shortList(texts: readonly string[]): readonly string[] {
  const whole = texts.join(', ')
  if (whole.length <= MAX_LISTED) return [whole]
  const more = texts.length - MANY
  return [...texts.slice(0, more > 1 ? MANY : texts.length), ...(more > 1 ? [`and ${more} more`] : [])]
}

/** Characters of a list in one line, and entries of a longer one. */
const MAX_LISTED = 80
const MANY = 3
