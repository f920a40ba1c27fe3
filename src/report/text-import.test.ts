import assert from 'node:assert/strict'
import { test } from 'node:test'
import { importText } from './text-import.ts'

const WHERE = 'data.aws_iam_policy_document.deploy.statement[0].resources[0]'
const IMPORTED = {
  kind: 'terraform',
  counts: { accounts: 1, principals: 1, policies: 0, resources: 2, endpoints: 0 },
  files: new Map([['meta.json', '{}']]),
  unread: [],
  open: [{ where: WHERE, why: 'it is not known before the plan is applied, so that it may be anything at all' }],
} as const

test('what was imported is wrapped in a terminal, with addresses whole; in a pipe each is a line', () => {
  const pipe = importText(IMPORTED, 'snap', { columns: undefined, isTerminal: false, color: false })
  assert.equal(pipe.split('\n')[1], 'Written  1 file in snap')
  assert.ok(pipe.split('\n').includes(`  ${WHERE}: ${IMPORTED.open[0].why}`))
  const shown = importText(IMPORTED, 'snap', { columns: 40, isTerminal: true, color: false })
  assert.equal(shown.replace(/\s+/g, ' '), pipe.replace(/\s+/g, ' '))
  assert.deepEqual(
    shown.split('\n').filter((line) => line.length > 40),
    [`  ${WHERE}:`],
  )
})
