import type { AwsAnswer, AwsQuestion } from '#collect/aws/cross-check.ts'
import type { Diagnosis, DiagnoseResult } from '#diagnose/diagnosis.ts'
import type { Decision, Step } from '#engine/decision.ts'
import { evaluate } from '#engine/evaluate.ts'
import type { Scenario } from '#engine/scenario.ts'
import type { CrossCheck, Sent } from '#fix/cross-check/cross-check.ts'
import { checksOf, compareCheck, type FixQuestion } from '#fix/cross-check/fix-checks.ts'
import { compareSimulation } from '#fix/cross-check/simulated.ts'
import { type SimulationQuestion, simulationsOf } from '#fix/cross-check/simulation.ts'
import type { FixInHand } from '#fix/proof/fix.ts'
import { awsFault, unusableAnswer } from './aws-fault.ts'
import type { SearchedResult } from './diagnose.ts'

interface Where {
  readonly profile?: string
  readonly region?: string
  readonly endpoint?: string
}

export interface Asking {
  readonly where: Where
  /** Called before a question is sent. */
  readonly tell: (call: string, sent: Sent) => void
}

/** A request and its decision: the step of a diagnosis, or the one request of `evaluate`. */
export interface DecidedRequest {
  readonly step: number
  readonly scenario: Scenario
  readonly decision: Decision
}

/** Every decided request beside what the policy simulator says of it. */
export async function crossCheckSteps(
  decided: readonly DecidedRequest[],
  asking: Asking,
): Promise<readonly CrossCheck[]> {
  const ofSteps = decided.map(({ step, scenario, decision }) => simulationsOf(step, scenario, decision))
  const questions = ofSteps.flatMap((ofStep) => ofStep.questions)
  const answers = await askOnce(questions, asking)
  return [
    ...ofSteps.flatMap(({ notAsked }) => notAsked),
    ...questions.map((question) => compareSimulation(question, simulationIn(answers(question)))),
  ]
}

/** The diagnoses of a run, each with what the policy simulator says of its steps; a question that two of them have is sent once. */
export async function crossCheckDiagnoses<R extends DiagnoseResult>(
  result: R,
  scenarios: SearchedResult['scenarios'],
  asking: Asking,
): Promise<R> {
  const ofDiagnoses = result.diagnoses.map(({ steps }, i) => simulationsOfSteps(steps, scenarios[i] ?? []))
  const questions = ofDiagnoses.flatMap((ofDiagnosis) => ofDiagnosis.flatMap(({ questions }) => questions))
  const answers = await askOnce(questions, asking)
  const diagnoses = result.diagnoses.map((diagnosis, i) => {
    const checks = (ofDiagnoses[i] ?? []).flatMap(({ questions: own, notAsked }) => [
      ...notAsked,
      ...own.map((question) => compareSimulation(question, simulationIn(answers(question)))),
    ])
    return { ...diagnosis, crossChecks: checks }
  })
  return { ...result, diagnoses }
}

const simulationsOfSteps = (steps: readonly Step[], scenarios: readonly Scenario[]) =>
  steps.flatMap(({ decision }, step) => {
    const scenario = scenarios[step]
    return scenario === undefined ? [] : [simulationsOf(step, scenario, decision)]
  })

/** A fix beside what the simulator says of what it cures, and Access Analyzer of its documents. */
export async function crossCheckFix(fix: FixInHand, { steps }: Diagnosis, asking: Asking): Promise<FixInHand> {
  const { questions, notAsked } = checksOf(fix, steps)
  const after = simulationsAfter(fix)
  const answers = await askOnce([...after, ...questions], asking)
  return {
    ...fix,
    crossChecks: [
      ...notAsked,
      ...after.map((question) => compareSimulation(question, simulationIn(answers(question)))),
      ...questions.map((question) => compareCheck(question, checkIn(answers(question)))),
    ],
  }
}

/** The requests that it cures, on what would be in force: those attached now are not. */
const simulationsAfter = ({ cures, after }: FixInHand): readonly SimulationQuestion[] =>
  after.flatMap((scenario, i) =>
    simulationsOf(cures[i] ?? i, scenario, evaluate(scenario)).questions.filter(
      ({ call }) => call === 'iam:SimulateCustomPolicy',
    ),
  )

type Question = SimulationQuestion | FixQuestion

/** Asks every question once, and gives the answer to each. */
async function askOnce(
  questions: readonly Question[],
  { where, tell }: Asking,
): Promise<(question: Question) => AwsAnswer> {
  const keys = new Map<Question, string>(
    questions.map((question) => [question, JSON.stringify([question.call, question.input])]),
  )
  const different = [...new Map([...keys].map(([question, key]) => [key, question]))]
  if (different.length === 0) return () => NOT_ASKED
  const distinct = different.map(([, question]) => question)
  const answers = await ask(where, distinct, tell)
  const byKey = new Map(different.map(([key], i) => [key, answers[i]]))
  return (question) => byKey.get(keys.get(question) ?? '') ?? NOT_ASKED
}

const NOT_ASKED: AwsAnswer = { ok: false, reason: 'it was not asked', refused: false }

async function ask(where: Where, questions: readonly Question[], tell: Asking['tell']): Promise<readonly AwsAnswer[]> {
  const { askEvaluators } = await import('#collect/aws/entry.ts')
  const before = (index: number): void => {
    const question = questions[index]
    if (question !== undefined) tell(question.call, question.sent)
  }
  try {
    return await askEvaluators(where, questions as readonly AwsQuestion[], before)
  } catch (error) {
    throw unusableAnswer(awsFault(error))
  }
}

const OTHER = { ok: false, reason: 'the answer is of another form', refused: false } as const

const simulationIn = (answer: AwsAnswer) => (!answer.ok || answer.is === 'simulation' ? answer : OTHER)
const checkIn = (answer: AwsAnswer) => (!answer.ok || answer.is === 'check' ? answer : OTHER)
