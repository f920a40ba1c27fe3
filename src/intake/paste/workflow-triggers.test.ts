import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { subjectOfTriggers } from './workflow-triggers.ts'

/** Subjects by event: https://docs.github.com/en/actions/reference/security/oidc#example-subject-claims */
const EXPECTED: readonly (readonly [on: string, end: string | undefined])[] = [
  ['on: pull_request\n', 'pull_request'],
  ['on: [pull_request]\n', 'pull_request'],
  ['on:\n  pull_request:\n    branches: [main]\njobs:\n', 'pull_request'],
  ['on:\n  push:\n    branches:\n      - main # ours\njobs:\n', 'ref:refs/heads/main'],
  ['"on":\n  push:\n    tags: ["v1"]\njobs:\n', 'ref:refs/tags/v1'],
  ['on:\n  push:\n    tags: ["v*"]\njobs:\n', 'ref:refs/tags/TAG_NAME'],
  ['on:\n  push:\n    branches: [main, dev]\n', undefined],
  ['on:\n  push:\n    branches: ["release/**"]\n', undefined],
  ['on:\n  push:\n    branches: [main]\n  pull_request:\njobs:\n', undefined],
  ['on: [push, pull_request]\n', undefined],
  ['on: push\n', undefined],
  ['on:\n  workflow_call:\n', undefined],
  ['on:\n  - pull_request\njobs:\n', 'pull_request'],
  ['jobs:\n', undefined],
]

describe('triggers of a workflow', () => {
  for (const [on, end] of EXPECTED)
    it(`${JSON.stringify(on)} leads to ${end ?? 'no single subject'}`, () => assert.equal(subjectOfTriggers(on), end))
})
