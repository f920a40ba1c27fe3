import { jsonText } from '#quote/json.ts'
import { jmesText } from '#quote/shell.ts'
import type { Leaf } from '#engine/requirement-tree.ts'
import { single } from '#iam/key-state.ts'
import { fill, textOf, variablesOf } from '#iam/variables.ts'
import type { AttributeEdit, RequestEdit } from '../edit.ts'
import type { PolicyLayer } from '#iam/layers.ts'
import { pointerTo, valueAt } from '#iam/json-pointer.ts'
import { aws, type Call } from '../script/call.ts'
import type { Recipe } from '../script/recipe.ts'
import type { GrantGoal } from '../grant-goal.ts'
import { satisfiesLeaf, editOf, linesOf } from './edit-request.ts'

const MAX_TAG_EDITS = 2

const isResourceTag = (key: string): boolean => /^[a-z0-9-]+:resourcetag\//i.test(key)

/**
 * The resource tagged as the conditions want it. No policy changes, but whatever else hangs on the tag does.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access_tags.html, and for the command
 * https://docs.aws.amazon.com/cli/latest/reference/resourcegroupstaggingapi/tag-resources.html
 */
export function resourceTagEdits(leaf: Leaf, goal: GrantGoal): readonly AttributeEdit[] {
  const { resource, question } = goal.input
  // Tags of buckets and objects are no aws:ResourceTag unless ABAC is on (R-S3-11); the API does not tag roles (R-PASS-02).
  if (goal.scope !== 'exact' || resource.kind !== 'arn' || ['s3', 'iam', 'sts'].includes(question.action.service))
    return []
  const { arn } = resource
  const { layer } = leaf.finding
  const found = new Map<string, AttributeEdit>()
  for (const { key, values } of linesOf(leaf, goal).filter((line) => isResourceTag(line.key)))
    for (const { template } of values) {
      const filled = fill(template, question.lookup)
      // Of a pattern what it asks for at the least: `karpenter` of `*karpenter*`.
      const pattern = typeof filled === 'string' ? '' : textOf(filled)
      const value = pattern.replaceAll('*', '')
      const name = key.slice(key.indexOf('/') + 1)
      if (
        value === '' ||
        /[?]/.test(value) ||
        !satisfiesLeaf(leaf, goal, new Map([[key.toLowerCase(), single(value)]]))
      )
        continue
      found.set(
        `${name}=${value}`,
        value === pattern
          ? tagEdit(arn, name, value, layer)
          : { ...tagEdit(arn, name, value, layer), isOneOfMany: true },
      )
    }
  return [...found.values()].slice(0, MAX_TAG_EDITS)
}

function tagEdit(arn: string, name: string, value: string, layer: PolicyLayer): AttributeEdit {
  return {
    is: 'attribute',
    kind: 'edit-policy',
    layer,
    resource: arn,
    operationsOn: (attributes) => {
      const tags = valueAt(attributes, '/tags')
      if (typeof tags !== 'object' || tags === null) return [{ op: 'add', path: '/tags', value: { [name]: value } }]
      const written = Object.keys(tags).find((tag) => tag.toLowerCase() === name.toLowerCase())
      return [{ op: written === undefined ? 'add' : 'replace', path: pointerTo('/tags', written ?? name), value }]
    },
    does: `tag the resource ${name}=${value}`,
    slug: TAG,
    recipe: (attributes) => tagRecipe(arn, name, value, attributes),
  }
}

/** The API answers with what it could not tag, and calls that success. */
function tagRecipe(arn: string, name: string, value: string, attributes: unknown): Recipe {
  const tags = valueAt(attributes, '/tags')
  const isKnown = typeof tags === 'object' && tags !== null
  const before: unknown = isKnown ? (valueAt(tags, pointerTo('', name)) ?? null) : undefined
  const set = (to: string): Call =>
    aws('resourcegroupstaggingapi tag-resources', {
      '--resource-arn-list': arn,
      '--tags': jsonText({ [name]: to }),
      '--query': 'FailedResourcesMap',
    })
  const failed = [`case $failed in ''|null|'{}') ;; *) say "$failed" >&2; return 1 ;; esac`]
  const remove = aws('resourcegroupstaggingapi untag-resources', {
    '--resource-arn-list': arn,
    '--tag-keys': name,
    '--query': 'FailedResourcesMap',
  })
  return {
    read: [
      aws('resourcegroupstaggingapi get-resources', {
        '--resource-arn-list': arn,
        '--query': `ResourceTagMappingList[0].Tags[?Key==${jmesText(name)}].Value | [0]`,
      }),
    ],
    put: [{ into: 'failed', call: set(value) }, ...failed],
    undo: [{ into: 'failed', call: typeof before === 'string' ? set(before) : remove }, ...failed],
    before,
    after: value,
    isValue: true,
    pasted: [set(value)],
  }
}

const TAG = 'resource-tag'

/** Whether an edit tags a resource: of what hangs on the tag besides, no proof is made. */
export const isTagEdit = ({ slug }: AttributeEdit): boolean => slug === TAG

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
