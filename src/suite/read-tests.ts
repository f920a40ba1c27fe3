import { nearestOf } from '#iam/nearest-name.ts'
import { AccessTestFile, type TestInFile } from '#schemas/access-tests.ts'
import { type FormProblem, formProblems, type Path } from '#schemas/form-problems.ts'
import type {
  AccessTest,
  AccessTests,
  Context,
  Entry,
  NamedContext,
  Origin,
  PlannedSource,
  TestProblem,
  TestSession,
  TestSubject,
} from './access-tests.ts'
import { contentProblems } from './check-tests.ts'

/** Reads the value of a file of access tests; everything that is wrong with it is told instead, with its place. */
export function readAccessTests(value: unknown): AccessTests | readonly TestProblem[] {
  const problems = formProblems(AccessTestFile, value, 'docs/access-tests.md').map(problemOfTests)
  if (problems.length > 0) return problems
  // It is what the schema has: what zod would give back is a copy of it.
  const file = value as AccessTestFile
  const found: TestProblem[] = []
  const contexts = new Map<string, Context>(Object.entries(file.contexts ?? {}))
  const tests = file.tests.map((test, i) => readTest(test, ['tests', i], contexts, found))
  const read: AccessTests = { subject: readSubject(file), contexts, tests }
  const all = [...found, ...contentProblems(read, value)]
  return all.length > 0 ? all : read
}

export const isAccessTests = (read: AccessTests | readonly TestProblem[]): read is AccessTests => !Array.isArray(read)

const problemOfTests = (problem: FormProblem): TestProblem =>
  problem.field === 'tests' ? { ...problem, kind: 'no-tests' } : problem

function readSubject({ snapshot, scenario, terraform, cloudformation }: AccessTestFile): TestSubject {
  return defined({ snapshot, scenario, terraform: readPlanned(terraform), cloudformation: readPlanned(cloudformation) })
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> }

/** The fields that are there. */
const defined = <T extends object>(fields: T): Defined<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<T>

function readPlanned(planned: AccessTestFile['terraform']): PlannedSource | undefined {
  if (planned === undefined) return undefined
  if (typeof planned === 'string') return { file: planned }
  const { file, ...rest } = planned
  return { file, ...defined(rest) }
}

function readTest(
  test: TestInFile,
  path: Path,
  known: ReadonlyMap<string, Context>,
  problems: TestProblem[],
): AccessTest {
  const { name, principal, session = {}, context, contextComplete, chain = false, from = {} } = test
  const entries = (list: 'allow' | 'deny'): readonly Entry[] =>
    (test[list] ?? []).map((entry, i) => readEntry(entry, [...path, list, i], known, problems))
  const origin: Origin = defined(from)
  const said: TestSession = defined(session)
  return {
    name,
    path,
    principals: [principal].flat(),
    session: said,
    contexts: readContexts(context, [...path, 'context'], known, problems),
    contextComplete,
    chain,
    allow: entries('allow'),
    deny: entries('deny'),
    from: Object.keys(origin).length === 0 ? undefined : origin,
  }
}

type EntryInFile = NonNullable<TestInFile['allow']>[number]

function readEntry(
  { action, resource, resourceAccount, context, contextComplete, by = [], statement }: EntryInFile,
  path: Path,
  known: ReadonlyMap<string, Context>,
  problems: TestProblem[],
): Entry {
  return {
    path,
    actions: [action].flat(),
    resources: [resource].flat(),
    resourceAccount,
    contexts: readContexts(context, [...path, 'context'], known, problems),
    contextComplete,
    by: [by].flat(),
    statement,
  }
}

const EMPTY: readonly NamedContext[] = [{ name: undefined, keys: {} }]

/** Sets written in place or called by name; one empty set where nothing is said. */
function readContexts(
  value: TestInFile['context'],
  path: Path,
  known: ReadonlyMap<string, Context>,
  problems: TestProblem[],
): readonly NamedContext[] {
  if (value === undefined) return EMPTY
  return [value].flat().map((set): NamedContext => {
    if (typeof set !== 'string') return { name: undefined, keys: set }
    const keys = known.get(set)
    if (keys === undefined)
      problems.push({
        kind: 'wrong-form',
        path,
        message: `there is no set \`${set}\` under \`contexts\``,
        hint: known.size === 0 ? 'write the keys here, or name the set' : contextHint(set, [...known.keys()]),
      })
    return { name: set, keys: keys ?? {} }
  })
}

function contextHint(name: string, known: readonly string[]): string {
  const near = nearestOf(name, known)
  return near === null ? `there are ${known.join(', ')}` : `did you mean \`${near}\`?`
}
