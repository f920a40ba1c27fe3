import type { Diagnosis, TimelineEntry } from '#diagnose/diagnosis.ts'
import type { Step } from '#engine/decision.ts'
import type { DiagnosisWithFixes, ResultWithFixes } from '#prove/fix.ts'
import { block, type Page, paint } from './page.ts'
import {
  headLines,
  join,
  lintLines,
  assumptionLines,
  missingLines,
  outcomeLines,
  readingLines,
  refusalLines,
  stepLines,
  tableLines,
} from './text-decision.ts'
import { crossCheckLines } from './text-cross-check.ts'
import { denialLines } from './text-denial.ts'
import { fixLines } from './text-fixes.ts'

/** Every diagnosis of a run, then what happened when. */
export function diagnosesText({ diagnoses, timeline }: ResultWithFixes, page: Page): string {
  const many = diagnoses.length > 1
  const texts = diagnoses.map((one, i) => {
    const title = many ? `${paint(page, 'bold', `Denial ${i + 1} of ${diagnoses.length}`)}\n\n` : ''
    return `${title}${diagnosisText(one, page)}`
  })
  const last = timeline.length > 1 ? [join([timelineLines(timeline, page)])] : []
  return [...texts, ...last].join('\n')
}

/** One diagnosis: the answer first, then what it rests on, then what to do. */
export function diagnosisText(diagnosis: DiagnosisWithFixes, page: Page): string {
  const [denied, ...others] = diagnosis.steps
  const head = denied === undefined ? denialLines(diagnosis.denial, page) : deniedLines(diagnosis, denied, page)
  const isOther = diagnosis.identity.agrees === false
  return join([
    // The wrong caller makes every policy below look wrong, so it is said before them.
    isOther ? identityLines(diagnosis, page) : [],
    head,
    diagnosis.status === 'explained' ? [] : block(page, '', 0, diagnosis.summary),
    isOther ? [] : identityLines(diagnosis, page),
    ...(denied === undefined ? [] : judgedLines(diagnosis, denied, page)),
    stepLines(others, page),
    assumptionLines(diagnosis, page),
    denied === undefined || diagnosis.status === 'message-only' ? [] : missingLines(denied.decision, page),
    diagnosis.status === 'not-a-denial' ? [] : block(page, '', 0, diagnosis.reconciliation.explanation),
    crossCheckLines(diagnosis.crossChecks, page),
    fixLines(diagnosis, page),
    list('Do not', diagnosis.whatNotToDo.map(withoutDoNot), page),
    commands(diagnosis.verify),
    denied === undefined ? [] : lintLines(denied.decision, page),
    denied === undefined ? [] : readingLines(denied.decision, page),
    guideLines(diagnosis, page),
  ])
}

/** The pages of the layers that refuse; of the kind of failure where none is known to. */
function guideLines({ guide, steps }: Diagnosis, page: Page): string[] {
  const layers = [
    ...new Set(steps.flatMap(({ relation, decision }) => (relation === 'before' ? [] : decision.blockedBy))),
  ]
  const topics = layers.length === 0 ? [guide] : layers
  return topics.flatMap((topic, i) => block(page, i === 0 ? 'Guide' : ' '.repeat(8), 8, `denytrace guide ${topic}`))
}

function deniedLines({ denial, occurrences, status }: Diagnosis, { request, decision }: Step, page: Page): string[] {
  // AWS denied it, whatever we find; that we find otherwise is said in the summary.
  const effect = status === 'undetermined' ? 'undetermined' : 'denied'
  const indent = effect.length + 3
  const when = [denial.time, denial.requestId === null ? null : `request ${denial.requestId}`].filter(
    (one) => one !== null,
  )
  const times = occurrences.count > 1 ? [`seen ${occurrences.count} times`] : []
  const facts = [...when, ...times]
  return [
    ...headLines(request, effect, page),
    ...(facts.length === 0 ? [] : block(page, 'at', indent, facts.join(', '))),
    ...noteLines(denial, page),
    ...(decision.decision === 'denied' ? ['', ...refusalLines(decision, indent, page)] : []),
  ]
}

/** Notes that say who was refused, and that no policy of the caller helps: read before anything is judged. */
const OF_THE_ASKED: ReadonlySet<string> = new Set(['trust-policy', 'service-role', 'service-rule'])

function noteLines({ notes }: Diagnosis['denial'], page: Page): string[] {
  const told = notes.filter(({ code }) => OF_THE_ASKED.has(code))
  return told.length === 0 ? [] : ['', ...block(page, '', 0, told.map(({ text }) => text).join(' '))]
}

function judgedLines({ status, reconciliation }: Diagnosis, { decision }: Step, page: Page): string[][] {
  // Without a snapshot every layer is unknown; a table of that says nothing.
  if (status === 'message-only') return []
  return [
    tableLines(decision, { layer: reconciliation.reported.layer, words: 'the layer AWS names' }, page),
    outcomeLines(decision, page),
  ]
}

/** Who was evaluated is said aloud where it is not who was expected. */
function identityLines({ identity }: Diagnosis, page: Page): string[] {
  if (identity.expected === null) return []
  const lines = block(page, '', 0, identity.explanation)
  return identity.agrees === false ? lines.map((line) => paint(page, 'yellow', line)) : lines
}

const list = (title: string, items: readonly string[], page: Page): string[] =>
  items.length === 0 ? [] : [title, ...items.flatMap((item) => block(page, '  -', 4, item))]

const withoutDoNot = (text: string): string => (text.startsWith('Do not ') ? text.slice('Do not '.length) : text)

/** Commands are to be copied: never wrapped, never shortened. */
const commands = (verify: readonly string[]): string[] =>
  verify.length === 0 ? [] : ['To verify', ...verify.flatMap((line) => block(UNWRAPPED, '  ', 2, line))]

const UNWRAPPED: Page = { columns: undefined, isTerminal: false, color: false }

function timelineLines(timeline: readonly TimelineEntry[], page: Page): string[] {
  const rows = timeline.map(({ time, outcome, what, diagnosis }) => {
    const which = diagnosis === undefined ? '' : `  (denial ${diagnosis + 1})`
    return block(page, `  ${(time ?? 'time not known').padEnd(20)}  ${outcome.padEnd(7)}`, 33, `${what}${which}`)
  })
  return ['Timeline', ...rows.flat()]
}
