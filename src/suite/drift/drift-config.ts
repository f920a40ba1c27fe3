import { accountId, is, list, oneOf, oneOrMore, text } from '#schemas/described.ts'
import { formProblems } from '#schemas/form-problems.ts'
import { z } from 'zod'
import type { TestProblem } from '../access-tests.ts'
import { holesOf } from './name-pattern.ts'
import { RULE_IDS, type RuleId, type Severity, SEVERITIES } from './rules.ts'

/** Which roles should be alike, and how grave each kind of difference is (docs/drift.md). */
export interface DriftConfig {
  readonly groups: readonly AlikeGroup[]
  readonly severities: ReadonlyMap<RuleId, Severity | 'off'>
  /** Snapshot directory, as the file names it. */
  readonly snapshot?: string | undefined
}

export interface AlikeGroup {
  readonly name: string
  /** Patterns of role names: `{team}` stands for a part that may differ, `*` for one that is the same within a group. */
  readonly roles: readonly string[]
  /** Account ids; undefined: all. */
  readonly accounts: readonly string[] | undefined
  readonly ignore: readonly RuleId[]
}

/** Without a file: roles of one name are alike, whatever account they are in. */
export const DEFAULT_CONFIG: DriftConfig = {
  groups: [{ name: 'roles of one name', roles: ['*'], accounts: undefined, ignore: [] }],
  severities: new Map(),
}

const Rule = z.enum(RULE_IDS)

const Group = z.strictObject({
  name: is(text, 'What the roles are', 'deploy roles of the teams'),
  roles: is(
    oneOrMore,
    'Pattern of role names, or a list: `{team}` stands for a part that may differ, `*` for one that roles have in common',
    '{team}-deploy',
  ),
  accounts: is(
    z.union([accountId, z.array(accountId).min(1)]),
    'Account ids; left out: all',
    '111122223333',
  ).optional(),
  ignore: is(list(Rule), 'Rules that are not told of these roles', ['attached-policies']).optional(),
})

/** A file that says which roles should be alike, as it is written. */
const DriftFile = is(
  z.strictObject({
    $schema: is(text, 'This schema, for editors', 'drift.schema.json').optional(),
    snapshot: is(text, 'Snapshot directory, from the folder of this file', './snapshot').optional(),
    groups: is(z.array(Group).min(1), 'Roles that should be alike; left out: roles of one name').optional(),
    rules: is(z.partialRecord(Rule, oneOf(...SEVERITIES, 'off')), 'Severity of a rule, or `off`', {
      'third-party': 'off',
    }).optional(),
  }),
  'Which roles should be alike, and how grave each kind of difference is: see docs/drift.md',
)

type DriftFile = z.infer<typeof DriftFile>

/** JSON Schema of a file of `drift`, for editors: docs/drift.schema.json. */
export const driftJsonSchema = (): object => ({
  title: 'denytrace drift',
  ...z.toJSONSchema(DriftFile, { io: 'input' }),
})

const PAGE = 'docs/drift.md'

const MAX_HOLES = 4

/** Reads the value of a file of `drift`; everything that is wrong with it is told instead, with its place. */
export function readDriftConfig(value: unknown): DriftConfig | readonly TestProblem[] {
  const problems = formProblems(DriftFile, value, PAGE)
  if (problems.length > 0) return problems
  const { groups = [], rules = {}, snapshot } = value as DriftFile
  const alike = groups.map(
    ({ name, roles, accounts, ignore = [] }): AlikeGroup => ({
      name,
      roles: [roles].flat(),
      accounts: accounts === undefined ? undefined : [accounts].flat(),
      ignore,
    }),
  )
  const found = alike.flatMap(({ roles }, i) => roles.flatMap((pattern) => patternProblem(pattern, i)))
  if (found.length > 0) return found
  return {
    groups: alike.length === 0 ? DEFAULT_CONFIG.groups : alike,
    severities: new Map(Object.entries(rules) as [RuleId, Severity | 'off'][]),
    snapshot,
  }
}

export const isDriftConfig = (read: DriftConfig | readonly TestProblem[]): read is DriftConfig => !Array.isArray(read)

function patternProblem(pattern: string, group: number): TestProblem[] {
  const problem = (message: string, hint: string): TestProblem[] => [
    { kind: 'wrong-form', path: ['groups', group, 'roles'], message, hint },
  ]
  const holes = holesOf(pattern)
  if (holes === undefined) return problem(`\`${pattern}\` has a brace without its other`, 'write `{team}`')
  return holes > MAX_HOLES
    ? problem(`\`${pattern}\` has more than ${MAX_HOLES} open parts`, 'name more of the role')
    : []
}
