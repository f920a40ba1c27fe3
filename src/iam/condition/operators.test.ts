import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { OPERATOR_NAMES, readOperator } from './operators.ts'

describe('operator names', () => {
  it('are the 27 of the reference', () => {
    assert.deepEqual([...OPERATOR_NAMES].sort(), [
      'ArnEquals', 'ArnLike', 'ArnNotEquals', 'ArnNotLike', 'BinaryEquals', 'Bool',
      'DateEquals', 'DateGreaterThan', 'DateGreaterThanEquals', 'DateLessThan', 'DateLessThanEquals', 'DateNotEquals',
      'IpAddress', 'NotIpAddress', 'Null',
      'NumericEquals', 'NumericGreaterThan', 'NumericGreaterThanEquals', 'NumericLessThan', 'NumericLessThanEquals', 'NumericNotEquals',
      'StringEquals', 'StringEqualsIgnoreCase', 'StringLike', 'StringNotEquals', 'StringNotEqualsIgnoreCase', 'StringNotLike',
    ].sort()) // biome-ignore format: by family
  })

  it('are negated exactly where their name has a Not', () => {
    for (const name of OPERATOR_NAMES) assert.equal(readOperator(name)?.operator.negated, name.includes('Not'), name)
  })

  it('compare as their name says; ArnEquals takes wildcards as ArnLike does (R-COND-10, R-COND-11)', () => {
    const relation = (name: string): string => {
      if (name.startsWith('Arn') || name.endsWith('Like')) return 'like'
      if (name.endsWith('IgnoreCase')) return 'equals-ignore-case'
      const order = ['LessThanEquals', 'LessThan', 'GreaterThanEquals', 'GreaterThan'].find((end) => name.endsWith(end))
      const words = {
        LessThanEquals: 'less-equal',
        LessThan: 'less',
        GreaterThanEquals: 'greater-equal',
        GreaterThan: 'greater',
      }
      return order === undefined ? 'equals' : words[order as keyof typeof words]
    }
    for (const name of OPERATOR_NAMES) assert.equal(readOperator(name)?.operator.relation, relation(name), name)
  })

  for (const name of OPERATOR_NAMES)
    it(`${name} takes a set operator, and IfExists unless it is Null (R-COND-03)`, () => {
      assert.equal(readOperator(name)?.ifExists, false)
      assert.equal(readOperator(`ForAllValues:${name}`)?.setOperator, 'ForAllValues')
      assert.equal(readOperator(`ForAnyValue:${name}`)?.setOperator, 'ForAnyValue')
      assert.equal(readOperator(`${name}IfExists`)?.ifExists, name === 'Null' ? undefined : true)
      assert.equal(readOperator(`ForAnyValue:${name}IfExists`)?.operator.name, name === 'Null' ? undefined : name)
    })

  for (const name of [
    'StringEqual',
    'Equals',
    'StringEqualsIfExist',
    'IfExists',
    'ForAllValues',
    'ForAllValues:',
    'ForEachValue:StringEquals',
    'StringEquals:ForAllValues',
    'NullIfExists',
    '',
    ':',
    ':StringEquals',
    '__proto__',
    'constructor',
    'toString',
  ])
    it(`\`${name}\` is no operator (R-COND-05)`, () => assert.equal(readOperator(name), undefined))
})
