import { duplicateKeyAt } from '#iam/json-scan.ts'
import { isObject, type JsonObject, listField, textField } from './fields.ts'
import { isReadable, readJson } from './json-source.ts'
import type { Snapshot } from './snapshot.ts'

/** A part of a snapshot that is not as it was. */
export interface Change {
  /** Path of the file in the snapshot. */
  readonly part: string
  /** The entity in the file, where it holds many: the ARN of a user, group, role or policy. */
  readonly entity?: string
  readonly change: 'added' | 'removed' | 'changed'
}

/** Written by each collection anew; says nothing of access. */
const IGNORED = ['meta.json']

/**
 * The parts that differ, by path. Layout and the order of keys do not count; of authorization-details.json the entities are
 * told one by one.
 */
export function changesBetween(old: Snapshot, next: Snapshot): readonly Change[] {
  const parts = [...new Set([...old.files.keys(), ...next.files.keys()])].filter((part) => !IGNORED.includes(part))
  return parts.toSorted().flatMap((part): readonly Change[] => {
    const before = old.files.get(part)
    const after = next.files.get(part)
    if (before === after) return []
    if (before === undefined || after === undefined)
      return [{ part, change: before === undefined ? 'added' : 'removed' }]
    const values = [valueOf(part, before), valueOf(part, after)]
    if (values.every((value) => value !== undefined) && canonical(values[0]) === canonical(values[1])) return []
    return entityChanges(part, values) ?? [{ part, change: 'changed' }]
  })
}

function valueOf(part: string, text: string): unknown {
  const read = readJson(part, text)
  return isReadable(read) && duplicateKeyAt(text, read.start) === undefined ? read.value : undefined
}

/** JSON text with the keys of every object in order; a Map keeps keys such as `__proto__` as data. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (!isObject(value)) return JSON.stringify(value) ?? 'null'
  const keys = Object.keys(value).toSorted()
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(',')}}`
}

const LISTS = ['UserDetailList', 'GroupDetailList', 'RoleDetailList', 'Policies']

/** Undefined where the file has no entities, or something beside them differs. */
function entityChanges(part: string, [old, next]: readonly unknown[]): readonly Change[] | undefined {
  if (!part.endsWith('/authorization-details.json') || !isObject(old) || !isObject(next)) return undefined
  const before = entitiesOf(old)
  const after = entitiesOf(next)
  const names = [...new Set([...before.keys(), ...after.keys()])].toSorted()
  const changes = names.flatMap((entity): readonly Change[] => {
    const [was, is] = [before.get(entity), after.get(entity)]
    if (was === is) return []
    return [{ part, entity, change: was === undefined ? 'added' : is === undefined ? 'removed' : 'changed' }]
  })
  return besides(old) === besides(next) ? changes : undefined
}

/** All of the file but its entities with an ARN. */
function besides(value: JsonObject): string {
  const rest = Object.entries(value).map(([key, held]) =>
    LISTS.includes(key) && Array.isArray(held)
      ? [key, held.filter((entity) => textField(entity, 'Arn') === undefined)]
      : [key, held],
  )
  return canonical(rest.toSorted(([a], [b]) => (String(a) < String(b) ? -1 : 1)))
}

function entitiesOf(value: unknown): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const list of LISTS)
    for (const entity of listField(value, list) ?? []) {
      const arn = textField(entity, 'Arn')
      if (arn !== undefined) found.set(arn, canonical(entity))
    }
  return found
}
