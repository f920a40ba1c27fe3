import { shellWord } from '#quote/shell.ts'
import type { Diagnosis, PolicySource } from '#diagnose/diagnosis.ts'
import type { MissingFact } from '#engine/decision.ts'
import type { Scenario } from '#engine/scenario.ts'
import type { ContextValue } from '#iam/request.ts'
import type { FixScope } from '#fix/scope.ts'
import { shownFix } from '#fix/proof/finished.ts'
import type { DiagnosisWithFixes } from '#fix/proof/fix.ts'
import { block, type Page } from '#report/page.ts'
import { decisionText } from '#report/text-decision.ts'
import { denialsText } from '#report/text-denial.ts'
import { diagnosesText } from '#report/text-diagnosis.ts'
import { oneFix } from '#report/text-fixes.ts'
import { snapshotDiffText } from '#report/text-snapshot-diff.ts'
import { loadSnapshot } from '#collect/folder.ts'
import { type DiagnosisSearch, searchEvidence, shownResult, wholeDiagnosis } from '../diagnose.ts'
import { evaluateScenario } from '../evaluate.ts'
import type { Evidence } from '#diagnose/evidence/evidence.ts'
import { isDenial } from '../inputs.ts'
import { snapshotDiff } from '../snapshot-diff.ts'
import { evidenceOfPaste, faultOf, fileOfPaste, repeatedOfPaste, whetherRepeated } from './pasted-evidence.ts'
import type { Talk } from './talk.ts'

/** Options and variables of the environment that answer questions of the guide beforehand; `page`: how wide the text is. */
export interface GuideOptions {
  readonly snapshot: string | undefined
  readonly expectPrincipal: string | undefined
  readonly page: Page
}

export interface GuidedDenial {
  readonly schemaVersion: 1
  readonly topic: 'authorization-denial'
  readonly status: Diagnosis['status'] | 'no-evidence'
  readonly summary: string
  /** Answers by step, as given or found; `null`: nothing. */
  readonly answers: Readonly<Record<string, string | null>>
  /** The commands that do the steps without questions, ready to be pasted. */
  readonly commands: readonly string[]
  /** After the fix, by what was pasted last. */
  readonly verified: boolean | null
  readonly diagnosis: DiagnosisWithFixes | null
}

/** The playbook as a talk: each step asks for what it cannot find and says what follows (docs/guide/authorization-denial.md). */
export async function guideDenial(talk: Talk, options: GuideOptions): Promise<GuidedDenial> {
  const answers: Record<string, string | null> = {}
  const taken = await takeEvidence(talk, options)
  if (taken === undefined) return nothing(answers)
  const { evidence, file } = taken
  const expected = await whoShould(talk, options, answers)
  const snapshot = await whatWasInForce(talk, options, answers)
  talk.step('Judge all layers', 'Every layer that refuses, and what the call needs next.')
  const policySource: PolicySource =
    snapshot === undefined ? { kind: 'none' } : { kind: 'snapshot', snapshot: await loadSnapshot(snapshot) }
  const diagnoseOptions = expected === undefined ? {} : { expectPrincipal: expected }
  const searched = searchEvidence({ ...evidence, policySource }, diagnoseOptions)
  talk.tell(diagnosesText(shownResult(searched), options.page))
  const [first] = searched.searches
  if (first === undefined) return nothing(answers)
  const { diagnosis } = first
  await settle(talk, diagnosis, searched.scenarios[0]?.[0], options.page, answers)
  const isKnown = diagnosis.status === 'explained' || diagnosis.status === 'likely'
  if (snapshot !== undefined && isKnown) await whenItBegan(talk, snapshot, options.page, answers)
  const fix = await chooseFix(talk, first, options.page, answers)
  const verified = await verify(talk, diagnosis, answers)
  return {
    schemaVersion: 1,
    topic: 'authorization-denial',
    status: diagnosis.status,
    summary: diagnosis.summary,
    answers,
    commands: commandsFor(file, snapshot, expected, fix),
    verified,
    diagnosis: wholeDiagnosis(first),
  }
}

const nothing = (answers: GuidedDenial['answers']): GuidedDenial => ({
  schemaVersion: 1,
  topic: 'authorization-denial',
  status: 'no-evidence',
  summary: 'Nothing that was given is a denial.',
  answers,
  commands: [],
  verified: null,
  diagnosis: null,
})

const TRIES = 3

interface Taken {
  readonly evidence: Evidence
  /** The one that was named. */
  readonly file: string | undefined
}

async function takeEvidence(talk: Talk, { page }: GuideOptions): Promise<Taken | undefined> {
  talk.step(
    'Get the evidence',
    'The message as it was printed, or better the CloudTrail record, or the name of its file.',
  )
  for (let i = 0; i < TRIES; i++) {
    const text = await talk.askText('Paste it')
    if (text === undefined) return undefined
    const evidence = await evidenceOfPaste(text)
    if (typeof evidence === 'string') talk.tell(`${evidence}\n`)
    else {
      talk.tell(denialsText(evidence.denials, page))
      if (evidence.denials.some(isDenial)) return { evidence, file: fileOfPaste(text) }
      talk.tell('That is no denial by a policy: `denytrace guide` lists what looks like one.\n')
    }
  }
  return undefined
}

async function whoShould(
  talk: Talk,
  options: GuideOptions,
  answers: Record<string, string | null>,
): Promise<string | undefined> {
  talk.step('Ask who called', 'If somebody else called than should have, no policy of the right one matters.')
  const found =
    options.expectPrincipal ??
    (await talk.askFor('Who should have? ARN of the role or user; Enter: not known', (answer) =>
      answer.startsWith('arn:') ? undefined : `\`${answer}\` is no ARN, such as arn:aws:iam::111122223333:role/deploy`,
    ))
  if (options.expectPrincipal !== undefined) talk.tell(`Expected: ${found}\n`)
  answers['expected'] = found ?? null
  return found
}

async function whatWasInForce(
  talk: Talk,
  options: GuideOptions,
  answers: Record<string, string | null>,
): Promise<string | undefined> {
  talk.step(
    'Bring what was in force',
    'A snapshot; `denytrace collect --out DIR` or `denytrace import KIND PATH` makes one.',
  )
  let folder = options.snapshot ?? (await talk.ask('Its directory; Enter: there is none'))
  for (let i = 0; folder !== undefined; i++) {
    const fault = await faultIn(folder)
    if (fault === undefined) {
      if (options.snapshot !== undefined) talk.tell(`Snapshot: ${folder}\n`)
      break
    }
    talk.tell(`${fault}\n`)
    folder = i < TRIES ? await talk.ask('Its directory; Enter: there is none') : undefined
  }
  if (folder === undefined) talk.tell('Without it only the message speaks.\n')
  answers['snapshot'] = folder ?? null
  return folder
}

async function faultIn(folder: string): Promise<string | undefined> {
  try {
    await loadSnapshot(folder)
    return undefined
  } catch (error) {
    return faultOf(error)
  }
}

const MAX_FACTS = 8

/** Asks for the condition keys that hang in the balance, and judges again with the answers. */
async function settle(
  talk: Talk,
  diagnosis: Diagnosis,
  scenario: Scenario | undefined,
  page: Page,
  answers: Record<string, string | null>,
): Promise<void> {
  const decision = diagnosis.steps[0]?.decision
  const isSettled = diagnosis.status !== 'undetermined' || diagnosis.basis !== 'policies'
  if (decision?.decision !== 'undetermined' || isSettled || scenario === undefined) return
  talk.step('Settle what is not known', 'A key that the request had; `-` for one that it had not; Enter: not known.')
  const context: Record<string, ContextValue> = {}
  for (const fact of decision.missing.filter(isKey).slice(0, MAX_FACTS)) {
    const answer = await talk.ask(`${fact.fact} (${hintFor(fact)})`)
    answers[fact.fact] = answer ?? null
    if (answer !== undefined) context[fact.fact] = answer === '-' ? null : answer
  }
  const others = decision.missing.filter((fact) => !isKey(fact) && fact.bearsOn === 'decision')
  for (const { fact, howToGet } of others.slice(0, MAX_FACTS))
    talk.tell(`${block(page, '', 0, `not known: ${fact}; get it with: ${howToGet}`).join('\n')}\n`)
  if (Object.keys(context).length === 0) return
  const request = { ...scenario.request, context: { ...scenario.request.context, ...context } }
  const settled = evaluateScenario({ ...scenario, request }, { chain: true })
  talk.tell(decisionText(request, settled, page))
}

const isKey = ({ kind, bearsOn }: MissingFact): boolean => kind === 'context-key' && bearsOn === 'decision'

const hintFor = ({ wouldAllowIf, howToGet }: MissingFact): string =>
  wouldAllowIf === null ? howToGet : `allowed if ${wouldAllowIf}; ${howToGet}`

async function whenItBegan(
  talk: Talk,
  snapshot: string,
  page: Page,
  answers: Record<string, string | null>,
): Promise<void> {
  talk.step('Say when it began', 'Two snapshots show which policy changed.')
  const old = await talk.ask('A snapshot from before; Enter: there is none')
  answers['before'] = old ?? null
  if (old === undefined) return
  try {
    talk.tell(snapshotDiffText((await snapshotDiff(old, snapshot)).diff, page))
  } catch (error) {
    talk.tell(`${faultOf(error)}\n`)
  }
}

/** Words for what a fix grants, by the status of its proof. */
const GRANTS = {
  proved: 'grants nothing else: proved',
  refuted: 'grants more',
  'not-proved': 'whether it grants more is not proved',
} as const

async function chooseFix(
  talk: Talk,
  { search, diagnosis: { basis, steps, whatNotToDo } }: DiagnosisSearch,
  page: Page,
  answers: Record<string, string | null>,
): Promise<string | undefined> {
  // What is drafted from AWS's words alone was not replayed: it has been shown, and there is nothing to choose from.
  if (basis !== 'policies') return undefined
  const plans = search.all()
  if (plans.length === 0) return undefined
  talk.step('Choose a fix', 'Each was replayed; it says what it grants and whose it is to make.')
  for (const [i, { title, proved, replayed }] of plans.entries()) {
    const reach = SCOPES[replayed.plan.scope]
    talk.tell(`${block(page, `  ${i + 1}. `, 5, `${title}; ${reach} (${GRANTS[proved().status]})`).join('\n')}\n`)
  }
  for (const warning of whatNotToDo) talk.tell(`${block(page, '', 0, warning).join('\n')}\n`)
  const chosen = (answer: string) => (/^\d{1,3}$/.test(answer) ? plans[Number(answer) - 1] : undefined)
  const answer = await talk.askFor('Which one? Its number; Enter: none', (choice) =>
    chosen(choice) === undefined ? `There are 1 to ${plans.length}.` : undefined,
  )
  const plan = answer === undefined ? undefined : chosen(answer)
  answers['fix'] = plan?.id ?? null
  if (plan === undefined) return undefined
  talk.tell(`${oneFix(shownFix(plan), steps, page).join('\n')}\n`)
  return plan.id
}

const SCOPES = {
  exact: 'for this resource',
  prefix: 'for all in the same folder',
  resource: 'for all of what holds it',
} as const satisfies Record<FixScope, string>

/** Outcome of the call when it is repeated after the fix: refused again, by the same tuple or by the next. */
async function verify(
  talk: Talk,
  { denial }: Diagnosis,
  answers: Record<string, string | null>,
): Promise<boolean | null> {
  talk.step('Repeat the call where it failed', 'As the same principal, in the same job: `denytrace run -- COMMAND`.')
  const text = await talk.askText('Paste what it printed; nothing: later')
  answers['repeated'] = text === undefined ? null : 'given'
  if (text === undefined) return null
  const evidence = await repeatedOfPaste(text)
  if (typeof evidence === 'string') {
    talk.tell(`${evidence}\n`)
    return null
  }
  const again = evidence.denials.find(isDenial)
  if (again === undefined) {
    const verified = await whetherRepeated(talk, evidence, denial)
    if (verified === true) talk.tell('Keep it so: `denytrace test --from-denial FILE` writes an access test.\n')
    return verified
  }
  const isSame = again.action === denial.action && again.resource === denial.resource
  talk.tell(
    isSame ? 'The same call is still refused.\n' : `The next hop is refused: ${again.action ?? 'another call'}.\n`,
  )
  return false
}

function commandsFor(
  file: string | undefined,
  snapshot: string | undefined,
  expected: string | undefined,
  fix: string | undefined,
) {
  const from = file === undefined ? 'FILE' : shellWord(file)
  const held = snapshot === undefined ? '' : ` --snapshot ${shellWord(snapshot)}`
  const who = expected === undefined ? '' : ` --expect-principal ${shellWord(expected)}`
  return [
    `denytrace diagnose ${from}${held}${who}`,
    ...(fix === undefined
      ? []
      : [`denytrace fix ${from}${held}${who} --choose ${shellWord(fix)} --with-tests --out DIR`]),
  ]
}
