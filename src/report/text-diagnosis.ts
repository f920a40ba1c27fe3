import type { Diagnosis, TimelineEntry } from '#diagnose/diagnosis.ts'
import type { Decision, Step } from '#engine/decision.ts'
import type { DecisionWithLint } from '#lint/decision-with-lint.ts'
import type { LintFinding } from '#lint/finding.ts'
import type { ShownDiagnosis, ShownResult } from '#fix/proof/fix.ts'
import { NOTE_SUBJECTS } from '#intake/note.ts'
import { block, type Page, paint, UNWRAPPED } from './page.ts'
import { screenOf, type ScreenView } from './diagnosis/screen.ts'
import {
  join,
  lintLines,
  assumptionLines,
  missingLines,
  outcomeLines,
  readingLines,
  stepLines,
  tableLines,
} from './text-decision.ts'
import { crossCheckLines } from './text-cross-check.ts'
import { denialLines } from './text-denial.ts'
import { evidenceLines } from './text-evidence.ts'
import { fixLines } from './text-fixes.ts'

/** How much is told, and how it was asked for. */
export interface DiagnosisView extends ScreenView {
  /** Every layer, all assumptions, the other fixes, the timeline. */
  readonly verbose?: boolean
}

/** Every diagnosis of a run: one screen each, or everything. */
export function diagnosesText({ diagnoses, timeline }: ShownResult, page: Page, view: DiagnosisView = {}): string {
  const many = diagnoses.length > 1
  const texts = diagnoses.map((diagnosis, i) => {
    const title = many ? `${paint(page, 'bold', `Denial ${i + 1} of ${diagnoses.length}`)}\n\n` : ''
    return `${title}${diagnosisText(diagnosis, page, view)}`
  })
  const last = view.verbose === true && timeline.length > 1 ? [join([timelineLines(timeline, page)])] : []
  return [...(many ? [outsideText(diagnoses, page)] : []), ...texts, ...last].filter((text) => text !== '').join('\n')
}

/** Which denials are of callers from outside, before the first of them. */
function outsideText(diagnoses: ShownResult['diagnoses'], page: Page): string {
  const numbers = diagnoses.flatMap(({ identity }, i) => (identity.relation === 'outside' ? [i + 1] : []))
  if (numbers.length === 0) return ''
  const [which, are] = numbers.length === 1 ? ['Denial', 'is of a caller'] : ['Denials', 'are of callers']
  return join([
    block(page, 'Warning', 9, `${which} ${numbers.join(', ')} ${are} from outside your accounts.`).map((line) =>
      paint(page, 'yellow', line),
    ),
  ])
}

/** The text of a diagnosis: who may not do what, why, what to change; with `verbose` what it rests on, too. */
export function diagnosisText(diagnosis: ShownDiagnosis, page: Page, view: DiagnosisView = {}): string {
  const { denial, status } = diagnosis
  if (status === 'not-a-denial' || denial.kind !== 'aws-access-denied') return otherText(diagnosis, page)
  return join([
    ...screenOf(diagnosis, view, page),
    noteLines(denial, page),
    crossCheckLines(diagnosis.crossChecks, page),
    ...(view.verbose === true ? detailLines(diagnosis, page) : []),
  ])
}

/** The text on what is no denial by a policy: what was read, what it is, and where to read on. */
const otherText = (diagnosis: ShownDiagnosis, page: Page): string =>
  join([
    denialLines(diagnosis.denial, page),
    block(page, '', 0, diagnosis.summary),
    identityLines(diagnosis, page),
    guideLines(diagnosis, page),
  ])

function detailLines(diagnosis: ShownDiagnosis, page: Page): string[][] {
  const [denied, ...others] = diagnosis.steps
  return [
    recordedLines(diagnosis.denial, page),
    diagnosis.identity.agrees === false ? [] : identityLines(diagnosis, page),
    ...(denied === undefined ? [] : decisionLines(diagnosis, denied, page)),
    stepLines(others, page),
    evidenceLines(diagnosis.evidence, page),
    assumptionLines(diagnosis, page),
    denied === undefined || diagnosis.basis !== 'policies' ? [] : missingLines(denied.decision, page),
    block(page, '', 0, diagnosis.reconciliation.explanation),
    fixLines(diagnosis, page),
    list('Do not', diagnosis.whatNotToDo.map(withoutDoNot), page),
    commands(diagnosis.verify),
    denied === undefined ? [] : lintLines(findingsOn(denied.decision), page),
    denied === undefined ? [] : readingLines(denied.decision, page),
    guideLines(diagnosis, page),
  ]
}

/** What the record shows of the call besides the first lines: how it was signed and sent, and the ids that AWS asks for. */
function recordedLines({ details = {}, eventId, extendedRequestId }: Diagnosis['denial'], page: Page): string[] {
  const facts = [
    ...RECORDED.flatMap(([name, words]) => (details[name] == null ? [] : [`${words} ${details[name]}`])),
    ...(eventId === null ? [] : [`event ${eventId}`]),
    ...(extendedRequestId === null ? [] : [`extended request id ${extendedRequestId}`]),
  ]
  return facts.length === 0 ? [] : block(page, 'Recorded', 10, facts.join(', '))
}

/** Fields of `details` in the order in which they are told. */
const RECORDED = [
  ['signatureVersion', 'signature'],
  ['authenticationMethod', 'authentication'],
  ['cipherSuite', 'cipher suite'],
  ['aclRequired', 'ACL required:'],
] as const

/** Where they were asked for. */
const findingsOn = (decision: Decision | DecisionWithLint): readonly LintFinding[] =>
  'lint' in decision ? decision.lint : []

/** The pages of the layers that refuse; of the kind of failure where none is known to. */
function guideLines({ guide, steps }: Diagnosis, page: Page): string[] {
  const layers = [
    ...new Set(steps.flatMap(({ relation, decision }) => (relation === 'before' ? [] : decision.blockedBy))),
  ]
  const topics = layers.length === 0 ? [guide] : layers
  return topics.flatMap((topic, i) => block(page, i === 0 ? 'Guide' : ' '.repeat(8), 8, `denytrace guide ${topic}`))
}

/** Why AWS did not say more is what to mend next. */
function noteLines({ notes }: Diagnosis['denial'], page: Page): string[] {
  const shownNotes = notes.filter(({ code }) => NOTE_SUBJECTS[code] === 'what-aws-answered')
  return shownNotes.length === 0 ? [] : block(page, '', 0, shownNotes.map(({ text }) => text).join(' '))
}

function decisionLines({ basis, reconciliation }: Diagnosis, { decision }: Step, page: Page): string[][] {
  // Without a snapshot every layer is unknown; a table of that says nothing.
  if (basis !== 'policies') return []
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

function timelineLines(timeline: readonly TimelineEntry[], page: Page): string[] {
  const rows = timeline.map(({ time, outcome, what, diagnosis }) => {
    const which = diagnosis === undefined ? '' : `  (denial ${diagnosis + 1})`
    return block(page, `  ${(time ?? 'time not known').padEnd(20)}  ${outcome.padEnd(7)}`, 33, `${what}${which}`)
  })
  return ['Timeline', ...rows.flat()]
}
