import { isObject } from '#snapshot/fields.ts'
import type { TestProblem } from '../access-tests.ts'
import type { Schema } from '../schema.ts'
import { problemsIn } from '../validate.ts'
import { holesOf } from './name-pattern.ts'
import { RULE_IDS, type RuleId, type Severity, SEVERITIES } from './rules.ts'

/** Which roles should be alike, and how grave each kind of difference is (docs/drift.md). */
export interface DriftConfig {
  readonly groups: readonly AlikeGroup[]
  readonly severities: ReadonlyMap<RuleId, Severity | 'off'>
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

const TEXTS = {
  type: ['string', 'array'],
  minLength: 1,
  minItems: 1,
  items: { type: 'string', minLength: 1 },
} as const

/** Schema of the configuration of `drift`; the part of JSON Schema that `validate.ts` carries out. */
export const DRIFT_SCHEMA: Schema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    snapshot: { type: 'string', minLength: 1 },
    groups: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['name', 'roles'],
        properties: {
          name: { type: 'string', minLength: 1 },
          roles: TEXTS,
          accounts: TEXTS,
          ignore: { type: 'array', items: { type: 'string', enum: RULE_IDS } },
        },
      },
    },
    rules: { type: 'object', additionalProperties: { type: 'string', enum: [...SEVERITIES, 'off'] } },
  },
}

const MAX_HOLES = 4

export function readDriftConfig(value: unknown): DriftConfig | readonly TestProblem[] {
  const problems = problemsIn(value, DRIFT_SCHEMA)
  if (problems.length > 0 || !isObject(value)) return problems
  const listed = value['groups']
  const groups = (Array.isArray(listed) ? listed : []).map((one: unknown): AlikeGroup => {
    const group = isObject(one) ? one : {}
    return {
      name: String(group['name']),
      roles: textsOf(group['roles']),
      accounts: group['accounts'] === undefined ? undefined : textsOf(group['accounts']),
      ignore: textsOf(group['ignore']).filter(isRule),
    }
  })
  const rules = isObject(value['rules']) ? Object.entries(value['rules']) : []
  const found = [
    ...rules.flatMap(([name]) => (isRule(name) ? [] : [unknownRule(name)])),
    ...groups.flatMap(({ roles }, i) => roles.flatMap((pattern) => patternProblem(pattern, i))),
  ]
  if (found.length > 0) return found
  return {
    groups: groups.length === 0 ? DEFAULT_CONFIG.groups : groups,
    severities: new Map(rules as [RuleId, Severity | 'off'][]),
  }
}

export const isDriftConfig = (read: DriftConfig | readonly TestProblem[]): read is DriftConfig => !Array.isArray(read)

const isRule = (name: string): name is RuleId => RULE_IDS.some((one) => one === name)

const textsOf = (value: unknown): readonly string[] =>
  typeof value === 'string' ? [value] : Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []

const unknownRule = (name: string): TestProblem => ({
  kind: 'unknown-field',
  path: ['rules', name],
  message: `there is no rule \`${name}\``,
  hint: 'docs/drift.md lists them',
})

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
