import type { SomeReadings } from '#iam/readings.ts'
import { casesOf, casesPerTest } from '#suite/cases.ts'
import { outcomesOf } from '#suite/run.ts'
import type { FileRun, PlacedOutcome, SuiteRun } from '#suite/suite-run.ts'
import type { PlannedSource, TestSubject } from '#suite/access-tests.ts'
import type { ShownFix } from '#fix/proof/fix.ts'
import { baseOf, type LoadedSubject, loadTestSubject } from './test-subject.ts'
import type { TestFile } from './test-files.ts'

/** The subject of the tests by the command line, beside or instead of what their files say. */
export interface SubjectChoice {
  readonly snapshot?: string
  readonly scenario?: string
  readonly terraform?: string
  readonly cloudformation?: string
  readonly account?: string
  readonly region?: string
  readonly noOrganization?: boolean
  readonly plainReferences?: boolean
}

export interface TestRunOptions {
  /** Stands on the command line: it beats the files. */
  readonly chosen: SubjectChoice
  /** Comes from the environment: for files that name nothing. */
  readonly otherwise: SubjectChoice
  readonly readings?: SomeReadings
  /** Told before a case is judged: which it is of all of its file, counted from 1. */
  readonly onCase?: (count: number, all: number) => void
}

/** A run, and the smallest fix of each case that failed, made when it is asked for. */
export interface FinishedRun {
  readonly run: SuiteRun
  readonly fixOf: (outcome: PlacedOutcome) => ShownFix | undefined
}

/** The smallest fix of each failed case that has one. */
export function fixesOf({ run, fixOf }: FinishedRun): ReadonlyMap<PlacedOutcome, ShownFix> {
  const failed = run.files.flatMap(({ outcomes }) => outcomes.filter(({ passed }) => !passed))
  return new Map(
    failed.flatMap((outcome) => {
      const fix = fixOf(outcome)
      return fix === undefined ? [] : [[outcome, fix] as const]
    }),
  )
}

/** Runs the files in their order. Every case is judged on its own: none hides another. */
export async function runTestFiles(files: readonly TestFile[], options: TestRunOptions): Promise<FinishedRun> {
  const runs: FileRun[] = []
  const subjects = new Map<PlacedOutcome, LoadedSubject>()
  const problems: string[] = []
  const sources: string[] = []
  for (const file of files) {
    const { subject, base } = subjectFor(file, options)
    const loaded = await loadTestSubject(subject, base, options.readings)
    const outcomes: PlacedOutcome[] = []
    const all = file.tests.tests.reduce((sum, test) => sum + casesPerTest(test), 0)
    let count = 0
    for (const accessCase of casesOf(file.tests)) {
      options.onCase?.(++count, all)
      const line = file.lineOf(accessCase.path)
      for (const outcome of outcomesOf(accessCase, await loaded.evaluate(accessCase))) {
        const placed = { ...outcome, line }
        outcomes.push(placed)
        if (!placed.passed) subjects.set(placed, loaded)
      }
    }
    runs.push({ file: file.name, folder: loaded.folder, outcomes })
    problems.push(...loaded.problems())
    sources.push(...loaded.sources)
  }
  return {
    run: { files: runs, problems: [...new Set(problems)], sources: [...new Set(sources)] },
    fixOf: (outcome) => subjects.get(outcome)?.fixOf(outcome),
  }
}

/** A source that the command line names replaces the file's of its kind, and a scenario stands alone. */
function subjectFor({ name, tests }: TestFile, { chosen, otherwise }: TestRunOptions) {
  const own = tests.subject
  const base = baseOf(name)
  if (hasSource(chosen)) return { subject: withOwnOptions(subjectOf(chosen), own), base: '' }
  if (Object.keys(own).length > 0) return { subject: own, base }
  return { subject: subjectOf(otherwise), base: '' }
}

const hasSource = ({ snapshot, scenario, terraform, cloudformation }: SubjectChoice): boolean =>
  [snapshot, scenario, terraform, cloudformation].some((path) => path !== undefined)

function subjectOf(choice: SubjectChoice): TestSubject {
  const { snapshot, scenario, terraform, cloudformation, account, region, noOrganization, plainReferences } = choice
  const planned = (file: string): PlannedSource => ({
    file,
    ...(account === undefined ? {} : { account }),
    ...(region === undefined ? {} : { region }),
    ...(noOrganization === true ? { noOrganization } : {}),
    ...(plainReferences === true ? { plainReferences } : {}),
  })
  return {
    ...(snapshot === undefined ? {} : { snapshot }),
    ...(scenario === undefined ? {} : { scenario }),
    ...(terraform === undefined ? {} : { terraform: planned(terraform) }),
    ...(cloudformation === undefined ? {} : { cloudformation: planned(cloudformation) }),
  }
}

/** Account, Region and parameters of the file hold for another plan of the same kind too. */
function withOwnOptions(subject: TestSubject, own: TestSubject): TestSubject {
  const { terraform, cloudformation } = subject
  return {
    ...subject,
    ...(terraform === undefined ? {} : { terraform: { ...own.terraform, ...terraform } }),
    ...(cloudformation === undefined ? {} : { cloudformation: { ...own.cloudformation, ...cloudformation } }),
  }
}
