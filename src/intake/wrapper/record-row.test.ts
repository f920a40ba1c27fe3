/** A row that was copied out of a table of CloudTrail records, without the heading (R-MSG-15i). */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readText } from '../read-text.ts'

const A = '111122223333'
const NODE = `arn:aws:sts::${A}:assumed-role/eks-node/i-0a1b2c3d4e5f67890`
const ANN = `arn:aws:iam::${A}:user/ann`
const BOB = `arn:aws:iam::${A}:user/bob`
const EC2 = 'Client.UnauthorizedOperation | You are not authorized to perform this operation.'

const calls = (text: string) => readText(text).map(({ action, principal }) => ({ action, principal }))

describe('a row of CloudTrail records says who called what', () => {
  it('with blanks, tabs or bars between the cells', () => {
    const cells = [
      NODE,
      '8f6a1d9e-c7a1-4c3a-a2b1-f7f3f5d1c0a9',
      'ec2.amazonaws.com',
      'CreateNetworkInterface',
      'Client.UnauthorizedOperation',
      'You are not authorized to perform this operation.',
    ]
    for (const between of [' ', '\t', ' | '])
      assert.deepEqual(calls(cells.join(between)), [{ action: 'ec2:CreateNetworkInterface', principal: NODE }])
  })

  it('with the name of the event before its source, and a code alone', () => {
    assert.deepEqual(calls(`"${ANN}","GetFunction","lambda.amazonaws.com","AccessDenied","Access Denied"`), [
      { action: 'lambda:GetFunction', principal: ANN },
    ])
  })

  it('each row for itself', () => {
    const rows = [
      `${ANN} | ec2.amazonaws.com | CreateVolume | ${EC2}`,
      `${BOB} | CreateVpc | ec2.amazonaws.com | ${EC2}`,
    ]
    assert.deepEqual(calls(rows.join('\n')), [
      { action: 'ec2:CreateVolume', principal: ANN },
      { action: 'ec2:CreateVpc', principal: BOB },
    ])
  })
})

it('words beside the name of a service are no call of it, and of two callers none is taken', () => {
  assert.deepEqual(calls(`${NODE} ec2.amazonaws.com Cannot | ${EC2}`), [{ action: null, principal: null }])
  assert.deepEqual(calls(`${ANN} | ${BOB} | ec2.amazonaws.com | CreateVolume | ${EC2}`), [
    { action: 'ec2:CreateVolume', principal: null },
  ])
  const unquoted = `${ANN},ec2.amazonaws.com,CreateVolume,${EC2}`
  assert.deepEqual(calls(unquoted), [{ action: 'ec2:CreateVolume', principal: null }], 'a name may have commas')
})
