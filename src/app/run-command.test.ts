import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { credentialsOfCommand } from './run-command.ts'

const of = (line: string) => credentialsOfCommand(line.split(' '))

describe('the credentials that a command uses', () => {
  it('are those of its environment when its words name no profile', () => {
    assert.deepEqual(of('aws s3 cp a s3://b/a'), { profile: undefined })
    assert.deepEqual(of('terraform apply'), { profile: undefined })
  })

  it('are those of the profile that its own words name', () => {
    assert.deepEqual(of('aws --profile ci s3 ls'), { profile: 'ci' })
    assert.deepEqual(of('/usr/bin/aws s3 ls --profile=ci'), { profile: 'ci' })
    assert.deepEqual(of('env AWS_PROFILE=ci terraform apply'), { profile: 'ci' })
    assert.deepEqual(of('env -i AWS_PROFILE=ci aws --profile prod s3 ls'), { profile: 'prod' })
  })

  it('are unknown when the program brings its own', () => {
    assert.equal(of('aws-vault exec prod -- aws s3 ls'), 'unknown')
    assert.equal(of('env A=b sudo aws s3 ls'), 'unknown')
    assert.equal(of('/usr/bin/kubectl apply -f x.yaml'), 'unknown')
  })
})
