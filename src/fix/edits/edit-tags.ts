import { CALL_FACTS } from '#iam/call-facts.ts'
import { isOwnedByAws } from '#iam/owned-by-aws.ts'
import { isResourceTagKey } from '#iam/tag-keys.ts'
import { jsonText } from '#quote/json.ts'
import { jmesText } from '#quote/shell.ts'
import type { Leaf } from '#engine/requirement-tree.ts'
import { type ConditionLine, evaluateLine } from '#iam/condition/condition.ts'
import { single } from '#iam/key-state.ts'
import type { Statement } from '#iam/policy.ts'
import { fill, textOf, variablesOf } from '#iam/variables.ts'
import { isMadeByCall } from '#engine/dependent-calls/made-by-call.ts'
import type { AttributeEdit, RequestEdit } from '../edit.ts'
import type { PolicyLayer } from '#iam/layers.ts'
import { pointerTo, valueAt } from '#iam/json-pointer.ts'
import { aws, type Call, type Line } from '../script/call.ts'
import type { Recipe } from '../script/recipe.ts'
import { type GrantGoal, valueOf } from '../grant-goal.ts'
import { satisfiesLeaf, editOf, linesOf, statementsByConditions } from './edit-request.ts'

const MAX_TAG_EDITS = 2

/**
 * The resource tagged as the conditions want it: with every tag that one statement asks for, unless the evidence shows that it has it.
 * No policy changes, but whatever else depends on the tags does. What the call makes does not exist yet, and cannot be tagged before.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access_tags.html, and for the command
 * https://docs.aws.amazon.com/cli/latest/reference/resourcegroupstaggingapi/tag-resources.html
 */
export function resourceTagEdits(leaf: Leaf, goal: GrantGoal): readonly AttributeEdit[] {
  const { resource, question } = goal.input
  // Tags of buckets and objects are no aws:ResourceTag unless ABAC is on (R-S3-11); the API does not tag roles (R-PASS-02).
  if (goal.scope !== 'exact' || resource.kind !== 'arn' || ['s3', 'iam', 'sts'].includes(question.action.service))
    return []
  const { arn } = resource
  if (isMadeByCall(goal.action, arn, valueOf(goal.input, CALL_FACTS.operation)) || isOwnedByAws(arn)) return []
  const found = statementsByConditions(leaf, goal)
    .flatMap((statement) => tagSets(statement, goal))
    .filter((tags) => satisfiesLeaf(leaf, goal, new Map(tags.map(({ key, value }) => [key, single(value)]))))
    .map((tags) => tagEdit(arn, tags, leaf.finding.layer))
  return [...new Map(found.map((edit) => [edit.does, edit])).values()].slice(0, MAX_TAG_EDITS)
}

/** Ends in a placeholder of ours, or in a star for a name that nobody knows. */
const NAMELESS = /[:/](?:NAME|KEY|\*)$/

/** The resource in words, by its type where a placeholder of ours stands for its name: `the launch template that the call uses with`. */
function resourceWords(arn: string): string {
  const type = /:(?<type>[a-z-]+)[/:](?:NAME|KEY|\*)$/.exec(arn)?.groups?.['type']
  return type === undefined ? 'the resource' : `the ${type.replaceAll('-', ' ')} that the call uses with`
}

interface Tag {
  /** Condition key in lower case. */
  readonly key: string
  readonly name: string
  readonly value: string
  /** The value is one of many that would do. */
  readonly isOneOfMany: boolean
}

/**
 * The tags that a statement asks for together; of a Deny each alone, for one that does not match is enough. A condition with several
 * values gives one set for each.
 */
function tagSets({ effect, conditions }: Statement, goal: GrantGoal): readonly (readonly Tag[])[] {
  const { lookup } = goal.input.question
  const meets = (line: ConditionLine, { value }: Tag): boolean =>
    evaluateLine(line, single(value), lookup) === (effect === 'Allow')
  const lines = conditions
    .map((line) => ({ line, tags: tagsOf(line, goal).filter((tag) => meets(line, tag)) }))
    .filter(({ tags }) => tags.length > 0)
  if (effect === 'Deny') return lines.flatMap(({ tags }) => tags.map((tag) => [tag]))
  const missing = lines.filter(({ line }) => !isKnownToHold(line, goal))
  const usual = missing.flatMap(({ tags }) => tags.slice(0, 1))
  const others = missing.flatMap(({ tags }, i) =>
    tags.slice(1).map((tag) => usual.map((first, k) => (k === i ? tag : first))),
  )
  return usual.length === 0 ? [] : [usual, ...others]
}

/** Whether the evidence shows that a condition holds: a value that was only assumed shows nothing. */
const isKnownToHold = (line: ConditionLine, { input: { question }, assumedKeys }: GrantGoal): boolean =>
  !assumedKeys.has(line.key.toLowerCase()) && evaluateLine(line, question.lookup(line.key), question.lookup) === true

/** The tags that would meet a condition. `Null` asks for a tag with any value, and nobody but the owner can choose it. */
function tagsOf({ key, values, use }: ConditionLine, { input: { question } }: GrantGoal): readonly Tag[] {
  if (!isResourceTagKey(key) || use?.operator.family === 'null') return []
  return values.flatMap(({ template }) => {
    const filled = fill(template, question.lookup)
    // Of a pattern what it asks for at the least: `karpenter` of `*karpenter*`.
    const pattern = typeof filled === 'string' ? '' : textOf(filled)
    const value = pattern.replaceAll('*', '')
    return value === '' || value.includes('?')
      ? []
      : [{ key: key.toLowerCase(), name: key.slice(key.indexOf('/') + 1), value, isOneOfMany: value !== pattern }]
  })
}

function tagEdit(arn: string, tags: readonly Tag[], layer: PolicyLayer): AttributeEdit {
  const values = Object.fromEntries(tags.map(({ name, value }) => [name, value]))
  return {
    is: 'attribute',
    kind: 'edit-policy',
    layer,
    resource: arn,
    operationsOn: (attributes) => {
      const now = valueAt(attributes, '/tags')
      if (typeof now !== 'object' || now === null) return [{ op: 'add', path: '/tags', value: values }]
      return tags.map(({ name, value }) => {
        const written = Object.keys(now).find((tag) => tag.toLowerCase() === name.toLowerCase())
        return { op: written === undefined ? 'add' : 'replace', path: pointerTo('/tags', written ?? name), value }
      })
    },
    does: `tag ${resourceWords(arn)} ${tags.map(({ name, value }) => `${name}=${value}`).join(' and ')}`,
    slug: TAG,
    recipe: (attributes) => tagRecipe(arn, values, attributes),
    ...(tags.some(({ isOneOfMany }) => isOneOfMany) ? { isOneOfMany: true } : {}),
  }
}

type TagValues = Readonly<Record<string, string>>

/** The API answers with what it could not tag, and calls that success. */
function tagRecipe(arn: string, values: TagValues, attributes: unknown): Recipe {
  const tags = valueAt(attributes, '/tags')
  const list = NAMELESS.test(arn) ? { placeholder: 'RESOURCE_ARN' } : arn
  const names = Object.keys(values)
  const isKnown = typeof tags === 'object' && tags !== null
  const before = names.map((name) => [name, isKnown ? valueAt(tags, pointerTo('', name)) : undefined] as const)
  const old = before.filter((entry): entry is readonly [string, string] => typeof entry[1] === 'string')
  const fresh = before.filter(([, value]) => typeof value !== 'string').map(([name]) => name)
  const failed = [`case $failed in ''|null|'{}') ;; *) say "$failed" >&2; return 1 ;; esac`]
  const checked = (call: Call): readonly Line[] => [{ into: 'failed', call }, ...failed]
  const set = (to: TagValues): Call =>
    aws('resourcegroupstaggingapi tag-resources', {
      '--resource-arn-list': list,
      '--tags': jsonText(to),
      '--query': 'FailedResourcesMap',
    })
  const remove = (name: string): Call =>
    aws('resourcegroupstaggingapi untag-resources', {
      '--resource-arn-list': list,
      '--tag-keys': name,
      '--query': 'FailedResourcesMap',
    })
  return {
    read: [aws('resourcegroupstaggingapi get-resources', { '--resource-arn-list': list, '--query': queryOf(names) })],
    put: checked(set(values)),
    undo: [
      ...(old.length === 0 ? [] : checked(set(Object.fromEntries(old)))),
      ...fresh.flatMap((name) => checked(remove(name))),
    ],
    before: isKnown ? valueOrAll(before.map(([name, value]) => [name, value ?? null])) : undefined,
    after: valueOrAll(Object.entries(values)),
    isValue: true,
    pasted: [set(values)],
  }
}

/** One tag as its value, several as an object: what `queryOf` prints. */
const valueOrAll = (entries: readonly (readonly [string, unknown])[]): unknown =>
  entries.length === 1 ? entries[0]?.[1] : Object.fromEntries(entries)

function queryOf(names: readonly string[]): string {
  const valueOfTag = (name: string): string => `ResourceTagMappingList[0].Tags[?Key==${jmesText(name)}].Value | [0]`
  return names.length === 1
    ? valueOfTag(names[0] ?? '')
    : `{${names.map((name) => `${jsonText(name)}: ${valueOfTag(name)}`).join(', ')}}`
}

const TAG = 'resource-tag'

/** Whether an edit tags a resource: of what hangs on the tag besides, no proof is made. */
export const isTagEdit = ({ slug }: AttributeEdit): boolean => slug === TAG

/** What a change of a tag or of a setting of the resource leaves open, for others too: nothing of it is compared. */
export const openAfter = (edit: AttributeEdit): string =>
  isTagEdit(edit)
    ? 'a tag of the resource changes, and so may the answer of every policy that asks for this tag'
    : 'a setting of the resource changes, and so may the answer for every object of it'

/** The caller with the tag that the resource has, where a condition compares the two. */
export function principalTagEdits(leaf: Leaf, goal: GrantGoal): readonly RequestEdit[] {
  if (goal.step !== 0) return []
  const { caller, question } = goal.input
  if (caller.kind !== 'role-session') return []
  const found = linesOf(leaf, goal).flatMap(({ key, values }) => {
    const now = question.lookup(key)
    const [value] = now.state === 'values' && !now.multivalued ? now.values : []
    const tags = values
      .flatMap(({ template }) => variablesOf(template))
      .filter((key) => /^aws:principaltag\//i.test(key))
    if (value === undefined) return []
    return tags
      .filter((tag) => satisfiesLeaf(leaf, goal, new Map([[tag.toLowerCase(), single(value)]])))
      .map((tag) => editOf(tag, value, undefined, leaf, goal))
  })
  return found.slice(0, MAX_TAG_EDITS)
}
