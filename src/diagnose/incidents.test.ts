import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readDenials } from '#intake/read.ts'
import { incidentsOf } from './incidents.ts'

const line = (role: string, session: string, key: string): string =>
  `2026-04-27T10:00:0${key.length % 10}Z An error occurred (AccessDenied) when calling the PutObject operation: User: arn:aws:sts::111122223333:assumed-role/${role}/${session} is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::example-artifacts/${key}" because no identity-based policy allows the s3:PutObject action`

test('sessions of one role that were refused on objects of one bucket are one incident', () => {
  const log = [line('app', 's1', 'a'), line('app', 's2', 'bb'), line('etl', 's3', 'ccc')].join('\n')
  const incidents = incidentsOf(readDenials(log).denials)
  assert.deepEqual(
    incidents.map(({ count, resources }) => [count, resources.length]),
    [
      [2, 2],
      [1, 1],
    ],
  )
  assert.deepEqual([incidents[0]?.first, incidents[0]?.last], ['2026-04-27T10:00:01Z', '2026-04-27T10:00:02Z'])
})

test('a message that only AWS can decode stands for itself', () => {
  const text = (blob: string): string =>
    `An error occurred (UnauthorizedOperation) when calling the RunInstances operation: You are not authorized to perform this operation. Encoded authorization failure message: ${blob}`
  const { denials } = readDenials(`${text('Qz3kV9xT1mB7nR5sW2yL8pH4')}\n\n${text('aB9cD8eF7gH6iJ5kL4mN3oP2')}\n`)
  assert.equal(incidentsOf(denials).length, denials.length)
})
