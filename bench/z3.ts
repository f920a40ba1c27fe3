/** z3 as a yardstick and a second opinion, where python3 has the package z3-solver. */
import { spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Policy } from '#engine/scenario.ts'
import { readOperator } from '#iam/condition/operators.ts'
import { conditionKeyFacts } from '#iam/facts/condition-keys.ts'
import { knownNames } from '#space/known-actions.ts'

export interface Question {
  readonly id: number
  readonly old: Policy
  readonly new: Policy
  /** Layers that are the same on both sides and must let everything through. */
  readonly gates?: readonly Policy[]
}

export interface Answer {
  readonly id: number
  /** `sat`: there is such a request. */
  readonly answer: 'sat' | 'unsat' | 'unknown' | 'error'
  /** Milliseconds of solving. */
  readonly ms: number
  /** Milliseconds of making the problem and asserting it. */
  readonly asserting?: number
  readonly why?: string
}

/** The version of z3; undefined: it is not at hand. */
export function z3Version(): string | undefined {
  const { status, stdout } = spawnSync('python3', ['-c', 'import z3; print(z3.get_version_string())'], {
    encoding: 'utf8',
  })
  return status === 0 ? stdout.trim() : undefined
}

/** What z3 says to each question, in their order. */
export function askZ3(questions: readonly Question[], timeout = 5000): readonly Answer[] {
  const input = questions.map((one) => JSON.stringify({ ...problemOf(one), timeout })).join('\n')
  const { status, stdout, stderr } = spawnSync('python3', [join(import.meta.dirname, 'z3_compare.py')], {
    encoding: 'utf8',
    input,
    maxBuffer: 64 * 1024 * 1024,
  })
  if (status !== 0) throw new Error(`z3 failed: ${stderr}`)
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Answer)
}

/** z3 in a process of its own that stays, so that it can be asked in turn with others; it is to be closed. */
export function openZ3(): Z3 {
  const child = spawn('python3', [join(import.meta.dirname, 'z3_compare.py')], { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    ask: async (question, timeout = 5000) => {
      child.stdin.write(`${JSON.stringify({ ...problemOf(question), timeout })}\n`)
      const { done, value } = await lines.next()
      if (done === true) throw new Error('z3 ended')
      return JSON.parse(value) as Answer
    },
    close: () => child.stdin.end(),
  }
}

export interface Z3 {
  readonly ask: (question: Question, timeout?: number) => Promise<Answer>
  readonly close: () => void
}

type Written = Readonly<Record<string, unknown>>
const listOf = (value: unknown): readonly string[] =>
  value === undefined ? [] : Array.isArray(value) ? value.map(String) : [String(value)]
const statementsOf = ({ document }: Policy): readonly Written[] =>
  (document as { Statement: readonly Written[] }).Statement

const ALWAYS = ['aws:SecureTransport', 'aws:UserAgent', 'aws:CurrentTime']

function problemOf({ id, old, new: next, gates = [] }: Question): object {
  const sides = [statementsOf(old), statementsOf(next)].map((list) => list.map(statementOf))
  const fixed = gates.map((gate) => statementsOf(gate).map(statementOf))
  const texts = [...sides, ...fixed].flat().flatMap(({ actions }) => actions)
  const services = new Set(texts.filter((text) => text !== '*').map((text) => text.split(':')[0] ?? ''))
  return {
    id,
    old: sides[0],
    new: sides[1],
    gates: fixed,
    services: [...services, 'dynamodb'],
    forms: formsOf(texts),
    always: ALWAYS,
  }
}

/** What a plain name is asked on; a pattern also holds names that no reference has. */
function formsOf(texts: readonly string[]): Readonly<Record<string, string>> {
  const forms: Record<string, string> = {}
  for (const text of texts) {
    const [service = '', name = ''] = text.split(':')
    const { index, forms: known } = knownNames(service)
    const at = index.get(name)
    if (at !== undefined) forms[text] = known[at] ?? 'any'
  }
  return forms
}

function statementOf(one: Written) {
  const block = (one['Condition'] ?? {}) as Readonly<Record<string, Readonly<Record<string, unknown>>>>
  return {
    effect: one['Effect'],
    notAction: one['NotAction'] !== undefined,
    actions: listOf(one['Action'] ?? one['NotAction']).map((text) => text.toLowerCase()),
    notResource: one['NotResource'] !== undefined,
    resources: listOf(one['Resource'] ?? one['NotResource']),
    lines: Object.entries(block).flatMap(([operator, keys]) =>
      Object.entries(keys).map(([key, value]) => lineOf(operator, key, listOf(value))),
    ),
  }
}

/** What the fragment does not hold: such a line is a truth value of its own. */
const OPAQUE: ReadonlySet<string> = new Set(['date', 'ip', 'binary'])

const ORDER: Readonly<Record<string, string>> = {
  less: '<',
  'less-equal': '<=',
  greater: '>',
  'greater-equal': '>=',
  equals: '=',
}
const KINDS: Readonly<Record<string, string>> = { Bool: 'bool', Numeric: 'number' }

function lineOf(written: string, key: string, values: readonly string[]) {
  const use = readOperator(written)
  if (use === undefined) throw new Error(`no operator ${written}`)
  const { family, relation, negated } = use.operator
  const kind = KINDS[conditionKeyFacts(key)?.type ?? ''] ?? 'text'
  const op =
    OPAQUE.has(family) || use.setOperator !== undefined
      ? 'opaque'
      : family === 'string' || family === 'arn'
        ? relation
        : family === 'numeric'
          ? ORDER[relation]
          : family
  return { key, kind, op, negated, ifExists: use.ifExists, values }
}
