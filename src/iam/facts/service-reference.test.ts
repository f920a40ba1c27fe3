import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readServiceReference, withReference } from './service-reference.ts'

/** In the form of AWS's page: https://docs.aws.amazon.com/service-authorization/latest/reference/service-reference.html */
const PUBLISHED = {
  Name: 'tea',
  Actions: [
    {
      Name: 'PourCup',
      ActionConditionKeys: ['tea:Kind'],
      Annotations: {
        Properties: { IsList: false, IsPermissionManagement: false, IsTaggingOnly: false, IsWrite: true },
      },
      Resources: [{ Name: 'cup' }],
    },
    { Name: 'ListPots', Annotations: { Properties: { IsList: true } } },
  ],
  ConditionKeys: [{ Name: 'tea:Kind', Types: ['String'] }],
  Resources: [{ Name: 'cup', ARNFormats: ['arn:${Partition}:tea:${Region}:${Account}:cup/${Id}'], ConditionKeys: [] }],
  Version: 'v1.4',
}

const tableOf = (builtIn: string | undefined, value: unknown) => {
  const read = readServiceReference(value)
  assert.ok('reference' in read)
  return withReference(builtIn, read.reference)
}

describe('AWS’s service reference', () => {
  it('gives the table of a service that is not built in', () => {
    const table = tableOf(undefined, PUBLISHED)
    assert.deepEqual(
      [...table.actions],
      [
        ['pourcup', 'PourCup|W|0|0'],
        ['listpots', 'ListPots|L||'],
      ],
    )
    assert.equal(table.typeName('0'), 'cup')
    assert.deepEqual(table.keySet('0'), ['tea:Kind'])
  })

  it('adds to a built-in service and changes nothing that it has', () => {
    const builtIn = 'tea Tea\n=keys\n:Heat|Numeric\n=types\npot|~pot/{Id}\n=sets\n0\n=actions\nPourCup|W|0*|0\n'
    const table = tableOf(builtIn, PUBLISHED)
    assert.equal(table.actions.get('pourcup'), 'PourCup|W|0*|0')
    assert.equal(table.actions.get('listpots'), 'ListPots|L||')
    assert.deepEqual([table.typeName('0'), table.typeName('1')], ['pot', 'cup'])
    assert.deepEqual(table.keySet('0'), ['tea:Heat'])
    assert.deepEqual([...table.keys.keys()], ['tea:heat', 'tea:kind'])
  })

  it('reports what is not a reference', () => {
    for (const value of [
      null,
      [],
      'tea',
      {},
      { Name: '../x', Actions: [] },
      { Name: 'tea' },
      { Name: 'tea', Actions: [1] },
    ])
      assert.ok('problem' in readServiceReference(value), JSON.stringify(value))
  })

  it('drops names that would break a line of the table', () => {
    const table = tableOf(undefined, {
      Name: 'tea',
      Actions: [{ Name: 'Good' }, { Name: 'a|b' }, { Name: 'x\n=keys' }, { Name: '^y' }],
    })
    assert.deepEqual([...table.actions.keys()], ['good'])
  })
})
