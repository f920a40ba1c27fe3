import type { ContextSource } from '#engine/context-source.ts'
import { memoizeText } from '#iam/memoize.ts'
import type { Statement } from '#iam/policy.ts'
import { NO_RESOURCE } from '#iam/resource.ts'
import { variablesOf } from '#iam/variables.ts'
import type { ActionClass } from '#space/known-actions.ts'
import { sourceOf } from './principal-actions.ts'
import type { Kind } from './asker-names.ts'
import { somebodyIn } from './callers.ts'
import { KeySpace } from './key-space.ts'

/** Kinds of principals, first those that most policies are for. */
const KINDS: readonly Kind[] = ['user', 'role', 'federated-user', 'root']

/**
 * The kinds of principals that statements tell apart: by an entry that names one, or by a key of which one kind may have a
 * state that no kind before it can have. A user stands for all that nothing tells from it.
 */
export function distinguishKinds(
  statements: readonly Statement[],
  looked: readonly string[],
  keys: KeySpace,
  partition: string,
): readonly Kind[] {
  const found: Kind[] = []
  for (const kind of KINDS)
    if (isNamed(kind, statements) || !found.some((other) => isSpokenFor(kind, other, looked, keys, partition)))
      found.push(kind)
  return found
}

/** Whether what statements let a session of GetFederationToken do can differ from what they let its user do. */
export function tellsFederatedApart(statements: readonly Statement[], partition: string): boolean {
  const lines = statements.flatMap(({ conditions }) => conditions)
  const looked = new Set<string>()
  for (const { key, values } of lines)
    for (const name of [key, ...values.flatMap(({ template }) => variablesOf(template))]) looked.add(name.toLowerCase())
  for (const { resources } of statements)
    for (const pattern of resources ?? [])
      if (pattern.kind === 'arn') for (const name of variablesOf(pattern.rest)) looked.add(name.toLowerCase())
  const kind = 'federated-user'
  return isNamed(kind, statements) || !isSpokenFor(kind, 'user', [...looked], new KeySpace(lines), partition)
}

const isSpokenFor = (kind: Kind, other: Kind, looked: readonly string[], keys: KeySpace, partition: string): boolean =>
  looked.every((key) => standsFor(other, kind, key, keys, partition))

/** `NotPrincipal` spares each kind in its own way (R-PM-09); an account's entry reaches every kind alike (R-PM-15). */
const isNamed = (kind: Kind, statements: readonly Statement[]): boolean =>
  statements.some(({ principal, principalElement }) =>
    principal?.entries.some(
      ({ type, value }) => type === 'AWS' && (principalElement === 'NotPrincipal' || BY_ENTRY[kind](value)),
    ),
  )

const BY_ENTRY: Readonly<Record<Kind, (value: string) => boolean>> = {
  user: (value) => value.includes(':user/') || value.startsWith('AIDA'),
  role: (value) => value.includes(':role/') || value.includes(':assumed-role/') || value.startsWith('AROA'),
  'federated-user': (value) => value.includes(':federated-user/'),
  root: () => false,
}

/** Whether every state that a key can have of one kind, it can have of the other. */
function standsFor(other: Kind, kind: Kind, key: string, keys: KeySpace, partition: string): boolean {
  const [otherSource, own] = [sourceBy(other, partition), sourceBy(kind, partition)]
  const [theirs, ours] = [keys.derivedState(key, otherSource), keys.derivedState(key, own)]
  if (theirs !== undefined) return ours !== undefined && JSON.stringify(ours) === JSON.stringify(theirs)
  const may = keys.presence(key, otherSource)
  const { mayBeAbsent, mayBePresent } =
    ours === undefined
      ? keys.presence(key, own)
      : { mayBeAbsent: ours.state === 'absent', mayBePresent: ours.state !== 'absent' }
  return (may.mayBeAbsent || !mayBeAbsent) && (may.mayBePresent || !mayBePresent)
}

const sourceBy = (kind: Kind, partition: string): ContextSource => sourcesIn(partition)[kind]

const sourcesIn = memoizeText((partition): Readonly<Record<Kind, ContextSource>> => {
  const somebody = somebodyIn(partition)
  const by = (kind: Kind): ContextSource => sourceOf({ asker: somebody[kind], actions: NO_ACTION }, NO_RESOURCE)
  return { user: by('user'), role: by('role'), 'federated-user': by('federated-user'), root: by('root') }
})

/** Stand-in for the action: the condition keys that follow from the caller do not hang on it. */
const NO_ACTION: ActionClass = { service: '', form: 'none', holds: [], first: '', names: [] }
