/** Which findings of a requirement refuse, which bear on it and which keep it open (docs/json.md, "Decision"). */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Truth } from '#iam/truth.ts'
import type { LayerFinding } from './layers/finding.ts'
import { bearing, openLeaves, printRequirement, refusing } from './refusing.ts'
import type { Leaf, Tree } from './requirement-tree.ts'

const leaf = (satisfied: Truth, finding: Partial<LayerFinding> = {}): Leaf =>
  ({ is: 'leaf', finding: { layer: 'identity-policy', ...finding }, needs: 'allow', satisfied }) as Leaf
const all = (...of: readonly Tree[]): Tree => ({
  is: 'all',
  of,
  satisfied: of.some((tree) => tree.satisfied === false)
    ? false
    : of.every((tree) => tree.satisfied === true) || 'unknown',
})
const any = (...of: readonly Tree[]): Tree => ({
  is: 'any',
  of,
  satisfied: of.some((tree) => tree.satisfied === true)
    ? true
    : of.every((tree) => tree.satisfied === false)
      ? false
      : 'unknown',
})

const yes = leaf(true)
const open = leaf('unknown')
const identity = leaf(false, { layer: 'identity-policy' })
const resource = leaf(false, { layer: 'resource-policy' })
const boundary = leaf(false, { layer: 'permissions-boundary' })
const guard = leaf(false, { layer: 'service-guard' })
const otherGuard = leaf(false, { layer: 'service-guard', guard: 'acl' })
const grant = (satisfied: Truth) => leaf(satisfied, { layer: 'service-guard', guard: 'kms-grant' })
const withdrawn = leaf(false, { layer: 'session-policy', withdrawn: true })

// biome-ignore format: a table is read by its columns
const ROWS: readonly (readonly [title: string, tree: Tree, refuse: readonly Leaf[]])[] = [
  ['nothing where it is satisfied', yes, []],
  ['nothing where it is open', all(yes, open), []],
  ['the one', identity, [identity]],
  ['all that refuse of what must all hold', all(yes, identity, boundary, open), [identity, boundary]],
  ['each of them once', all(identity, boundary, identity), [identity, boundary]],
  ['of two ways the caller’s side, which stands last', any(resource, identity), [identity]],
  ['of two ways the caller’s side with all it lacks', any(resource, all(identity, boundary)), [identity, boundary]],
  ['the resource’s side where the caller’s would need it too', any(resource, all(resource, identity)), [resource]],
  ['the resource’s side where the caller’s would need it too, whatever else that lacks', any(all(resource, boundary), all(resource, identity)), [resource, boundary]],
  ['a way that needs the resource’s policy, where there is no other', any(all(resource, identity)), [resource, identity]],
  ['no way of a guard alone where there is another', any(identity, guard), [identity]],
  ['a guard where there is nothing else', any(otherGuard, guard), [guard]],
  ['a way with a guard and a policy counts', any(identity, all(guard, boundary)), [guard, boundary]],
  ['a way whose rest is there already, where it is a part of the other', any(boundary, all(identity, boundary)), [boundary]],
  ['no part that needs what is not known', any(all(boundary, open), all(identity, boundary)), [identity, boundary]],
  ['a part whose other side is satisfied', any(all(boundary, any(yes, open)), all(identity, boundary)), [boundary]],
  ['what refuses where nothing is known to override it', all(boundary, any(open, identity)), [boundary, identity]],
  ['no part that leaves open what is not known to override a refusal', any(all(boundary, any(open, identity)), all(identity, boundary)), [identity, boundary]],
  ['nothing of a way that needs what is not known', all(boundary, any(open, all(identity, open))), [boundary]],
  ['beside an open way the caller’s side', all(guard, any(resource, open, all(identity, boundary))), [guard, identity, boundary]],
  ['beside an open way nothing but the caller’s side', all(boundary, any(resource, open)), [boundary]],
  ['no resource’s policy that may let the caller in', all(boundary, any(open, all(resource, identity))), [boundary]],
  ['nothing beside an open way where another is there', all(boundary, any(yes, open, identity)), [boundary]],
  ['the caller’s side beside what is open and must hold too', all(boundary, open, any(open, identity)), [boundary, identity]],
  ['the caller’s side beside a grant that is not known', all(guard, any(grant('unknown'), identity)), [guard, identity]],
  ['no part that lacks something else', any(all(boundary, withdrawn), all(identity, boundary)), [identity, boundary]],
  ['a way that was taken back, before all', any(withdrawn, identity), [withdrawn]],
  ['a way that was taken back together with more is as any other', any(all(withdrawn, boundary), identity), [identity]],
  ['what limits a grant that is there', any(identity, all(grant(true), boundary), resource), [boundary]],
  ['no way of a grant that is not there', any(identity, all(grant(false), boundary)), [identity]],
  ['no way of a grant that is not known', any(identity, all(grant('unknown'), boundary)), [identity]],
  ['the way of a grant only where the grant stands first', any(all(boundary, grant(true)), identity), [identity]],
  ['a way of a grant among grants', any(all(grant(false), boundary), all(grant(true), identity)), [identity]],
]

describe('what refuses', () => {
  for (const [title, tree, refuse] of ROWS)
    it(title, () =>
      assert.deepEqual(
        refusing(tree),
        refuse.map(({ finding }) => finding),
      ),
    )
})

describe('what a requirement stands on', () => {
  const of = (...leaves: readonly Leaf[]) => leaves.map(({ finding }) => finding)
  it('all of what must hold', () => assert.deepEqual(bearing(all(yes, open)), of(yes, open)))
  it('of ways those that are satisfied', () => assert.deepEqual(bearing(any(open, yes, identity)), of(yes)))
  it('of ways all where none is', () => assert.deepEqual(bearing(any(open, identity)), of(open, identity)))
  it('what must hold inside of a way that is satisfied', () => {
    assert.deepEqual(bearing(any(identity, all(yes, any(open, leaf(true))))).length, 2)
  })
  it('each finding once, and only those asked for', () => {
    assert.deepEqual(bearing(all(yes, yes)), of(yes))
    assert.deepEqual(
      bearing(all(yes, open), (leaf) => leaf.satisfied === true),
      of(yes),
    )
  })
  it('what keeps it open', () => {
    assert.deepEqual(openLeaves(all(yes, open, any(identity, open))), of(open))
    assert.deepEqual(openLeaves(all(open, identity)), [], 'it is refused already')
    assert.deepEqual(openLeaves(any(open, yes)), [], 'it is allowed already')
    assert.deepEqual(openLeaves(yes), [])
    assert.deepEqual(openLeaves(open), of(open))
  })
})

it('the requirement is printed with its layer, what it needs and whether it has it', () => {
  const printed = { layer: 'identity-policy', needs: 'allow', satisfied: true }
  assert.deepEqual(printRequirement(yes), printed)
  assert.deepEqual(printRequirement(all(yes, any(open))), {
    all: [printed, { any: [{ ...printed, satisfied: 'unknown' }] }],
  })
  assert.deepEqual(printRequirement(leaf(true, { where: 'bucket', kind: 'queue' })), {
    ...printed,
    where: 'bucket',
    kind: 'queue',
  })
  assert.deepEqual(printRequirement(grant(false)), {
    layer: 'service-guard',
    kind: 'kms-grant',
    needs: 'allow',
    satisfied: false,
  })
})
