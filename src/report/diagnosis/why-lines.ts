import { isResourceTagKey } from '#iam/tag-keys.ts'
import { type CallerName, causeWords, MAX_CONDITIONS, statementWord } from '#answer/cause-words.ts'
import { textWithPlaces } from '#answer/marked-words.ts'
import { callerInWords } from '#answer/name-in-words.ts'
import type { Cause, Diagnosis, UsualCause } from '#diagnose/diagnosis.ts'
import { subjectForms } from '#diagnose/subject-forms.ts'
import type { FailedElement, MetCondition } from '#engine/decision.ts'
import { layerName, type PolicyLayer } from '#iam/layers.ts'
import type { StatementRef } from '#engine/statement-ref.ts'
import { block, type Page, paint, UNWRAPPED } from '../page.ts'
import { valueText } from '#answer/value-words.ts'

const INDENT = 9
const MAX_CAUSES = 3
const MAX_RIVALS = 5

/** The lines of `Cause`: each layer that refuses, its statement or what comes nearest, and whether AWS says the same. */
export function whyLines(diagnosis: Diagnosis, page: Page): string[] {
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

function textsOf(diagnosis: Diagnosis): readonly CauseText[] {
  const { causes, status, summary, basis } = diagnosis
  const sure = causes.filter(({ certainty }) => certainty !== 'possible')
  const { denialIsOlder, explanation } = diagnosis.reconciliation
  if (denialIsOlder === true) return [{ text: explanation }]
  if (status === 'contradicted') return [{ text: summary }, { text: explanation }]
  if (sure.length === 0) return rivals(diagnosis)
  const causeTexts = sure.slice(0, MAX_CAUSES).map((cause, i) => causeText(cause, diagnosis, i === 0))
  if (basis === 'policies') return causeTexts
  // The first shows the cause that was told; each further one is a cause of its own.
  const where = (diagnosis.usualCauses ?? []).map(
    ({ what, tell }, i): CauseText => ({ text: i === 0 ? 'Look for it there:' : `Or ${what}:`, paste: tell }),
  )
  return [...causeTexts, ...impliedBy(diagnosis), ...where]
}

/** Several may refuse, and they would be mended in different places. */
function rivals(diagnosis: Diagnosis): readonly CauseText[] {
  const { causes, denial, status, steps, summary, unseen, usualCauses = [] } = diagnosis
  if (status === 'explained') return usualCauses.map(({ what, tell }): CauseText => ({ text: what, paste: tell }))
  if (usualCauses.length > 0) return usualTexts(denial, usualCauses, isAllowedByCaller(diagnosis))
  if (steps.length === 0 || causes.length === 0) return [{ text: summary }]
  const shown = causes.slice(0, MAX_RIVALS)
  const howOf = (layer: PolicyLayer): string | undefined => unseen.find((unseen) => unseen.layer === layer)?.howToGet
  return [
    {
      text: "AWS doesn't say which policy denied the call, and the policies you provided don't settle it. It is one of these:",
    },
    ...shown.map(({ layer, toldApartBy }): CauseText => {
      const how = toldApartBy?.howToGet ?? howOf(layer)
      const fact = toldApartBy === undefined ? '' : `, which ${toldApartBy.fact} tells`
      return { text: `- ${layerName(layer)}${fact}${how === undefined ? '' : `: ${how}`}` }
    }),
  ]
}

/** Whether a given policy of the caller allows the call, so that it is not among the usual causes (R-EVID-15). */
function isAllowedByCaller({ basis, steps, usualCauses = [] }: Diagnosis): boolean {
  if (basis !== 'policies' || usualCauses.some(({ layer }) => layer === 'identity-policy')) return false
  const layers = steps[0]?.decision.layers ?? []
  return layers.some(
    ({ layer, statements }) =>
      layer === 'identity-policy' && statements.some(({ effect, matches }) => effect === 'Allow' && matches !== false),
  )
}

const DECODED = "An explicit Deny denied it. The decoded message doesn't say in which policy:"

/** What AWS leaves unsaid, and the usual causes: one alone is the most likely. */
function usualTexts(
  { decoded, notes, reported }: Diagnosis['denial'],
  usual: readonly UsualCause[],
  isAllowed: boolean,
): readonly CauseText[] {
  const [only, ...more] = usual
  if (decoded?.explicitDeny === true) return [{ text: DECODED }, ...usual.map(usualText)]
  if (reported.denyType === 'explicit')
    return [
      { text: "An explicit Deny denies it. AWS doesn't say in which policy. Check these, most likely first:" },
      ...usual.map(usualText),
    ]
  const unsaid = notes.some(({ code }) => code === 'further-request')
    ? 'AWS allowed the call itself and denied another request that it needs.'
    : isAllowed
      ? "A policy of the caller that you provided allows it. AWS doesn't say what denied it."
      : "AWS doesn't say which policy denied it."
  if (only !== undefined && more.length === 0)
    return [{ text: `${unsaid} Most likely ${only.what}:`, paste: only.tell }]
  return [{ text: `${unsaid} Check these, most likely first:` }, ...usual.map(usualText)]
}

/** A cause with the command that tells, which is to be copied: never wrapped. */
const usualText = ({ what, tell }: UsualCause, i: number): CauseText => ({ text: `${i + 1}. ${what}`, paste: tell })

function causeText(cause: Cause, diagnosis: Diagnosis, isFirst: boolean): CauseText {
  const words = textWithPlaces(causeWords(cause, callerOf(diagnosis)))
  const sentence = cause.certainty === 'likely' ? `Most likely: ${words}` : capital(words)
  const { nearest, metBy = [], from, denyType, layer } = cause
  const saysSo =
    denyType === 'implicit' && layer !== 'service-guard' && !from.includes('policies') && from.includes('message')
  const agrees = isFirst ? agreement(cause, diagnosis) : ''
  return {
    text: `${sentence}.${saysSo ? " AWS's message says so." : ''}${agrees}`,
    ...(nearest === undefined || denyType === 'explicit' ? {} : { next: `Nearest: ${statementWords(nearest)}` }),
    below:
      denyType === 'explicit'
        ? metBy.slice(MAX_CONDITIONS).map(metWords)
        : (nearest?.failedOn ?? []).slice(0, 3).flatMap(failureLines),
  }
}

/** A cause in one sentence, without what it rests on. */
export function causeSentence(cause: Cause, diagnosis: Pick<Diagnosis, 'denial' | 'steps'>): string {
  const words = textWithPlaces(causeWords(cause, callerOf(diagnosis)))
  return `${cause.certainty === 'likely' ? `most likely ${words}` : words}.`
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

/** Cause texts of what the words of AWS settle besides the layer they name (R-EVID-03). */
function impliedBy({ reconciliation: { reported }, causes }: Diagnosis): readonly CauseText[] {
  if (reported.denyType !== 'implicit') return []
  switch (reported.layer) {
    case 'identity-policy':
      return [
        {
          text: 'No explicit Deny was involved, and SCPs and RCPs allow it. A permissions boundary or session policy could still deny it next.',
        },
      ]
    case 'permissions-boundary':
      return [
        {
          text: 'No explicit Deny was involved, and an identity policy allows it. A session policy could still deny it next.',
        },
      ]
    case 'resource-policy':
      return [{ text: `No explicit Deny of that account was involved: ${whoMustAllow(causes)}.` }]
    case 'session-policy':
      return [
        {
          text: 'No explicit Deny was involved, and the role itself allows it: the session was created with fewer permissions.',
        },
      ]
    default:
      return []
  }
}

/** Within an account a statement of either side does, where the service does not ask for the resource's. */
const whoMustAllow = (causes: Diagnosis['causes']): string =>
  causes.some(({ layer, certainty }) => layer === 'identity-policy' && certainty !== 'possible')
    ? 'within one account, a statement in either policy is enough'
    : 'the resource policy must allow the caller'

/** `policy deploy, statement AllowPut (file:12)` */
export const statementWords = (statement: StatementRef): string => textWithPlaces([statementWord(statement)])

/** No policy names the value that the request had. */
const OTHER = '(other)'
const isOther = (value: unknown): boolean => [value].flat().includes(OTHER)
const hasText = (value: unknown): string => (isOther(value) ? 'has another value, or none' : valueText(value))

function failureLines({ element, key, operator, expected, actual, state, hint }: FailedElement): string[] {
  if (element !== 'Condition') {
    const [first = '', ...more] = listed(expected)
    return [
      `${`its ${element}`.padEnd(14)}${first}`,
      ...more.map((text) => `${' '.repeat(14)}${text}`),
      `${'the request'.padEnd(14)}${valueText(actual)}${hint === undefined ? '' : `      ${hint}`}`,
    ]
  }
  const isTag = isResourceTagKey(key ?? '')
  const has =
    state === 'unknown' ? 'not known' : state === 'absent' ? (isTag ? 'no such tag' : 'not sent') : hasText(actual)
  return [
    `${'it needs'.padEnd(14)}${operator ?? ''} ${key ?? ''} ${valueText(expected)}`,
    `${(isTag ? 'the resource' : 'the request').padEnd(14)}${has}${hint === undefined ? '' : `      ${hint}`}`,
    ...(state !== undefined || isOther(actual) ? formLines(key ?? '', expected) : []),
  ]
}

/** What the subject of a token can be, where nobody knows it. */
const formLines = (key: string, expected: unknown): readonly string[] =>
  subjectForms(
    key,
    [expected].flat().map((value) => valueText(value)),
  ).map((line, i) => `${(i === 0 ? 'a token has' : '').padEnd(14)}${line}`)

/** A list in one line; a long one an entry a line, and no more than its first: in one line nobody finds what was meant. */
function listed(expected: unknown): readonly string[] {
  const texts = [expected].flat().map((text) => valueText(text))
  const whole = texts.join(', ')
  if (whole.length <= MAX_LISTED) return [whole]
  const more = texts.length - MANY
  return [...texts.slice(0, more > 1 ? MANY : texts.length), ...(more > 1 ? [`and ${more} more`] : [])]
}

/** Characters of a list in one line, and entries of a longer one. */
const MAX_LISTED = 80
const MANY = 3

function metWords({ key, operator, expected, actual, state }: MetCondition): string {
  const condition = `(${operator} ${valueText(expected)})`
  if (state === 'absent')
    return `because ${key} ${isResourceTagKey(key) ? 'is not a tag of the resource' : 'was not sent'}  ${condition}`
  if (state === 'unknown') return `because of ${key}, whatever its value  ${condition}`
  if (isOther(actual))
    return isNegated(operator)
      ? `because ${key} has another value, or was not sent  ${condition}`
      : `because of the value of ${key}  ${condition}`
  return `because ${key} is ${valueText(actual)}  ${condition}`
}

const isNegated = (operator: string): boolean => /not/i.test(operator)
