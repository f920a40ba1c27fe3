import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { logLineParts } from './log-lines.ts'
import { readText } from './read-text.ts'

const sentence = (i: number): string =>
  `User: arn:aws:sts::111122223333:assumed-role/app-${i % 3}/s${i} is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::example-artifacts/releases/${i}.zip" because no identity-based policy allows the s3:PutObject action`

const LINES: readonly ((i: number) => string)[] = [
  (i) => `An error occurred (AccessDenied) when calling the PutObject operation: ${sentence(i)}`,
  (i) =>
    `operation error S3: PutObject, https response error StatusCode: 403, RequestID: REQ${1000 + i}EXAMPL, HostID: abc${i}=, api error AccessDenied: ${sentence(i)}`,
  (i) => `ERROR [worker-${i}] An error occurred (AccessDenied) when calling the PutObject operation: ${sentence(i)}`,
]

const logOf = (count: number, line: (i: number) => string): string =>
  `${Array.from({ length: count }, (_, i) => `2026-04-27T10:${String(Math.floor(i / 60) % 60).padStart(2, '0')}:${String(i % 60).padStart(2, '0')}Z ${line(i)}`).join('\n')}\n`

describe('the lines of a log', () => {
  for (const line of LINES)
    test(`say what the rules read of them: ${line(1).slice(0, 40)}`, () => {
      const log = logOf(300, line)
      const quick = logLineParts(log).flatMap(({ denials }) => denials)
      assert.equal(quick.length, 300)
      assert.deepEqual(quick, readText(log))
    })

  test('are left to the rules where the next line goes on', () => {
    const log = logOf(300, (i) => `${LINES[0]?.(i) ?? ''}\n    request id: REQ${i}`)
    assert.deepEqual(logLineParts(log), [])
  })

  test('of a short text are left to the rules', () => {
    assert.deepEqual(logLineParts(logOf(10, LINES[0] ?? String)), [])
  })
})
