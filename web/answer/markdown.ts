import { assumedWords } from '#answer/assumed-words.ts'
import { causeWords, statementWord } from '#answer/cause-words.ts'
import { text } from '#answer/marked-words.ts'
import { failedRows } from '#answer/failed-words.ts'
import { mistakeWords } from '#answer/mistake-words.ts'
import { callerInWords } from '#answer/name-in-words.ts'
import { deniedNext, nextWords } from '#answer/next-words.ts'
import { notCheckedWords } from '#answer/not-checked-words.ts'
import { answerWords } from '#answer/question-words.ts'
import { IF_KNOWN, NONE_OFFERED } from '#answer/verify-words.ts'
import type { Diagnosis, Fix } from '#http/wire.ts'
import { copyOf, fixLines, formsOf, grantLinesOf } from './fix-lines.ts'
import { timeWords } from './names.ts'
import { piecesOf, sentenceOf, tagOf, type Sentence } from './say.ts'
import { questionOf } from './say-question.ts'
import { SIGN } from '#rail/rail.ts'
import { railOf } from './rail-of.ts'

/** Text that Markdown does not read as anything else. */
const safe = (text: string): string =>
  text.replaceAll(/[\\`*_[\]<>|#!~&]/g, (letter) => `\\${letter}`).replaceAll(/\s+/g, ' ')

/** Code in as many backticks as it takes. */
function code(text: string): string {
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map(({ length }) => length))
  const fence = '`'.repeat(longest + 1)
  const pad = longest > 0 ? ' ' : ''
  return `${fence}${pad}${text.replaceAll(/\s+/g, ' ')}${pad}${fence}`
}

function block(text: string, language: string): string {
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map(({ length }) => length))
  const fence = '`'.repeat(longest + 1)
  return `${fence}${language}\n${text}\n${fence}`
}

const said = (sentence: Sentence): string =>
  sentence
    .map(({ text, isCode, tone }) =>
      isCode === true ? code(text) : tone === 'bad' ? ` **${safe(text).trim()}** ` : safe(text),
    )
    .join('')
    .replaceAll(/ {2,}/g, ' ')
    .replaceAll(/ ([,;:.])/g, '$1')

/** An answer for a ticket: verdict, sentence, facts, layers, why, fix. */
export function markdownOf(diagnosis: Diagnosis, fix: Fix | undefined): string {
  const { denial, steps, call } = diagnosis
  const facts: readonly (readonly [string, string | null | undefined])[] = [
    ['Who', denial.principal],
    ['What', steps[0]?.request.action ?? denial.action],
    ['On', [steps[0]?.request.resource ?? denial.resource ?? []].flat().join(', ')],
    ['When', denial.time === null ? null : timeWords(denial.time)],
    ['Region', denial.region],
    ['Request', denial.requestId],
    ['Asked by', call === undefined ? null : callWords(call)],
  ]
  return [
    `**${safe(tagOf(diagnosis).text)}** ${said(sentenceOf(diagnosis)).trim()}`,
    diagnosis.identity.warning === undefined ? '' : `**Warning** ${safe(diagnosis.identity.warning)}`,
    facts.flatMap(([name, value]) => (value ? [`- ${name}: ${code(value)}`] : [])).join('\n'),
    layersOf(diagnosis),
    whyOf(diagnosis),
    nextOf(diagnosis),
    slipsOf(diagnosis),
    askedOf(diagnosis),
    fix === undefined ? withheldOf(diagnosis) : fixOf(fix),
    notCheckedOf(diagnosis, fix),
    assumedOf(diagnosis),
  ]
    .filter((one) => one !== '')
    .join('\n\n')
}

/** No fix of a caller from outside is offered. */
const withheldOf = ({ withheldFixes: [first] = [] }: Diagnosis): string =>
  first === undefined ? '' : `Fix: ${NONE_OFFERED} ${IF_KNOWN}: ${code(`denytrace fix FILE --choose ${first.id}`)}`

const callWords = ({ eventSource, operation, resource, requestId }: NonNullable<Diagnosis['call']>): string =>
  [
    `${eventSource?.split('.')[0] ?? 'a service'} for ${operation ?? 'a call'}`,
    ...(resource === null ? [] : [`on ${resource}`]),
    ...(requestId === null ? [] : [`(request ${requestId})`]),
  ].join(' ')

const slipsOf = ({ slips = [] }: Diagnosis): string => slips.map((slip) => `${proseOf(mistakeWords(slip))}.`).join('\n')

/** The one question that is left, with what either answer comes to. */
function askedOf(diagnosis: Diagnosis): string {
  const question = questionOf(diagnosis)
  if (question === undefined) return ''
  const answers = question.answers.map((answer) => `- ${answer.answer}: ${proseOf(answerWords(answer, diagnosis))}`)
  return [`Check: ${proseOf(`${question.text} To find out: ${question.howToGet}.`)}`, ...answers].join('\n')
}

/** A text of ours, its names as code. */
const proseOf = (text: string): string =>
  text
    .split('`')
    .map((part, i) => (i % 2 === 1 ? code(part) : safe(part)))
    .join('')

function layersOf(diagnosis: Diagnosis): string {
  const rail = railOf(diagnosis)
  if (rail === undefined) return ''
  const stops = rail.call.stops.map(
    ({ kind, name }) => `${SIGN[kind]} ${kind === 'deny' ? `**${safe(name)}**` : safe(name)}`,
  )
  const then = rail.further.map(({ action, stops: [stop], isRefused }) =>
    stop === undefined
      ? ''
      : `${isRefused ? 'then' : 'and'} ${code(action)}: ${SIGN[stop.kind]} ${safe(stop.name)} (${safe(stop.why)})`,
  )
  return [`Layers: ${stops.join(' → ')}`, ...then].join('; ')
}

function whyOf({ causes, denial, steps }: Diagnosis): string {
  const caller = callerInWords(denial.principal ?? steps[0]?.request.principal)
  const lines = causes.slice(0, 3).map((cause) => {
    const { certainty, denyType, nearest } = cause
    const words = causeWords(cause, caller)
    const sentence = said(piecesOf(certainty === 'certain' ? words : [text(`${HOW_SURE[certainty]}: `), ...words]))
    if (nearest === undefined || denyType === 'explicit') return `- ${sentence.trim()}.`
    const how = nearest.failedOn.map((failed) =>
      failedRows(failed)
        .map(({ label, values }) => `${label} ${code(values.join(', '))}`)
        .join(', '),
    )
    return `- ${sentence.trim()}. Nearest: ${said(piecesOf([statementWord(nearest)]))}${how.length === 0 ? '' : `: ${how.join('; ')}`}.`
  })
  return lines.length === 0 ? '' : `Cause:\n${lines.join('\n')}`
}

const HOW_SURE = { likely: 'most likely', possible: 'possible' } as const

/** The dependent requests that AWS denies once this denial is fixed. */
const nextOf = ({ steps }: Diagnosis): string =>
  deniedNext(steps)
    .map((step) => `Next: ${said(piecesOf(nextWords(step)))}: ${proseOf(step.why)}.`)
    .join('\n')

function notCheckedOf({ unseen }: Diagnosis, fix: Fix | undefined): string {
  const open = [...unseen, ...(fix?.replay?.unseen ?? [])]
  return open.length === 0 ? '' : `Not checked: ${safe(notCheckedWords(open))}`
}

const assumedOf = (diagnosis: Diagnosis): string =>
  diagnosis.assumptions.length === 0 ? '' : `Assumed: ${safe(assumedWords(diagnosis))}`

function fixOf(fix: Fix): string {
  const { lines } = fixLines(fix, true)
  const diff = lines.map((line) =>
    line.kind === 'file'
      ? `# ${line.name}, ${line.what}`
      : line.kind === 'consequence'
        ? `# ! ${line.text}`
        : line.kind === 'diff'
          ? `${line.sign === '−' ? '-' : line.sign === '' ? ' ' : '+'} ${line.text}`
          : '',
  )
  const terraform = formsOf(fix).includes('terraform')
    ? `\n\n<details><summary>Terraform</summary>\n\n${block(copyOf(fix, 'terraform'), 'hcl')}\n\n</details>`
    : ''
  const grants = grantLinesOf(fix).map(({ name, text }) => `- ${name}: ${code(text)}`)
  const granted = grants.length === 0 ? '' : `${grants.join('\n')}\n\n`
  return `Fix: ${safe(fix.title.replaceAll('`', ''))}. ${safe(fix.outcome ?? '')}\n\n${granted}${block(diff.join('\n'), 'diff')}${terraform}`
}
