/** Which queue a call was on, by its address in the message, the command, or the code beside it (R-CT-31). */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readDenials } from './read.ts'

const first = (text: string) => {
  const [denial] = readDenials(text).denials
  assert.ok(denial !== undefined)
  return denial
}

const denied = (address: string): string =>
  `An error occurred (AccessDenied) when calling the ReceiveMessage operation: Access to the resource ${address} is denied.`
const A = '111122223333'
const arn = (region: string): string => `arn:aws:sqs:${region}:${A}:jobs`

describe('the address of a queue', () => {
  // biome-ignore format: a table is read by its columns
  const ROWS: readonly (readonly [address: string, arn: string])[] = [
    [`https://sqs.eu-west-1.amazonaws.com/${A}/jobs`,      arn('eu-west-1')],
    [`https://sqs-fips.us-west-2.amazonaws.com/${A}/jobs`, arn('us-west-2')],
    [`https://eu-west-1.queue.amazonaws.com/${A}/jobs`,    arn('eu-west-1')],
    [`https://queue.amazonaws.com/${A}/jobs`,              arn('us-east-1')],
    [`https://sqs.cn-north-1.amazonaws.com.cn/${A}/jobs`,  arn('cn-north-1').replace(':aws:', ':aws-cn:')],
    ['https://sqs.eu-west-1.amazonaws.com/xxxxxxxxxxxx/jobs', arn('eu-west-1').replace(A, 'xxxxxxxxxxxx')],
  ]
  for (const [address, expected] of ROWS)
    it(`is the ARN of the queue in a message: ${address}`, () => {
      assert.equal(first(denied(address)).resource, expected)
    })

  it('is the ARN of the queue in the command, where the message has the address of the service', () => {
    for (const prompt of ['$', 'root@f9910bdcd9d6:/#', '[ec2-user@ip-10-0-0-1 ~]$', 'PS C:\\Users\\ana>', 'bash-4.2$'])
      for (const option of ['--queue-url=', '--queue-url '])
        assert.equal(
          first(
            `${prompt} aws sqs receive-message ${option}https://queue.amazonaws.com/${A}/jobs --region=us-east-1\n\n${denied('https://queue.amazonaws.com/')}`,
          ).resource,
          arn('us-east-1'),
          `${prompt} ${option}`,
        )
  })

  it('is the ARN of the queue in the code, where the message has none', () => {
    const { resource, evidence } = first(
      `sqs.receive_message(QueueUrl='https://sqs.eu-west-1.amazonaws.com/${A}/jobs')\nbotocore.exceptions.ClientError: ${denied('https://sqs.eu-west-1.amazonaws.com/')}`,
    )
    assert.deepEqual([resource, evidence.resourceFrom], [arn('eu-west-1'), 'derived'])
  })

  it('is not taken from a text that has two queues', () => {
    const urls = ['jobs', 'jobs-dlq'].map((name) => `QUEUE=https://sqs.eu-west-1.amazonaws.com/${A}/${name}`).join('\n')
    assert.equal(first(`${urls}\n${denied('https://sqs.eu-west-1.amazonaws.com/')}`).resource, null)
  })

  it('is no resource where it is that of the service alone', () => {
    for (const host of ['queue', 'eu-west-1.queue', 'sqs.eu-west-1', 'sqs-fips.us-west-2'])
      assert.equal(first(denied(`https://${host}.amazonaws.com/`)).resource, null, host)
  })
})
