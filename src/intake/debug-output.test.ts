/** The output of `aws --debug`: what came over the wire and the exception that it became are one denial. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readText } from './read-text.ts'

const line = (thread: string, logger: string, text: string): string =>
  `2024-03-01 10:00:00,800 - ${thread} - ${logger} - DEBUG - ${text}`
const sent = (thread: string, key: string): string =>
  line(
    thread,
    'botocore.endpoint',
    `Sending http request: <AWSPreparedRequest stream_output=False, method=PUT, url=https://reports-7.s3.eu-west-1.amazonaws.com/${key}, headers={}>`,
  )
const body = (thread: string, id: string): string =>
  `${line(thread, 'botocore.parsers', 'Response body:')}\nb'<?xml version="1.0" encoding="UTF-8"?>\\n<Error><Code>AccessDenied</Code><Message>Access Denied</Message><RequestId>${id}</RequestId><HostId>x</HostId></Error>'`
const ERROR = 'An error occurred (AccessDenied) when calling the PutObject operation: Access Denied'
const raised = (thread: string): string =>
  `${line(thread, 's3transfer.tasks', 'Exception raised.')}\nTraceback (most recent call last):\n  File "s3transfer/tasks.py", line 139, in __call__\nbotocore.exceptions.ClientError: ${ERROR}`
const ID = '8PZ5Z2T9E6GBFPQK'

describe('the output of aws --debug', () => {
  it('gives one denial with action, object and request id', () => {
    const denials = readText(
      [
        sent('ThreadPoolExecutor-0_0', 'a/b.txt'),
        body('ThreadPoolExecutor-0_0', ID),
        raised('ThreadPoolExecutor-0_0'),
        `upload failed: ./b.txt to s3://reports-7/a/b.txt ${ERROR}`,
      ].join('\n'),
    )
    assert.deepEqual(
      denials.map(({ action, resource, requestId }) => [action, resource, requestId]),
      [['s3:PutObject', 'arn:aws:s3:::reports-7/a/b.txt', ID]],
    )
  })

  it('gives the exception of one transfer not the request id of another', () => {
    const denials = readText(
      [
        sent('ThreadPoolExecutor-0_0', 'a.txt'),
        sent('ThreadPoolExecutor-0_1', 'b.txt'),
        body('ThreadPoolExecutor-0_1', ID),
        raised('ThreadPoolExecutor-0_0'),
      ].join('\n'),
    )
    assert.deepEqual(
      denials.map(({ action, requestId }) => [action, requestId]),
      [
        [null, ID],
        ['s3:PutObject', null],
      ],
    )
  })
})
