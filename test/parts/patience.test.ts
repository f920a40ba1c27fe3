/** How long an answer is waited for: the SDK by itself waits without end. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { openAccess } from '../../src/collect/aws/account-access.ts'
import { type Loopback, startLoopback } from './aws-loopback.ts'

let aws: Loopback
before(async () => {
  aws = await startLoopback()
  Object.assign(process.env, aws.env)
})
after(() => aws.close())

test('an address that takes calls and never answers ends them after a minute', async () => {
  const { own } = await openAccess({ endpoint: aws.url, concurrency: 1 })
  const client = own.client(STSClient)
  await client.send(new GetCallerIdentityCommand({}))
  const { requestHandler } = client.config as unknown as { requestHandler: { httpHandlerConfigs: () => object } }
  const { requestTimeout, connectionTimeout, throwOnRequestTimeout } = requestHandler.httpHandlerConfigs() as Record<
    string,
    unknown
  >
  assert.deepEqual([requestTimeout, connectionTimeout, throwOnRequestTimeout], [60_000, 10_000, true])
})
