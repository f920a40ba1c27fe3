import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { permissionRecipe, permissionResources } from './lambda-permission.ts'
import { callText, isCall, pasted } from './script/call.ts'

/** The commands that add what is new, without the one that shows what is there. */
const addPermissions = (before: unknown, after: unknown): string | undefined =>
  permissionRecipe(before, after)
    ?.put.filter(isCall)
    .map((call) => callText(call, pasted(after)))
    .join('\n')

const FUNCTION = 'arn:aws:lambda:eu-west-1:444455556666:function:f'
const statement = (more: object = {}) => ({
  Sid: 'AllowApp',
  Effect: 'Allow',
  Principal: { AWS: 'arn:aws:iam::111122223333:role/app' },
  Action: 'lambda:InvokeFunction',
  Resource: FUNCTION,
  ...more,
})
const policy = (...Statement: readonly object[]) => ({ Version: '2012-10-17', Statement })

describe('what is added to the policy of a function', () => {
  it('is one command for each statement, of an alias with its qualifier', () => {
    assert.equal(
      addPermissions(null, policy(statement({ Resource: `${FUNCTION}:prod` }))),
      `aws lambda add-permission --function-name ${FUNCTION} --qualifier prod \\
  --statement-id AllowApp --action lambda:InvokeFunction --principal arn:aws:iam::111122223333:role/app \\
  --region eu-west-1`,
    )
    const two = addPermissions(
      policy(statement()),
      policy(statement(), statement({ Sid: 'b' }), statement({ Sid: 'c' })),
    )
    assert.equal(two?.split('add-permission').length, 3)
  })

  it('is one resource of Terraform for each statement', () => {
    const Condition = { StringEquals: { 'aws:SourceAccount': '444455556666' } }
    const added = statement({ Resource: `${FUNCTION}:prod`, Principal: { Service: 's3.amazonaws.com' }, Condition })
    assert.equal(
      permissionResources(policy(statement({ Sid: 'old' })), policy(statement({ Sid: 'old' }), added)),
      `resource "aws_lambda_permission" "allowapp" {
  function_name  = "${FUNCTION}"
  qualifier      = "prod"
  statement_id   = "AllowApp"
  action         = "lambda:InvokeFunction"
  principal      = "s3.amazonaws.com"
  source_account = "444455556666"
}`,
    )
    assert.equal(permissionResources(policy(statement()), policy()), undefined)
  })

  it('says for which source a service may call', () => {
    const source = 'arn:aws:s3:::uploads'
    const Condition = { StringEquals: { 'aws:SourceAccount': '444455556666' }, ArnEquals: { 'AWS:SourceArn': source } }
    const command = addPermissions(null, policy(statement({ Principal: { Service: 's3.amazonaws.com' }, Condition })))
    assert.match(
      command ?? '',
      /--principal s3\.amazonaws\.com \\\n {2}--source-account 444455556666 --source-arn arn:aws:s3:::uploads/,
    )
  })

  it('is no command where the command cannot say it', () => {
    for (const more of [
      { Effect: 'Deny' },
      { Principal: '*' },
      { Principal: { AWS: ['arn:aws:iam::111122223333:role/a', 'arn:aws:iam::111122223333:role/b'] } },
      { Condition: { StringEquals: { 'aws:PrincipalTag/team': 'red' } } },
      { Action: ['lambda:InvokeFunction', 'lambda:GetFunction'] },
      { Resource: `${FUNCTION}:*` },
    ])
      assert.equal(addPermissions(null, policy(statement(more))), undefined, JSON.stringify(more))
    assert.equal(addPermissions(policy(statement()), policy(statement({ Sid: 'changed' }))), undefined)
    assert.equal(addPermissions(policy(statement()), policy()), undefined)
  })
})
