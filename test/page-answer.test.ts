/** What the page makes of an answer before it is drawn: marks, lines, names, and text that is put into Markdown. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import { rawEvidence } from '#app/inputs.ts'
import { firstSteps } from '../web/answer/first-steps.ts'
import { isKubernetes } from '../web/answer/kubernetes.ts'
import { markdownOf } from '../web/answer/markdown.ts'
import { difference } from '../web/answer/marks.ts'
import { callerName, resourceName, timeWords } from '../web/answer/names.ts'
import { whyLines } from '../web/answer/why-lines.ts'
import { covers } from '../web/glob.ts'
import { looksLikeScenario, outcomeWords } from '../web/given-files.ts'
import { playbookIn } from '../web/playbook.ts'
import { WHO_WAS_REFUSED } from '../web/answer/who-was-refused.ts'
import { NOTE_SUBJECTS } from '#intake/note.ts'
import { loadJsonc } from '../web/jsonc.ts'

await loadJsonc()

describe('patterns and marks', () => {
  test('a pattern covers as IAM has it: `*` any letters, `?` one, letter case aside for actions', () => {
    for (const [pattern, text, is] of [
      ['s3:Get*', 's3:GetObject', true],
      ['s3:get*', 's3:GetObject', true],
      ['s3:*Object', 's3:GetObject', true],
      ['s3:Get?bject', 's3:GetObject', true],
      ['s3:Get', 's3:GetObject', false],
      ['*', '', true],
      ['a*b*c', 'aXbYbc', true],
      ['a*b*c', 'aXbYb', false],
    ] as const)
      assert.equal(covers(pattern, text), is, `${pattern} ${text}`)
  })

  test('a pattern of many stars takes no time that squares', () => {
    assert.equal(covers(`${'*a'.repeat(2000)}b`, 'a'.repeat(4000)), false)
  })

  test('the first part that differs is marked, and nothing behind a star', () => {
    const told = difference('arn:aws:s3:::staging-artifacts/*', 'arn:aws:s3:::prod-artifacts/releases/app.zip')
    assert.deepEqual([told?.pattern.mark, told?.value.mark], ['staging', 'prod'])
    const bucket = difference('arn:aws:s3:::files', 'arn:aws:s3:::files/a/b.csv')
    assert.equal(bucket?.value.mark, '/a/b.csv')
    assert.equal(difference('arn:aws:s3:::*', 'arn:aws:s3:::b/k'), undefined)
  })

  test('before, mark and after are the text again, whatever it is', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (one, other) => {
        const told = difference(one, other)
        if (told === undefined) return
        const { before, mark, after } = told.value
        assert.equal(before + mark + after, other)
      }),
      { numRuns: 500, seed: 20261129 },
    )
  })
})

test('names are cut where people read them, with the account behind', () => {
  assert.deepEqual(callerName('arn:aws:sts::111122223333:assumed-role/deploy-role/ci'), {
    name: 'deploy-role / ci',
    account: '111122223333',
  })
  assert.deepEqual(callerName('arn:aws:iam::111122223333:role/a/b/deploy'), { name: 'deploy', account: '111122223333' })
  assert.deepEqual(resourceName('arn:aws:s3:::b/k'), { name: 'arn:aws:s3:::b/k', account: '' })
  assert.equal(timeWords('2026-04-27T10:03:00Z'), '27 Apr 2026, 10:03:00 UTC')
  assert.equal(timeWords('yesterday'), 'yesterday')
})

test('what became of a file is said in a few words, without its name before them', () => {
  assert.deepEqual(outcomeWords({ name: 'role.json', readAs: 'aws iam get-role', used: true }), {
    words: 'read as aws iam get-role',
    counts: true,
  })
  assert.match(outcomeWords({ name: 'x', readAs: 'aws kms list-grants', used: false }).words, /bears on nothing here/)
  const error = { code: 'input/unknown-kind', message: '`x.json` is not used: it looks like a JSON value', hint: '' }
  assert.deepEqual(outcomeWords({ name: 'x.json', error }), {
    words: 'is not used: it looks like a JSON value',
    counts: false,
  })
})

test('a scenario is told from other files, so that no snapshot stands beside it', () => {
  for (const [text, is] of [
    ['{"request": {}, "policies": {}}', true],
    ['policies:\n  complete: true\n', true],
    ['{"Statement": []}', false],
    ['{"policies": "of the company"}', false],
    ['AccessDenied: no policies allow it', false],
    ['{', false],
  ] as const)
    assert.equal(looksLikeScenario(text), is, text)
})

test('first steps hold what the evidence says, and nothing of it runs in a shell', () => {
  const [denial] = rawEvidence(
    'Error from server (Forbidden): pods is forbidden: User "system:serviceaccount:ci:deployer" cannot list resource "pods" in API group "" in the namespace "prod"',
  ).denials
  assert.ok(denial !== undefined && isKubernetes(denial))
  assert.equal(
    firstSteps(denial)[0]?.command,
    'kubectl auth can-i list pods --as=system:serviceaccount:ci:deployer -n prod',
  )
  const hostile = { ...denial, details: { ...denial.details, namespace: "a'; rm -rf ~; '\n$(id)" } }
  assert.match(firstSteps(hostile)[0]?.command ?? '', /-n 'a'\\''; rm -rf ~; '\\'' \$\(id\)'$/)
  const [cors] = rawEvidence(
    "Access to fetch at 'https://b.s3.amazonaws.com/k' from origin 'https://app.example.com' has been blocked by CORS policy: No 'Access-Control-Allow-Origin' header is present on the requested resource.",
  ).denials
  assert.ok(cors !== undefined)
  assert.equal(
    firstSteps(cors)[0]?.command,
    'denytrace guide cors --url https://b.s3.amazonaws.com/k --origin https://app.example.com',
  )
})

test('a statement on one long line is laid out anew, without numbers that would be wrong', () => {
  const actions = Array.from({ length: 60 }, (_, i) => `s3:Action${i}`)
  const text = JSON.stringify({
    Statement: [{ Sid: 'One', Effect: 'Allow', Action: actions, Resource: 'arn:aws:s3:::b' }],
  })
  const told = whyLines(
    {
      step: 0,
      layer: 'identity-policy',
      denyType: 'implicit',
      certainty: 'certain',
      from: ['policies'],
      nearest: {
        layer: 'identity-policy',
        policy: 'p',
        sid: 'One',
        index: 0,
        pointer: '/Statement/0',
        line: 7,
        failedOn: [{ element: 'Resource', expected: 'arn:aws:s3:::b', actual: 'arn:aws:s3:::b/k' }],
      },
    },
    text,
    undefined,
    false,
  )
  const lines = told?.lines ?? []
  assert.ok(lines.some((line) => line.kind === 'gap'))
  assert.ok(lines.every((line) => line.kind !== 'line' || line.number === undefined))
  assert.ok(lines.some((line) => line.kind === 'line' && line.tone === 'hit' && line.text.includes('arn:aws:s3:::b')))
})

test('the steps of a guide are its text, and its code stays code', () => {
  const html =
    '<h1>A <code>b</code></h1><h2 id="how-to-fix-it">How</h2>\n<ol>\n<li>Do <code>x &lt;y&gt;</code> now (<a href="https://a">page</a>).</li>\n<li>Then that</li>\n</ol>'
  assert.deepEqual(playbookIn(html, 'g'), { title: 'A `b`', steps: ['Do `x <y>` now.', 'Then that'], reviewed: '' })
  assert.equal(playbookIn('<p>nothing</p>', 'g'), undefined)
})

test('hostile names are text in Markdown: no link, no picture, no HTML, no end of a code block', () => {
  const evil = '](https://evil) ![x](https://evil/i.png) <script>alert(1)</script> ``` \n# head'
  const ticket = markdownOf(
    {
      status: 'explained',
      basis: 'policies',
      identity: { relation: 'outside', warning: evil },
      summary: evil,
      denial: {
        principal: evil,
        action: evil,
        time: null,
        region: evil,
        requestId: evil,
        kind: 'aws-access-denied',
        resource: evil,
        code: null,
        candidates: [],
      },
      causes: [
        {
          step: 0,
          layer: 'identity-policy',
          denyType: 'implicit',
          certainty: 'certain',
          from: ['policies'],
          nearest: {
            policy: evil,
            sid: evil,
            index: 0,
            failedOn: [{ element: 'Resource', expected: evil, actual: evil }],
          },
        },
      ],
      steps: [
        {
          relation: 'denied',
          request: { action: evil, resource: evil, principal: evil },
          decision: { decision: 'denied', layers: [], blockedBy: [] },
        },
      ],
      unseen: [],
      assumptions: [],
      reconciliation: { reported: { layer: null } },
    } as never,
    undefined,
  )
  // What stands in code is text whatever it holds; of the rest nothing may begin anything.
  const outside = ticket.replaceAll(/(`+) ?[^]*?[^`]\1(?!`)/g, '')
  assert.doesNotMatch(outside, /(?<!\\)[<[\]!]/)
  assert.doesNotMatch(ticket, /^# head/m)
})

test('the page knows every note that says who was refused', () => {
  const codes = Object.entries(NOTE_SUBJECTS).flatMap(([code, subject]) =>
    subject === 'who-was-refused' ? [code] : [],
  )
  assert.deepEqual([...WHO_WAS_REFUSED].toSorted(), codes.toSorted())
})
