import type { DocumentEdit, Edit } from './edit.ts'
import { keyOfLocation, type PolicyLocation } from './policy-location.ts'
import { appended, oneOrList, type StatementJson } from './statement.ts'

/**
 * The edits of a plan with the statements that they add to one policy put together, as a person writes them: one for an action on several
 * resources, one for several actions on a resource. What they allow stays the same, to the request.
 */
export function statementsTogether(edits: readonly Edit[]): readonly Edit[] {
  const groups = new Map<string, Adding[]>()
  for (const edit of edits) {
    if (!isAdding(edit)) continue
    const key = JSON.stringify([placeOf(edit.location), edit.slug, isOfRole(edit), restOf(edit.adds)])
    groups.set(key, [...(groups.get(key) ?? []), edit])
  }
  const put = new Map<Edit, readonly Edit[]>()
  for (const [first, ...more] of groups.values()) {
    if (first === undefined || more.length === 0) continue
    const onResources = isOfRole(first) ? [first, ...more] : merge([first, ...more], 'Action', 'Resource')
    const merged = merge(onResources, 'Resource', 'Action')
    put.set(first, first.location.document === null ? merged.map((edit) => inPolicyOf(edit, first)) : merged)
    for (const mergedEdit of more) put.set(mergedEdit, [])
  }
  return put.size === 0 ? edits : edits.flatMap((edit) => put.get(edit) ?? [edit])
}

/** A new policy is named after its first statement, so that several of one holder are one. */
const placeOf = (location: PolicyLocation): string =>
  keyOfLocation(location.document === null ? { ...location, name: '' } : location)

/** The edit in the new policy that another one makes. */
const inPolicyOf = (edit: Adding, { location, does }: Adding): Adding => ({
  ...edit,
  location,
  does,
  operationsOn: (document) => appended(document, [edit.adds]),
})

type Adding = DocumentEdit & { readonly adds: StatementJson }

const isAdding = (edit: Edit): edit is Adding =>
  edit.is === 'document' &&
  edit.adds !== undefined &&
  edit.adds['Action'] !== undefined &&
  (edit.adds['Resource'] !== undefined || edit.location.kind === 'trust')

/** A statement of a trust policy names no resource: it is on the role. */
const isOfRole = ({ location }: Adding): boolean => location.kind === 'trust'

/** All of a statement but what is put together, and its name. */
const restOf = ({ Sid: _sid, Action: _action, Resource: _resource, ...rest }: StatementJson): StatementJson => rest

/** Statements that have the one element alike, with all values of the other. */
function merge(
  edits: readonly Adding[],
  alike: 'Action' | 'Resource',
  other: 'Action' | 'Resource',
): readonly Adding[] {
  const groups = new Map<string, Adding[]>()
  for (const edit of edits) {
    const key = JSON.stringify([edit.adds[alike]].flat())
    groups.set(key, [...(groups.get(key) ?? []), edit])
  }
  return [...groups.values()].flatMap(([first, ...more]): Adding[] => {
    if (first === undefined) return []
    if (more.length === 0) return [first]
    const values = [...new Set([first, ...more].flatMap(({ adds }) => [adds[other]].flat() as readonly string[]))]
    const adds = { ...first.adds, [other]: oneOrList(values), ...(other === 'Action' ? sidOf(first.adds) : {}) }
    const all = [first, ...more]
    const assumes = Object.assign({}, ...all.map((edit) => edit.assumes ?? {})) as NonNullable<DocumentEdit['assumes']>
    const losesGuards = all.flatMap((edit) => edit.losesGuards ?? [])
    return [{ ...first, adds, assumes, losesGuards, operationsOn: (document) => appended(document, [adds]) }]
  })
}

/** A name for more than one action. */
const sidOf = ({ Sid }: StatementJson): StatementJson => (typeof Sid === 'string' ? { Sid: `${Sid}AndMore` } : {})
