import { type PolicyLayer, POLICY_LAYERS } from '#iam/layers.ts'
import { isAccountId } from '#iam/arn.ts'
import type { ContextValue } from '#iam/request.ts'
import { isObject, type JsonObject } from '#snapshot/fields.ts'
import type {
  AccessTest,
  AccessTests,
  Context,
  Entry,
  NamedContext,
  Origin,
  Path,
  PlannedSource,
  TestProblem,
  TestSession,
  TestSubject,
} from './access-tests.ts'
import { contentProblems } from './check-tests.ts'
import { problemsIn } from './validate.ts'

/** Reads the value of a file of access tests; everything that is wrong with it is told instead, with its place. */
export function readAccessTests(value: unknown): AccessTests | readonly TestProblem[] {
  const problems = problemsIn(value)
  if (problems.length > 0 || !isObject(value)) return problems
  const found: TestProblem[] = []
  const contexts = new Map(
    Object.entries(objectOf(value['contexts'])).map(([name, keys]): [string, Context] => [name, keys as Context]),
  )
  const tests = listOf(value['tests']).map((test, i) => readTest(objectOf(test), ['tests', i], contexts, found))
  const read: AccessTests = { subject: readSubject(value), contexts, tests }
  const all = [...found, ...contentProblems(read, value)]
  return all.length > 0 ? all : read
}

export const isAccessTests = (read: AccessTests | readonly TestProblem[]): read is AccessTests => !Array.isArray(read)

const objectOf = (value: unknown): JsonObject => (isObject(value) ? value : {})
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
const textsOf = (value: unknown): readonly string[] =>
  typeof value === 'string' ? [value] : listOf(value).filter((one) => typeof one === 'string')

function given<K extends string>(value: JsonObject, ...names: readonly K[]): Readonly<Partial<Record<K, string>>> {
  const found = names.flatMap((name) => (typeof value[name] === 'string' ? [[name, value[name]] as const] : []))
  return Object.fromEntries(found) as Partial<Record<K, string>>
}

function readSubject(value: JsonObject): TestSubject {
  const terraform = readPlanned(value['terraform'])
  const cloudformation = readPlanned(value['cloudformation'])
  return {
    ...given(value, 'snapshot', 'scenario'),
    ...(terraform === undefined ? {} : { terraform }),
    ...(cloudformation === undefined ? {} : { cloudformation }),
  }
}

function readPlanned(value: unknown): PlannedSource | undefined {
  if (typeof value === 'string') return { file: value }
  if (!isObject(value)) return undefined
  const { file = '', ...rest } = given(value, 'file', 'account', 'region')
  const parameters = value['parameters']
  return {
    file,
    ...rest,
    ...(value['noOrganization'] === true ? { noOrganization: true } : {}),
    ...(value['plainReferences'] === true ? { plainReferences: true } : {}),
    ...(isObject(parameters) ? { parameters: parameters as Readonly<Record<string, string>> } : {}),
  }
}

function readTest(
  value: JsonObject,
  path: Path,
  known: ReadonlyMap<string, Context>,
  problems: TestProblem[],
): AccessTest {
  const entries = (name: 'allow' | 'deny'): readonly Entry[] =>
    listOf(value[name]).map((entry, i) => readEntry(objectOf(entry), [...path, name, i], known, problems))
  const from = objectOf(value['from'])
  const origin: Origin = given(from, 'requestId', 'time', 'eventId')
  return {
    name: String(value['name']),
    path,
    principals: textsOf(value['principal']),
    session: readSession(objectOf(value['session'])),
    contexts: readContexts(value['context'], [...path, 'context'], known, problems),
    contextComplete: typeof value['contextComplete'] === 'boolean' ? value['contextComplete'] : undefined,
    chain: value['chain'] === true,
    allow: entries('allow'),
    deny: entries('deny'),
    from: Object.keys(origin).length === 0 ? undefined : origin,
  }
}

function readSession(value: JsonObject): TestSession {
  const { tags, policies } = value
  return {
    ...given(value, 'name'),
    ...(isObject(tags) ? { tags: tags as Readonly<Record<string, string>> } : {}),
    ...(Array.isArray(policies) ? { policies } : {}),
  }
}

function readEntry(value: JsonObject, path: Path, known: ReadonlyMap<string, Context>, problems: TestProblem[]): Entry {
  const account = value['resourceAccount']
  const complete = value['contextComplete']
  if (typeof account === 'string' && !isAccountId(account))
    problems.push({
      kind: 'account-id',
      path: [...path, 'resourceAccount'],
      message: `\`${account}\` is no account id`,
      hint: 'an account id has twelve digits, leading zeros included',
    })
  return {
    path,
    actions: textsOf(value['action']),
    resources: textsOf(value['resource']),
    resourceAccount: typeof account === 'string' ? account : undefined,
    contexts: readContexts(value['context'], [...path, 'context'], known, problems),
    contextComplete: typeof complete === 'boolean' ? complete : undefined,
    by: textsOf(value['by']).filter((name): name is PolicyLayer => POLICY_LAYERS.some((layer) => layer === name)),
    statement: typeof value['statement'] === 'string' ? value['statement'] : undefined,
  }
}

const EMPTY: readonly NamedContext[] = [{ name: undefined, keys: {} }]

/** Sets written in place or called by name; one empty set where nothing is said. */
function readContexts(
  value: unknown,
  path: Path,
  known: ReadonlyMap<string, Context>,
  problems: TestProblem[],
): readonly NamedContext[] {
  if (value === undefined) return EMPTY
  const sets = Array.isArray(value) ? value : [value]
  return sets.map((set: unknown): NamedContext => {
    if (typeof set !== 'string')
      return { name: undefined, keys: objectOf(set) as Readonly<Record<string, ContextValue>> }
    const keys = known.get(set)
    if (keys === undefined)
      problems.push({
        kind: 'wrong-form',
        path,
        message: `there is no set \`${set}\` under \`contexts\``,
        hint: known.size === 0 ? 'write the keys here, or name the set' : `there are ${[...known.keys()].join(', ')}`,
      })
    return { name: set, keys: keys ?? {} }
  })
}
