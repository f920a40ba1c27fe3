/** What the screen tells of a denial stands in JSON too, in the same order. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { type DiagnosisSearch, searchEvidence, shownDiagnosis, wholeDiagnosis } from '#app/diagnose.ts'
import { evidenceOfText } from '#app/inputs.ts'
import { loadSnapshot } from '#collect/folder.ts'
import type { PolicySource } from '#diagnose/diagnosis.ts'
import type { Scenario } from '#engine/scenario.ts'
import { diagnosesText } from '#report/text-diagnosis.ts'
import { markdownOf } from '../../web/answer/markdown.ts'
import { fitted } from '../../src/mcp/fitted.ts'

const ALL = { Effect: 'Allow', Action: '*', Resource: '*' }
const own = (...Statement: readonly unknown[]): Scenario =>
  ({
    policies: { identityPolicies: [{ name: 'own', document: { Version: '2012-10-17', Statement } }] },
  }) as unknown as Scenario
const refused = (action: string, resource: string, why = 'because no identity-based policy allows it'): string =>
  `User: arn:aws:sts::111122223333:assumed-role/app/one is not authorized to perform: ${action} on resource: ${resource} ${why}`

function searched(text: string, policySource: PolicySource): DiagnosisSearch {
  const [first] = searchEvidence({ ...evidenceOfText(text, 'text'), policySource }).searches
  assert.ok(first !== undefined)
  return first
}

const held = (scenario: Scenario): PolicySource => ({ kind: 'scenario', scenario })

/** ADR 0069. */
describe('another value on the list of a Deny has the first rank, and the proved cut the second', () => {
  const found = searched(
    refused(
      'dynamodb:GetItem',
      'arn:aws:dynamodb:eu-west-1:111122223333:table/orders',
      'with an explicit deny in an identity-based policy',
    ),
    held(
      own(ALL, {
        Effect: 'Deny',
        Action: '*',
        Resource: '*',
        Condition: { StringNotEquals: { 'aws:RequestedRegion': ['us-east-1'] } },
      }),
    ),
  )
  const { fixes } = wholeDiagnosis(found)
  const shown = shownDiagnosis(found)

  test('in JSON as on the screen', () => {
    assert.equal(fixes[0]?.id, shown.fixes[0]?.id)
    assert.equal(shown.exactly?.id, fixes[1]?.id, 'the proved one is on the screen, too')
    assert.ok(shown.otherFixes.some(({ id }) => id === fixes[1]?.id))
    assert.deepEqual(
      fixes.map(({ rank }) => rank),
      fixes.map((_, i) => i + 1),
    )
    assert.equal(fixes[0]?.changes[0]?.patch.length, 1)
    assert.deepEqual(
      fixes.slice(0, 2).map(({ proof }) => proof?.status),
      ['refuted', 'proved'],
    )
  })

  test('each says on one line what it grants', () => {
    assert.match(fixes[0]?.grants ?? '', /^dynamodb:GetItem on arn:.*:table\/orders as .*; more than it is for: /)
    assert.match(fixes[1]?.grants ?? '', /; nothing else \(proved\)$/)
    for (const { grants, takesAway } of fixes) assert.doesNotMatch(`${grants ?? ''}${takesAway ?? ''}`, /\n/)
  })
})

describe('the exact surgery says what it takes away, on the screen', () => {
  const statement = (Condition: object) => ({ Effect: 'Deny', Action: '*', Resource: '*', Condition })
  const linesOf = (Condition: object) => {
    const found = searched(
      refused(
        'dynamodb:GetItem',
        'arn:aws:dynamodb:eu-west-1:111122223333:table/orders',
        'with an explicit deny in an identity-based policy',
      ),
      held(own(ALL, statement(Condition))),
    )
    const { result } = { result: { schemaVersion: 1 as const, diagnoses: [shownDiagnosis(found)], timeline: [] } }
    return diagnosesText(result, { columns: undefined, isTerminal: false, color: false }).split('\n')
  }

  test('nothing, and so does the other value above it', () => {
    const lines = linesOf({ StringNotEquals: { 'aws:RequestedRegion': ['us-east-1'] } })
    const titles = lines.flatMap((line, i) => (/^(?:Fix|Or) /.test(line) ? [i] : []))
    assert.equal(titles.length, 2)
    for (const i of titles) assert.match(lines[i + 1] ?? '', /^ +takes away  nothing$/)
  })
})

describe('where another caller was likely meant', () => {
  const text =
    'User: arn:aws:iam::111122223333:user/ci is not authorized to perform: ssm:GetParameter on resource: arn:aws:ssm:us-west-2:111122223333:parameter/cdk-bootstrap/hnb659fds/version because no identity-based policy allows the ssm:GetParameter action'
  const found = searched(
    text,
    held(own({ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: 'arn:aws:iam::*:role/cdk-*' })),
  )
  const { fixes } = wholeDiagnosis(found)

  test('JSON has the call as that one first, too, and the grant behind it', () => {
    const [first, second] = fixes
    assert.deepEqual([first?.id, first?.rank, first?.basis], ['call-as-meant', 1, 'message'])
    assert.deepEqual(
      first?.changes.map(({ kind, patch }) => [kind, patch.map(({ path }) => path)]),
      [['change-principal', ['/principal']]],
    )
    assert.deepEqual([second?.rank, second?.changes[0]?.kind], [2, 'edit-policy'])
    const diagnosis = JSON.parse(JSON.stringify(wholeDiagnosis(found))) as Parameters<typeof markdownOf>[0]
    assert.match(markdownOf(diagnosis, diagnosis.fixes[0]), /Call as the one that was meant/)
  })
})

describe('a tag of the resource', () => {
  const found = searched(
    refused('ec2:TerminateInstances', 'arn:aws:ec2:us-east-1:111122223333:instance/i-0123456789abcdef0'),
    held(
      own({
        Effect: 'Allow',
        Action: 'ec2:TerminateInstances',
        Resource: '*',
        Condition: { StringEquals: { 'aws:ResourceTag/owner': 'app' } },
      }),
    ),
  )
  const fix = wholeDiagnosis(found).fixes.find(({ id }) => id.startsWith('resource-tag'))

  test('may change what others may do: it takes nothing from them and gives them nothing by itself', () => {
    assert.match(fix?.takesAway ?? '', /^perhaps from others, and may give them more: a tag of the resource changes/)
    const shown = shownDiagnosis(found)
    assert.equal(shown.fixes[0]?.id, fix?.id)
    const text = diagnosesText(
      { schemaVersion: 1, diagnoses: [shown], timeline: [] },
      { columns: undefined, isTerminal: false, color: false },
    )
    assert.match(
      text,
      /Not proved that nothing else becomes allowed: a tag of the resource changes, and so may the answer/,
    )
    assert.doesNotMatch(text, /from others/)
  })
})

describe('a slip', () => {
  const found = searched(
    refused('s3:GetObject', 'arn:aws:s3:::files/a.txt'),
    held(own({ Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::files//a.txt' })),
  )
  const whole = wholeDiagnosis(found)

  test('is told in JSON, with the fix that mends it where it stands', () => {
    assert.deepEqual(whole.slips, shownDiagnosis(found).slips)
    assert.equal(whole.slips?.[0]?.fix, whole.fixes[0]?.id)
    assert.match(whole.slips?.[0]?.slips.join() ?? '', /slash/)
  })

  test('what its mend takes away stands on a line of its own', () => {
    assert.match(whole.fixes[0]?.takesAway ?? '', /^s3:GetObject on arn:aws:s3:::files\/\/a\.txt/)
  })

  test('stays in an answer that is fitted into 8 kB', () => {
    assert.ok('slips' in ((fitted({ diagnoses: [whole] })['diagnoses'] as readonly object[])[0] ?? {}))
  })

  test('is no field where there is none', () => {
    const none = searched(refused('s3:GetObject', 'arn:aws:s3:::files/a.txt'), held(own()))
    assert.ok(!('slips' in wholeDiagnosis(none)))
  })
})

describe('the first fix of each example is the same on the screen and in JSON', () => {
  const root = join(import.meta.dirname, '..', '..', 'examples')
  const folders = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  for (const { name } of folders) {
    const files = readdirSync(join(root, name))
    const denial = files.find((file) => file.startsWith('denial.'))
    if (denial === undefined || !files.includes('snapshot')) continue
    test(name, async () => {
      const snapshot = await loadSnapshot(join(root, name, 'snapshot'))
      const found = searched(readFileSync(join(root, name, denial), 'utf8'), { kind: 'snapshot', snapshot })
      const [first] = wholeDiagnosis(found).fixes
      const shown = shownDiagnosis(found)
      assert.equal(first?.id, (shown.drafts[0] ?? shown.fixes[0])?.id)
    })
  }
})
