/** A plan that somebody wrote by hand, or broke: a value of the wrong type says nothing, and ends nothing. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isImported } from '#import/imported.ts'
import { importTerraform } from '#import/terraform/terraform.ts'
import { OPTIONS } from './plans.ts'

const planned = (key: unknown) => ({
  format_version: '1.2',
  terraform_version: '1.9.0',
  planned_values: {
    root_module: {
      resources: [
        { type: 'aws_s3_bucket', name: 'b', values: { bucket: 'b' } },
        {
          type: 'aws_s3_bucket_server_side_encryption_configuration',
          name: 'b',
          values: {
            bucket: 'b',
            rule: [{ apply_server_side_encryption_by_default: [{ sse_algorithm: 'aws:kms', kms_master_key_id: key }] }],
          },
        },
      ].map((one) => ({ address: `${one.type}.${one.name}`, mode: 'managed', ...one })),
    },
  },
})

test('a key of a bucket that is no text is a key that is not known', () => {
  const filesOf = (key: unknown): string => {
    const result = importTerraform(planned(key), OPTIONS)
    assert.ok(isImported(result), isImported(result) ? '' : result.problem)
    return [...result.files.values()].join('\n')
  }
  assert.ok(filesOf('k1').includes(':key/k1'))
  for (const key of [{}, [], 7, true]) assert.ok(!filesOf(key).includes('sseKmsKeyArn'), JSON.stringify(key))
})
