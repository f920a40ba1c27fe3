import { isTagOfResource } from '#engine/resource-facts.ts'
import type { EvaluatedLayers } from '#engine/evaluate-layers.ts'
import type { Lacking, LayerFinding } from '#engine/layers/finding.ts'
import type { PreparedPolicy } from '#engine/prepare.ts'
import type { Leaf, Tree } from '#engine/requirement-tree.ts'
import { evaluateLine, type ConditionLine } from '#iam/condition/condition.ts'
import { isMultivaluedGlobalKey, type KeyState } from '#iam/key-state.ts'
import type { Statement } from '#iam/policy.ts'
import type { MatchKind } from '#iam/principal-element.ts'
import { principalTruth, type Question, resourceTruth } from '#iam/statement.ts'
import type { Truth } from '#iam/truth.ts'
import { fill, readTemplate, type Template, variablesOf } from '#iam/variables.ts'
import { all, ALWAYS, any, type Formula, negated, NEVER, type OpenLine } from './formula.ts'
import { isFactKey } from './fact-keys.ts'

/** A question, and whose tags are as free as what the caller chooses: those of a resource that stands for many. */
interface Asking extends Question {
  readonly tagsAreFree: boolean
}

/**
 * When the request is allowed, read off an evaluation whose open keys are free (R-COND-63, R-COND-65). `tagsAreFree`: the resource
 * stands for many, so its tags that are not known are no missing fact but tell them apart.
 */
export function whenAllowed(evaluated: EvaluatedLayers, tagsAreFree = false): Formula {
  return ofTree(evaluated.tree, { ...evaluated.input.question, tagsAreFree })
}

/**
 * When a request on an ancestor of the resource is allowed: its tags are facts, and other ones than the resource's, so that no
 * condition on those speaks of them.
 */
export const whenAncestorAllowed = (evaluated: EvaluatedLayers): Formula => withoutTagLines(whenAllowed(evaluated))

function withoutTagLines(formula: Formula): Formula {
  switch (formula.is) {
    case 'fact':
      return formula.line !== undefined && isAboutTags(formula.line.line)
        ? { is: 'fact', lacking: formula.lacking }
        : formula
    case 'not':
      return { is: 'not', of: withoutTagLines(formula.of) }
    case 'all':
    case 'any':
      return { is: formula.is, of: formula.of.map(withoutTagLines) }
    default:
      return formula
  }
}

const isAboutTags = (line: ConditionLine): boolean => [line.key, ...variablesIn(line)].some(isTagOfResource)

function ofTree(tree: Tree, question: Asking): Formula {
  if (tree.satisfied === true) return ALWAYS
  if (tree.satisfied === false) return NEVER
  if (tree.is === 'leaf') return ofLeaf(tree, question)
  const of = tree.of.map((tree) => ofTree(tree, question))
  return tree.is === 'all' ? all(of) : any(of)
}

function ofLeaf(leaf: Leaf, question: Asking): Formula {
  const { finding, needs, kinds } = leaf
  const said =
    needs === 'no-explicit-deny'
      ? negated(any(statementsOf(finding, 'Deny', question, undefined)))
      : any(statementsOf(finding, 'Allow', question, kinds))
  // What the statements do not explain is a fact about the layer: a policy that is not at hand, a setting, a grant.
  if (said.is === 'always' || said.is === 'never' || isUnread(finding)) return unexplained(finding, said, needs)
  return said
}

const isUnread = ({ policies }: LayerFinding): boolean =>
  policies.some(({ document }) => document.unreadable.length > 0)

function unexplained(finding: LayerFinding, said: Formula, needs: Leaf['needs']): Formula {
  const fact: Formula = { is: 'fact', lacking: lackingOf(finding) }
  if (!isUnread(finding)) return fact
  // An unreadable part may deny, or may allow besides what can be read.
  return needs === 'no-explicit-deny' ? all([said.is === 'never' ? ALWAYS : said, fact]) : any([said, fact])
}

function lackingOf({ lacking, policies, layer }: LayerFinding): readonly Lacking[] {
  if (lacking.length > 0) return lacking
  const unread = policies.filter(({ document }) => document.unreadable.length > 0)
  if (unread.length > 0) return unread.map(({ name, arn }) => ({ fact: `policy \`${arn ?? name}\``, kind: 'policy' }))
  return [{ fact: `what decides the ${layer}`, kind: 'attribute' }]
}

function statementsOf(
  { policies }: LayerFinding,
  effect: Statement['effect'],
  question: Asking,
  kinds: readonly MatchKind[] | undefined,
): readonly Formula[] {
  return policies.flatMap((policy) => {
    const { denies, allows } = policy.bearingOn(question.action)
    return (effect === 'Deny' ? denies : allows).map((statement) => ofStatement(statement, policy, question, kinds))
  })
}

/** When a statement matches whose action does. */
function ofStatement(
  statement: Statement,
  { place }: PreparedPolicy,
  question: Asking,
  kinds: readonly MatchKind[] | undefined,
): Formula {
  const resource = resourceTruth(statement, place, question)
  if (resource === false) return NEVER
  const principal = principalTruth(statement, place, question)
  const named = kinds === undefined ? principal.matches : namedAs(principal.kinds, kinds)
  if (named === false) return NEVER
  const parts: Formula[] = []
  if (resource === 'unknown') parts.push({ is: 'fact', lacking: resourceFacts(statement, question) })
  if (named === 'unknown') parts.push({ is: 'fact', lacking: [whoElse(statement)] })
  for (const line of statement.conditions) parts.push(ofLine(line, question))
  return all(parts)
}

function namedAs(found: ReadonlyMap<MatchKind, Truth>, kinds: readonly MatchKind[]): Truth {
  let truth: Truth = false
  for (const kind of kinds) {
    const truthOfKind = found.get(kind)
    if (truthOfKind === true) return true
    if (truthOfKind === 'unknown') truth = truthOfKind
  }
  return truth
}

function resourceFacts({ resources = [] }: Statement, { lookup }: Question): readonly Lacking[] {
  const variables = resources.flatMap((pattern) => (pattern.kind === 'arn' ? variablesOf(pattern.rest) : []))
  const open = variables.filter((key) => isOpen(key, { lookup }))
  return open.length > 0
    ? open.map((fact) => ({ fact, kind: 'context-key' }))
    : [{ fact: 'ARN of the resource', kind: 'attribute' }]
}

/** The entry that may name the caller: one session of a role, an id that is nowhere resolved. */
function whoElse({ principalSource }: Statement): Lacking {
  const named = JSON.stringify(principalSource)
  // Not by name: one answer is given for all whose policies are the same.
  return { fact: `whether ${named.length > 120 ? `${named.slice(0, 117)}…` : named} is the caller`, kind: 'principal' }
}

const isOpen = (key: string, { lookup }: Pick<Question, 'lookup'>): boolean => {
  const { state } = lookup(key)
  return state === 'unknown' || state === 'present'
}

function ofLine(line: ConditionLine, question: Asking): Formula {
  const truth = evaluateLine(line, question.lookup(line.key), question.lookup)
  if (truth === true) return ALWAYS
  if (truth === false) return NEVER
  const open = [line.key, ...variablesIn(line)].filter((key) => isOpen(key, question))
  const isFact = (key: string): boolean =>
    isFactKey(key, question.caller) && !(question.tagsAreFree && isTagOfResource(key))
  const facts = open.filter(isFact)
  if (open.length === 0 || facts.length > 0)
    return {
      is: 'fact',
      lacking: (facts.length > 0 ? facts : [line.key]).map((fact) => ({ fact, kind: 'context-key' })),
      ...(open.length === 0 ? {} : { line: openLine(line, question) }),
    }
  return { is: 'line', line: openLine(line, question) }
}

function openLine(line: ConditionLine, question: Question): OpenLine {
  const { key } = line
  if (!isConstant(line)) {
    const values = line.values.map(({ template }) => written(template, question))
    const said = [key, ...variablesIn(line)].map((name) => stateText(question.lookup(name)))
    return openLineOf(line, values, said.join())
  }
  const state = question.lookup(key)
  const said = stateText(state)
  const known = constantLines.get(line)
  const last = known?.get(said)
  if (last !== undefined) return last
  const values = line.values.map(({ template }) => written(template, question))
  const made = openLineOf(line, values, said)
  // Values that are known are many, and mostly settle the line.
  if (state.state !== 'values') constantLines.set(line, (known ?? new Map<string, OpenLine>()).set(said, made))
  return made
}

/** Cache of open lines by the state of their key: what is open of a line without variables is the same at every resource. */
const constantLines = new WeakMap<ConditionLine, Map<string, OpenLine>>()

const openLineOf = (line: ConditionLine, values: readonly string[], said: string): OpenLine => {
  const { operator, key } = line
  return { line, operator, key, values, id: `${operator} ${key.toLowerCase()} ${JSON.stringify(values)} ${said}` }
}

const isConstant = ({ values }: ConditionLine): boolean => values.every(({ template }) => template.constant)

const variablesIn = (line: ConditionLine): readonly string[] =>
  isConstant(line) ? [] : line.values.flatMap(({ template }) => (template.constant ? [] : variablesOf(template)))

const stateText = (state: KeyState): string => (state.state === 'values' ? JSON.stringify(state.values) : state.state)

/** A resource pattern with what is known of its variables in place, as a policy of today's version would have it. */
export const writtenPattern = (source: string, version: string, lookup: Question['lookup']): string =>
  written(readTemplate(source, version), { lookup })

/** The value as a policy would have it, with what is known of its variables in place. */
function written(template: Template, { lookup }: Pick<Question, 'lookup'>): string {
  if (template.constant) return isPlain(template) ? template.source.replaceAll('${', '${$}{') : template.source
  const filled = fill(template, lookup)
  if (filled === 'absent' || filled === 'unknown') return partly(template, lookup)
  return filled.map(({ text, literal }) => (literal ? escaped(text) : text)).join('')
}

/** Under Version 2008-10-17 a `${` is text; printed sets are read as of today's version (R-GRAM-03). */
const isPlain = ({ parts, source }: Template): boolean => {
  const [only] = parts
  return parts.length === 1 && only?.kind === 'pattern' && only.text === source && source.includes('${')
}

function partly({ parts }: Template, lookup: Question['lookup']): string {
  return parts
    .map((part) => {
      if (part.kind === 'pattern') return part.text
      if (part.kind === 'literal') return `\${${part.text}}`
      const state = lookup(part.key)
      if (state.state === 'values' && !state.multivalued && !isMultivaluedGlobalKey(part.key.toLowerCase()))
        return escaped(state.values[0] ?? '')
      return part.fallback === undefined ? `\${${part.key}}` : `\${${part.key}, '${part.fallback}'}`
    })
    .join('')
}

const escaped = (text: string): string => {
  let out = ''
  for (const char of text) out += char === '*' || char === '?' || char === '$' ? `\${${char}}` : char
  return out
}
