import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { resourceTypeFacts, resourceTypesOf } from './resource-types.ts'
import { allServices } from './services.ts'

/** Expectations are rows of https://docs.aws.amazon.com/service-authorization/latest/reference/ */
describe('facts about resource types', () => {
  it('writes ARN patterns as AWS does', () => {
    const patterns = (service: string, type: string) => resourceTypeFacts(service, type)?.arnPatterns
    assert.deepEqual(patterns('s3', 'object'), ['arn:${Partition}:s3:::${BucketName}/${ObjectName}'])
    assert.deepEqual(patterns('kms', 'KEY'), ['arn:${Partition}:kms:${Region}:${Account}:key/${KeyId}'])
    assert.deepEqual(patterns('iam', 'role'), ['arn:${Partition}:iam::${Account}:role/${RoleNameWithPath}'])
    assert.deepEqual(patterns('ec2', 'image'), ['arn:${Partition}:ec2:${Region}::image/${ImageId}'])
  })

  it('keeps both patterns of a type that has two', () => {
    assert.deepEqual(resourceTypeFacts('apigateway', 'stage')?.arnPatterns, [
      'arn:${Partition}:apigateway:${Region}::/apis/${ApiId}/stages/${StageName}',
      'arn:${Partition}:apigateway:${Region}::/restapis/${RestApiId}/stages/${StageName}',
    ])
  })

  it('has the keys a resource brings to any action on it', () => {
    assert.ok(resourceTypeFacts('kms', 'key')?.conditionKeys.includes('aws:ResourceTag/${TagKey}'))
    assert.ok(resourceTypeFacts('s3', 'bucket')?.conditionKeys.includes('s3:BucketTag/${TagKey}'))
  })

  it('has patterns of six parts for every type, in every service', () => {
    let types = 0
    for (const service of allServices())
      for (const type of resourceTypesOf(service)) {
        types++
        const facts = resourceTypeFacts(service, type)
        assert.equal(facts?.name, type)
        assert.ok(facts.arnPatterns.length > 0)
        for (const pattern of facts.arnPatterns) assert.match(pattern, /^arn:\$\{Partition\}(?::[^:]*){3}:./, pattern)
      }
    assert.ok(types > 2_000 && types < 5_000, `${types} types`)
  })

  it('knows nothing of names from outside', () => {
    for (const name of ['', '__proto__', 'constructor', 'bucket|', '=types']) {
      assert.equal(resourceTypeFacts('s3', name), undefined)
      assert.equal(resourceTypeFacts(name, 'bucket'), undefined)
      assert.deepEqual(resourceTypesOf(name), [])
    }
  })
})
