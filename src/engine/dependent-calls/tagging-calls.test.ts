import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { canonicalAction } from '#iam/facts/actions.ts'
import { resourceTypeFacts, resourceTypesOf } from '#iam/facts/resource-types.ts'
import { dependentCallsOn } from './table.ts'
import { MADE_IN_EC2, TAGGING_CALLS } from './tagging-calls.ts'

const LISTED = TAGGING_CALLS.flatMap(([tagging, , operations]) =>
  operations.split(' ').map((entry) => {
    const [operation = '', type] = entry.split('=')
    const service = tagging.split(':')[0] ?? ''
    return { tagging, service, operation, type }
  }),
)

/** Whether ARNs of a type of the service begin with the word: what is made need not be what the call is evaluated on. */
const isType = (service: string, word: string): boolean =>
  resourceTypesOf(service).some((name) =>
    (resourceTypeFacts(service, name)?.arnPatterns ?? []).some((arn) =>
      [`:${word}:`, `:${word}/`, `/${word}/`].some((part) => arn.toLowerCase().includes(part)),
    ),
  )

describe('a call that tags what it makes', () => {
  it('is an action of AWS’s, as AWS spells it, once, and asks for the permission to tag (G-85)', () => {
    const calls = [
      ...LISTED.map(({ service, operation, tagging }) => [`${service}:${operation}`, tagging] as const),
      ...MADE_IN_EC2.map(([operation]) => [`ec2:${operation}`, 'ec2:CreateTags'] as const),
    ]
    assert.equal(new Set(calls.map(([call]) => call)).size, calls.length)
    for (const [call, tagging] of calls) {
      assert.equal(canonicalAction(call), call)
      assert.equal(canonicalAction(tagging), tagging)
      const tagCalls = dependentCallsOn(call).filter(({ rule }) => rule === 'G-85')
      assert.deepEqual(
        tagCalls.map(({ needs }) => needs.flatMap(({ actions }) => actions)),
        [[tagging]],
      )
    }
  })

  it('makes something of a type of its service', () => {
    const made = [
      ...LISTED.flatMap(({ service, type }) => (type === undefined ? [] : [[service, type] as const])),
      ...MADE_IN_EC2.flatMap(([, types]) => types.map((type) => ['ec2', type] as const)),
    ]
    assert.deepEqual(
      made.filter(([service, type]) => !isType(service, type)),
      [],
    )
  })
})
