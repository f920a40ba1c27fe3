/** The sentence of a cause names the first differing part with both values, and every form of output prints that sentence. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { causeWords, statementWord } from '#answer/cause-words.ts'
import { firstDifference } from '#answer/first-difference.ts'
import { plainText } from '#answer/marked-words.ts'
import type { Cause, Diagnosis } from '#diagnose/diagnosis.ts'
import { resourceTypeFacts, resourceTypesOf } from '#iam/facts/resource-types.ts'
import { summaryWords } from '#answer/summary-words.ts'
import type { FailedElement, MetCondition } from '#engine/decision.ts'
import type { Diagnosis as WireDiagnosis } from '#http/wire.ts'
import { whyLines } from '#report/diagnosis/why-lines.ts'
import { plain, sentenceOf } from '../../web/answer/say.ts'
import { DIFFERENCES } from './difference-rows.ts'

const ARN = 'arn:aws:sts::111122223333:assumed-role/app/ci'

const ROLE = 'arn:aws:iam::111122223333:role/reader'

const causeOn = (failed: FailedElement, more: Partial<Cause> = {}): Cause => ({
  step: 0,
  layer: 'identity-policy',
  denyType: 'implicit',
  certainty: 'certain',
  from: ['policies'],
  nearest: { layer: 'identity-policy', policy: 'own', index: 0, pointer: '/Statement/0', failedOn: [failed] },
  ...more,
})

const onResource = (expected: unknown, actual: string): FailedElement => ({ element: 'Resource', expected, actual })

const words = (cause: Cause): string => plainText(causeWords(cause, { name: 'role app', arn: ARN }))

/** The sentence as the summary (JSON and MCP), the terminal and the page print it. */
function forms(cause: Cause): readonly string[] {
  const denial = { principal: ARN, notes: [], candidates: [], reported: { layer: null } }
  const step = { request: { principal: ARN, action: 's3:GetObject', resource: 'r' }, decision: { layers: [] } }
  const reconciliation = { reported: { layer: null }, agrees: null }
  const diagnosis = {
    denial,
    status: 'explained',
    steps: [step],
    causes: [cause],
    summary: '',
    basis: 'policies',
    reconciliation,
  }
  const facts = { denial, status: 'explained', steps: [step], lacks: [], causes: [cause], isOlder: false }
  return [
    summaryWords(facts as never),
    whyLines(diagnosis as unknown as Diagnosis, { columns: undefined, isTerminal: false, color: false }).join('\n'),
    plain(sentenceOf(diagnosis as unknown as WireDiagnosis)),
  ]
}

/** Whether the end of an ARN begins as one of its service's formats does, up to the first name. */
function hasDocumentedFormat(arn: string): boolean {
  const [, , service = '', , , ...rest] = arn.split(':')
  const starts = resourceTypesOf(service).flatMap((type) =>
    (resourceTypeFacts(service, type)?.arnPatterns ?? []).map(
      (format) => format.split(':').slice(5).join(':').split('$')[0] ?? '',
    ),
  )
  return starts.some((start) => rest.join(':').startsWith(start))
}

describe('the first difference between a pattern and a resource', () => {
  it('is that of each of at least 200 pairs over 40 services', () => {
    assert.ok(DIFFERENCES.length >= 200)
    assert.ok(new Set(DIFFERENCES.map(({ resource }) => resource.split(':')[2])).size >= 40)
    for (const { pattern, resource, part, allowed, requested } of DIFFERENCES)
      assert.deepEqual(firstDifference([pattern], resource), { part, allowed, requested }, `${pattern} ${resource}`)
  })

  it('is of a resource in a format that AWS documents (Service Authorization Reference)', () => {
    const wrong = DIFFERENCES.filter(({ resource }) => !/[A-Z_]{6}/.test(resource) && !hasDocumentedFormat(resource))
    assert.deepEqual(
      wrong.map(({ resource }) => resource),
      [],
    )
  })

  it('is never a star alone', () => {
    for (const { allowed } of DIFFERENCES) assert.doesNotMatch(allowed, /^[*?]*$/)
  })

  it('is the one of the pattern that comes nearest', () => {
    const patterns = ['arn:aws:s3:::other/*', 'arn:aws:s3:::files/2025/*', 'arn:aws:sqs:*:*:*']
    assert.equal(firstDifference(patterns, 'arn:aws:s3:::files/2026/a')?.allowed, '2025/*')
  })

  it('is both values complete where one is not an ARN', () => {
    assert.deepEqual(firstDifference(['arn:aws:s3*'], 'arn:aws:sqs:eu-west-1:111122223333:q'), {
      part: 'all',
      allowed: 'arn:aws:s3*',
      requested: 'arn:aws:sqs:eu-west-1:111122223333:q',
    })
  })

  // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-iam-template.html
  it('is both values complete where AWS owns one: "account aws" is no account', () => {
    const [allowed, requested] = [
      'arn:aws:cloudformation:us-east-1:111122223333:stack/app/*',
      'arn:aws:cloudformation:us-east-1:aws:transform/Serverless-2016-10-31',
    ] as const
    assert.deepEqual(firstDifference([allowed], requested), { part: 'all', allowed, requested })
  })
})

it('calls a statement with an empty Sid by its number', () => {
  assert.equal(
    statementWord({ layer: 'identity-policy', policy: 'p', index: 0, pointer: '/Statement/0', sid: '' }).text,
    'policy p, statement 1',
  )
})

describe('the sentence of a cause', () => {
  it('is the same in the summary, on the terminal and on the page, with both values', () => {
    for (const { pattern, resource, part, allowed, requested } of DIFFERENCES) {
      const cause = causeOn(onResource(pattern, resource))
      const sentence = words(cause)
      for (const form of forms(cause))
        assert.ok(form.toLowerCase().includes(sentence.toLowerCase()), `${form} has not ${sentence}`)
      assert.ok(sentence.includes(allowed), `${sentence} has not ${allowed}`)
      if (part !== 'objects' && part !== 'bucket-itself')
        assert.ok(sentence.includes(`the call went to`) && sentence.includes(requested), sentence)
    }
  })

  it('says whom a statement allows where the caller is not named, and only there (R-EVID-12)', () => {
    const failed: FailedElement = { element: 'Principal', expected: { AWS: ROLE }, actual: null, state: 'unknown' }
    const cause = causeOn(failed, { layer: 'resource-policy', kind: 'bucket' })
    const said = (arn: string): string => plainText(causeWords(cause, { arn }))
    assert.equal(said('unknown'), 'the bucket policy allows role/reader, and it is not known who called')
    assert.equal(said('arn:aws:iam::ACCOUNT_ID:role/app'), 'the bucket policy does not allow it')
  })

  it('never calls a name that the evidence does not give the difference', () => {
    const said = (expected: readonly string[], actual: string): string =>
      plainText(causeWords(causeOn({ element: 'Resource', expected, actual }), { arn: ARN }))
    const end = 'and it is not known which resource the call went to'
    assert.match(said(['arn:aws:s3:::shop/img/*'], 'arn:aws:s3:::shop/KEY'), new RegExp(`allows img/\\*, ${end}$`))
    assert.match(
      said(
        ['arn:aws:iam::111122223333:role/hub-*', 'arn:aws:iam::111122223333:role/a'],
        'arn:aws:iam::111122223333:role/NAME',
      ),
      new RegExp(`and 1 more, ${end}$`),
    )
    assert.match(said(['arn:aws:s3:::other/*'], 'arn:aws:s3:::shop/KEY'), /but the call went to shop$/)
  })

  it('names the policy, the statement and the value of an explicit Deny', () => {
    const met = (operator: string, key: string, expected: unknown, actual: unknown): MetCondition => ({
      operator,
      key,
      expected,
      actual,
    })
    const deny = (...metBy: readonly MetCondition[]): Cause => ({
      step: 0,
      layer: 'service-control-policy',
      denyType: 'explicit',
      certainty: 'certain',
      from: ['policies'],
      statement: {
        layer: 'service-control-policy',
        policy: 'regions',
        sid: 'Outside',
        index: 0,
        pointer: '/Statement/0',
      },
      metBy,
    })
    const start = 'policy regions, statement Outside, an SCP, denies it'
    const rows: readonly (readonly [readonly MetCondition[], string])[] = [
      [[], start],
      [
        [met('StringNotEquals', 'aws:RequestedRegion', ['eu-west-1', 'eu-central-1'], 'us-east-1')],
        `${start} because aws:RequestedRegion is us-east-1, not eu-west-1 or eu-central-1`,
      ],
      [[met('Bool', 'rds:StorageEncrypted', 'false', 'false')], `${start} because rds:StorageEncrypted is false`],
      [
        [met('NotIpAddress', 'aws:SourceIp', '10.0.0.0/8', '203.0.113.9')],
        `${start} because aws:SourceIp is 203.0.113.9, not in 10.0.0.0/8`,
      ],
      [[met('NumericGreaterThan', 's3:max-keys', '10', '50')], `${start} because s3:max-keys is 50, above 10`],
      [
        [{ ...met('StringNotEquals', 's3:x-amz-server-side-encryption', 'aws:kms', null), state: 'absent' }],
        `${start} because s3:x-amz-server-side-encryption was not sent`,
      ],
    ]
    for (const [metBy, sentence] of rows) {
      assert.equal(words(deny(...metBy)), sentence)
      const [summary = '', terminal = '', page = ''] = forms(deny(...metBy))
      for (const form of [summary, terminal]) assert.ok(form.toLowerCase().includes(sentence.toLowerCase()), form)
      // The statement is below the headline.
      const headline = sentence.replace('policy regions, statement Outside, an SCP,', 'an SCP')
      assert.ok(page.endsWith(headline), page)
    }
  })

  it('names the key of a condition with both values', () => {
    const condition = (operator: string, key: string, expected: unknown, actual: unknown): string =>
      words(causeOn({ element: 'Condition', operator, key, expected, actual }))
    assert.equal(
      condition('StringEquals', 'aws:PrincipalOrgID', 'o-a1b2c3d4e5', 'o-8j3k6l9m2n'),
      "the role's policy own allows it only if aws:PrincipalOrgID is o-a1b2c3d4e5, but it is o-8j3k6l9m2n",
    )
    assert.equal(
      condition('ForAllValues:StringLikeIfExists', 'aws:TagKeys', 'team-*', ['cost']),
      "the role's policy own allows it only if aws:TagKeys is like team-*, but it is cost",
    )
    assert.equal(
      condition('Null', 'aws:MultiFactorAuthAge', 'false', null),
      "the role's policy own allows it only if aws:MultiFactorAuthAge is sent, but it was not",
    )
    assert.match(condition('StringEquals', 'aws:RequestTag/team', 'shop', null), /is shop, but it was not sent$/)
    assert.match(
      condition('StringEquals', 'aws:ResourceTag/team', 'shop', null),
      /is shop, but the resource does not have this tag$/,
    )
  })

  it('calls a resource-based policy by what it is attached to, and names both accounts', () => {
    const failed = {
      element: 'Principal',
      expected: { AWS: 'arn:aws:iam::444455556666:root' },
      actual: ARN,
    } as const
    const cause = causeOn(failed, { layer: 'resource-policy', kind: 'key' })
    assert.equal(words(cause), 'the key policy allows account 444455556666, but role app is in account 111122223333')
    const { nearest: _, ...silent } = cause
    assert.equal(words({ ...silent, kind: 'trust' }), 'the trust policy does not allow it')
    assert.equal(words({ ...silent, layer: 'identity-policy' }), 'no identity policy of role app allows it')
  })

  it('names an account, and not the word root, of a principal that is one', () => {
    const allowing = (...AWS: readonly string[]): string =>
      words(
        causeOn({ element: 'Principal', expected: { AWS }, actual: ARN }, { layer: 'resource-policy', kind: 'key' }),
      )
    assert.equal(
      allowing('arn:aws:iam::444455556666:root', 'arn:aws:iam::777788889999:role/deploy'),
      'the key policy allows account 444455556666 and role/deploy of account 777788889999, not role app',
    )
  })

  it('does not say policy twice', () => {
    const named = (policy: string): string => {
      const cause = causeOn(onResource('arn:aws:s3:::a/*', 'arn:aws:s3:::b/k'))
      return words({ ...cause, nearest: { ...cause.nearest, policy } as never })
    }
    assert.match(named('policy in role.json'), /^the role's policy in role\.json allows a, /)
    assert.match(named('deploy'), /^the role's policy deploy allows a, /)
    assert.equal(
      statementWord({ layer: 'identity-policy', policy: 'policy in role.json', index: 0, pointer: '/Statement/0' })
        .text,
      'policy in role.json, statement 1',
    )
  })

  it('has one condition in a headline, and two with the number of others in the summary', () => {
    const met = (key: string, actual: string): MetCondition => ({
      operator: 'StringEquals',
      key,
      expected: actual,
      actual,
    })
    const cause: Cause = {
      step: 0,
      layer: 'resource-policy',
      kind: 'bucket',
      denyType: 'explicit',
      certainty: 'certain',
      from: ['policies'],
      statement: { layer: 'resource-policy', policy: 'bucket policy of files', index: 0, pointer: '/Statement/0' },
      metBy: [met('aws:userid', 'a'), met('aws:username', 'b'), met('aws:UserAgent', 'c'), met('aws:Referer', 'd')],
    }
    const [summary = '', , page = ''] = forms(cause)
    assert.match(summary, /denies it because aws:userid is a and aws:username is b and 2 more conditions hold\.$/)
    assert.match(page, /can't s3:GetObject: a bucket policy denies it because aws:userid is a$/)
  })

  it('names no action of another service as near', () => {
    const action = (expected: unknown): string =>
      words(causeOn({ element: 'Action', expected, actual: 's3:PutObject' }))
    assert.equal(action('s3:Get*'), "the role's policy own allows s3:Get*, not s3:PutObject")
    assert.equal(action('ec2:*'), 'no identity policy of role app allows it')
  })
})

describe('the summary of a denial by another layer than the one that AWS named', () => {
  const denial = { principal: ARN, notes: [], candidates: [], reported: { layer: 'service-control-policy' } }
  const summary = (...kinds: readonly string[]): string => {
    const layers = kinds.map((kind) => ({ layer: 'resource-policy', verdict: 'explicit-deny', kind, counted: true }))
    const decision = { decision: 'denied', blockedBy: ['resource-policy'], layers }
    const step = { request: { principal: ARN, action: 'kms:Decrypt', resource: 'r' }, decision }
    return summaryWords({
      denial,
      status: 'contradicted',
      steps: [step],
      lacks: [],
      causes: [],
      isOlder: false,
    } as never)
  }

  it('calls a resource-based policy by what it is attached to', () => {
    assert.match(
      summary('key'),
      /the key policy denies it in the policies provided, and AWS named the service control policy\.$/,
    )
    assert.match(summary('bucket'), /the bucket policy denies it in/)
  })

  it('calls policies of several kinds resource policies', () => {
    assert.match(summary('bucket', 'access-point'), /the resource policy denies it in/)
  })
})

it('a text message goes to a phone number, which has no ARN', () => {
  const sms: FailedElement = { element: 'Resource', expected: ['arn:aws:sns:*:*:*'], actual: '+15555550100' }
  assert.equal(
    words(causeOn(sms)),
    "the role's policy own allows arn:aws:sns:*:*:*, but the call went to a phone number, which has no ARN",
  )
})

it('a subject with a wildcard under StringEquals is told by the operator, and no placeholder is printed', () => {
  const subject: FailedElement = {
    element: 'Condition',
    key: 'token.actions.githubusercontent.com:sub',
    operator: 'StringEquals',
    expected: ['repo:org/*'],
    actual: 'repo:org/OF_THE_TOKEN',
  }
  assert.match(
    words(causeOn(subject, { layer: 'resource-policy' })),
    /repo:org\/\*, and StringEquals compares \* as a character$/,
  )
  const cut = { ...subject, operator: 'StringLike', expected: ['repo:org/app'], actual: 'repo:org/app:OF_THE_TOKEN' }
  assert.match(words(causeOn(cut, { layer: 'resource-policy' })), /a token has more behind it$/)
})
