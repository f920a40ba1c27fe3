import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ABSENT, type KeyState, type Lookup, PRESENT, several, single, UNKNOWN } from './key-state.ts'
import { asGiven, type PolicyPlace, readRequestResource, readResourcePattern, resourceMatches } from './resource.ts'
import { type SomeReadings, withReadings } from './readings.ts'
import type { Truth } from './truth.ts'

const nothing: Lookup = () => ABSENT
const holding =
  (keys: Readonly<Record<string, KeyState>>): Lookup =>
  (key) =>
    keys[key.toLowerCase()] ?? ABSENT

function covers(
  pattern: string,
  resource: string,
  {
    lookup = nothing,
    place = 'identity',
    version = '2012-10-17',
    readings = {},
  }: { lookup?: Lookup; place?: PolicyPlace; version?: string; readings?: SomeReadings } = {},
): Truth {
  const read = readResourcePattern(pattern, version, place, withReadings(readings))
  return resourceMatches(read, readRequestResource(resource), lookup)
}

const OBJECT = 'arn:aws:s3:::bucket/a/b'
const BUCKET = 'arn:aws:s3:::bucket'
const ROLE = 'arn:aws:iam::111122223333:role/team/app'
const QUEUE = 'arn:aws:sqs:eu-west-1:111122223333:jobs'
const INSTANCE = 'arn:aws:ec2:eu-west-1:111122223333:instance/i-1'

// biome-ignore format: a table is read by its columns
const ROWS: readonly (readonly [pattern: string, resource: string, covers: Truth, why: string])[] = [
  [OBJECT,                                    OBJECT,   true,  'the same text (R-RES-01)'],
  ['*',                                       OBJECT,   true,  'a star alone is everything (R-RES-04)'],
  ['*',                                       '*',      true,  'a star alone is also no resource (R-RES-04)'],
  ['arn:aws:s3:::bucket/*',                   OBJECT,   true,  'a star spans slashes at the end (R-RES-01)'],
  ['arn:aws:s3:::bucket/*',                   BUCKET,   false, 'objects are not the bucket (R-RES-09)'],
  ['arn:aws:s3:::bucket',                     OBJECT,   false, 'the bucket is not its objects (R-RES-09)'],
  ['arn:aws:s3:::bucket*',                    OBJECT,   true,  'bucket and objects (R-RES-09)'],
  ['arn:aws:s3:::bucket*',                    BUCKET,   true,  'bucket and objects (R-RES-09)'],
  ['arn:aws:s3:::bucket/*',                   'arn:aws:s3:::bucket/x:y:z', true, 'a star spans colons at the end (R-RES-01)'],
  ['arn:aws:s3:::*/b',                        OBJECT,   true,  'a star in front of a slash (R-RES-02)'],
  ['arn:aws:s3:::bucket/?/b',                 OBJECT,   true,  'one character (R-RES-02)'],
  ['arn:aws:s3:::bucket/??/b',                OBJECT,   false, 'two characters (R-RES-02)'],
  ['arn:aws:s3:::Bucket/*',                   OBJECT,   false, 'letter case counts (R-RES-02)'],
  ['arn:aws:S3:::bucket/*',                   OBJECT,   false, 'letter case counts in the service (R-RES-02)'],
  ['arn:aws-cn:s3:::bucket/*',                OBJECT,   false, 'another partition (R-REQ-06)'],
  ['arn:*:s3:::bucket/*',                     OBJECT,   true,  'a wildcard for the partition (R-RES-03)'],
  ['arn:aws:*:::bucket/*',                    OBJECT,   true,  'a wildcard for the service (R-RES-03)'],
  ['arn:aws:*qs:eu-west-1:*:jobs',            QUEUE,    true,  'a wildcard in the service (R-RES-03)'],
  ['arn:aws:sqs:eu-*:111122223333:jobs',      QUEUE,    true,  'a wildcard in the Region (R-RES-03)'],
  ['arn:aws:sqs:eu-west-?:1111*:jobs',        QUEUE,    true,  'a wildcard in the account (R-RES-03)'],
  ['arn:aws:sqs:*:jobs',                      QUEUE,    false, 'a star never spans the first five colons (R-RES-01)'],
  ['arn:aws:*:jobs',                          QUEUE,    false, 'a star never spans the first five colons (R-RES-01)'],
  ['arn:aws:sqs:us-*:111122223333:jobs',      QUEUE,    false, 'another Region'],
  ['arn:aws:sqs:eu-west-1:*:job?',            QUEUE,    true,  'one character at the end (R-RES-02)'],
  ['arn:aws:iam::*:role/*',                   ROLE,     true,  'role with a path'],
  ['arn:aws:iam::*:role/app',                 ROLE,     false, 'a role with a path is not one without'],
  ['arn:aws:iam::*:*/app',                    ROLE,     true,  'a star for the whole type word (R-RES-03)'],
  ['arn:aws:ec2:eu-west-1:111122223333:*/*',  INSTANCE, true,  'a star for the whole type word (R-RES-03)'],
  ['arn:aws:iam::*:r*/app',                   ROLE,     'unknown', 'a wildcard inside the type word (R-RES-03)'],
  ['arn:aws:iam::*:rol?/team/app',            ROLE,     'unknown', 'a wildcard inside the type word (R-RES-03)'],
  ['arn:aws:ec2:*:*:inst*/i-1',               INSTANCE, 'unknown', 'a wildcard inside the type word (R-RES-03)'],
  ['arn:aws:lambda:*:*:func*:f',              'arn:aws:lambda:r:1:function:f', 'unknown', 'a wildcard inside the type word, before a colon (R-RES-03)'],
  ['arn:aws:iam::*:*?/team/app',              ROLE,     'unknown', 'a wildcard besides the star of the type word (R-RES-11)'],
  ['arn:aws:iam::*:u*/app',                   ROLE,     false, 'what could cover it by no reading'],
  ['arn:aws:iam::*:**/app',                   ROLE,     true,  'two stars are one, for the whole type word too (R-RES-11)'],
  ['arn:aws:iam::**:role/***/app',            ROLE,     true,  'two stars are one, anywhere (R-RES-11)'],
  ['arn:aws:iam::**:***',                     ROLE,     true,  'two stars are one, anywhere (R-RES-11)'],
  ['**',                                      '*',      true,  'two stars are the star alone (R-RES-11)'],
  ['arn:aws:s3:**',                           OBJECT,   true,  'and the end of a short ARN (R-RES-11)'],
  ['arn:aws:iam::*:r*',                       ROLE,     true,  'no separator: a plain pattern (R-RES-03)'],
  ['arn:aws:iam::*:*',                        ROLE,     true,  'no separator: a plain pattern (R-RES-03)'],
  ['arn:aws:s3:::buck*/a/b',                  OBJECT,   true,  'S3 has no type word (R-RES-03)'],
  ['arn:aws:s3:::b?cket/*',                   OBJECT,   true,  'S3 has no type word (R-RES-03)'],
  ['arn:aws:codepipeline:*:*:prod-*/Deploy/*', 'arn:aws:codepipeline:r:1:prod-web/Deploy/Approve', true, 'nor has CodePipeline'],
  ['arn:aws:codepipeline:*:*:test-*/Deploy/*', 'arn:aws:codepipeline:r:1:prod-web/Deploy/Approve', false, 'another pipeline'],
  ['arn:aws:execute-api:*:*:a?c/prod/*',      'arn:aws:execute-api:r:1:abc/prod/GET/pets', true, 'nor an API'],
  ['arn:aws:wafv2:*:*:reg*/webacl/*',         'arn:aws:wafv2:r:1:regional/webacl/w/1', true, 'nor WAF'],
  ['arn:aws:servicequotas:*:*:e?2/*',         'arn:aws:servicequotas:r:1:ec2/L-1', true, 'nor Service Quotas'],
  ['arn:aws:neptune-db:*:*:cluster-*/*',      'arn:aws:neptune-db:r:1:cluster-A1/db', true, 'nor Neptune'],
  ['arn:aws:sns:*:*:t?:*',                    'arn:aws:sns:r:1:t1:sub', true, 'nor SNS, whose subscriptions stand after the topic'],
  ['arn:aws:mediaconnect:*:*:fl*:f',          'arn:aws:mediaconnect:r:1:flow:f', 'unknown', 'one that has names without a separator besides'],
  ['arn:aws:kinesis:*:*:str*/s',              'arn:aws:kinesis:r:1:stream/s', 'unknown', 'a type that AWS writes as a variable'],
  ['arn:aws:s3:::*',                          '*',      false, 'a pattern does not cover "no resource" (R-REQ-04)'],
  [OBJECT,                                    '*',      false, 'an ARN does not cover "no resource" (R-REQ-04)'],
  ['arn:aws:s3:::bucket/.*',                  OBJECT,   false, 'a dot is a dot'],
  ['arn:aws:s3:::bucket/(a|b)/b',             OBJECT,   false, 'brackets are brackets'],
  ['arn:aws:secretsmanager:r:1:secret:db-??????', 'arn:aws:secretsmanager:r:1:secret:db-AbCdEf', true, 'six question marks (R-RES-10)'],
]

const saying = (covers: Truth): string =>
  covers === 'unknown' ? 'perhaps covers' : covers ? 'covers' : 'does not cover'

describe('an element of Resource', () => {
  for (const [pattern, resource, wanted, why] of ROWS)
    it(`\`${pattern}\` ${saying(wanted)} \`${resource}\`: ${why}`, () => {
      assert.equal(covers(pattern, resource), wanted)
    })

  it('a resource that is not known may be covered by anything but `*`, which surely covers it (R-REQ-05)', () => {
    const ask = (pattern: string) =>
      resourceMatches(readResourcePattern(pattern, '2012-10-17', 'identity'), { kind: 'unknown' }, nothing)
    assert.equal(ask('*'), true)
    assert.equal(ask('arn:aws:s3:::bucket/*'), 'unknown')
  })
})

describe('an ARN of fewer than six parts (R-RES-05)', () => {
  // biome-ignore format: a table is read by its columns
  const SHORT: readonly (readonly [pattern: string, place: PolicyPlace, covers: boolean])[] = [
    ['arn:aws:s3:*',  'identity', true],  ['arn:aws:s3', 'identity', true],  ['arn:aws:sqs', 'identity', false],
    ['arn:aws:s3:*',  'boundary', true],  ['arn:aws:s3', 'boundary', true],
    ['arn:aws:s3:*',  'session',  true],  ['arn:aws:s3', 'session',  true],
    ['arn:aws:s3:*',  'resource', true],  ['arn:aws:s3', 'resource', false], ['arn:*:s3',  'resource', true],
    ['arn:aws:s3:*',  'vpce',     true],  ['arn:aws:s3', 'vpce',     false], ['arn:*:s3',  'vpce',     true],
    ['arn:aws:s3:*',  'scp',      true],  ['arn:aws:s3', 'scp',      false], ['arn:*:s3',  'scp',      false],
    ['arn:aws:s3*',   'scp',      true],  ['arn:aws:s*:x', 'scp',    false],
    ['arn:aws:s3:*',  'trust',    true],  ['arn:aws:s3', 'trust',    false], ['arn:aws:sqs:*', 'resource', false],
    ['arn',           'identity', true],  ['arn:aws-cn', 'identity', false], ['arn*',      'scp',      true],
    ['arn:aws:s3::',  'identity', true],  ['arn:aws:s3:::', 'identity', false],
    ['arn:aws:s3:*',  'rcp',      false], ['arn:aws:s3', 'rcp',      false], ['arn:*',     'rcp',      false],
  ]
  for (const [pattern, place, wanted] of SHORT)
    it(`\`${pattern}\` in a policy of place ${place} ${wanted ? 'covers' : 'does not cover'} an object`, () => {
      assert.equal(covers(pattern, OBJECT, { place }), wanted)
    })

  it('the missing parts are wildcards, not empty: `arn:aws:sqs` reaches every Region and account', () => {
    assert.equal(covers('arn:aws:sqs', QUEUE), true)
  })
})

describe('an element of Resource under another reading (docs/disputed.md)', () => {
  // biome-ignore format: a table is read by its columns
  const READ: readonly (readonly [readings: SomeReadings, pattern: string, resource: string, covers: boolean, byDefault: Truth])[] = [
    [{ 'short-arns': 'never' },                'arn:aws:s3:*',                 OBJECT,   false, true],
    [{ 'short-arns': 'never' },                'arn:aws:s3:::bucket/*',        OBJECT,   true,  true],
    [{ 'arn-patterns': 'as-text' },            'arn:aws:sqs:*:jobs',           QUEUE,    true,  false],
    [{ 'arn-patterns': 'as-text' },            'arn:*jobs',                    QUEUE,    true,  false],
    [{ 'arn-patterns': 'as-text' },            QUEUE,                          QUEUE,    true,  true],
    [{ 'arn-patterns': 'as-text' },            'arn:aws:sqs:*:job',            QUEUE,    false, false],
    [{ 'arn-patterns': 'as-text' },            'arn:aws:SQS:*:jobs',           QUEUE,    false, false],
    [{ 'arn-patterns': 'as-text' },            'arn:aws:iam::*:rol?/team/app', ROLE,     true,  'unknown'],
    [{ 'wildcard-in-arn-service': 'never' },   'arn:aws:*:::bucket/*',         OBJECT,   false, true],
    [{ 'wildcard-in-arn-service': 'never' },   'arn:aws:s?:::bucket/*',        OBJECT,   false, true],
    [{ 'wildcard-in-arn-service': 'never' },   'arn:*:s3:::bucket/*',          OBJECT,   true,  true],
    [{ 'wildcard-in-arn-service': 'never' },   '*',                            OBJECT,   true,  true],
    [{ 'wildcard-in-resource-type': 'matches' }, 'arn:aws:iam::*:r*/app',      ROLE,     true,  'unknown'],
    [{ 'wildcard-in-resource-type': 'matches' }, 'arn:aws:iam::*:rol?/team/app', ROLE,   true,  'unknown'],
    [{ 'wildcard-in-resource-type': 'never' }, 'arn:aws:iam::*:r*/app',        ROLE,     false, 'unknown'],
    [{ 'wildcard-in-resource-type': 'matches' }, 'arn:aws:iam::*:u*/app',      ROLE,     false, false],
    [{ 'case-of-arn-head': 'ignored' },        'arn:aws:S3:::bucket/*',        OBJECT,   true,  false],
    [{ 'case-of-arn-head': 'ignored' },        'arn:AWS:sqs:EU-*:111122223333:jobs', QUEUE, true, false],
    [{ 'case-of-arn-head': 'ignored' },        'arn:aws:S3:::Bucket/*',        OBJECT,   false, false],
    [{ 'case-of-arn-head': 'ignored' },        'arn:aws:s3:::bucket/A/b',      OBJECT,   false, false],
    [{ 'case-of-arn-head': 'ignored' },        'arn:aws:sqs:us-*:111122223333:jobs', QUEUE, false, false],
  ]
  for (const [readings, pattern, resource, wanted, byDefault] of READ)
    it(`\`${pattern}\` ${wanted ? 'covers' : 'does not cover'} \`${resource}\` where ${Object.entries(readings).join()}`, () => {
      assert.equal(covers(pattern, resource, { readings }), wanted)
      assert.equal(covers(pattern, resource), byDefault, 'by default')
    })

  it('an ARN as one text has its variables filled in, wherever they stand (X-12, R-VAR-01)', () => {
    const readings = { 'arn-patterns': 'as-text' } as const
    const lookup = holding({ 'aws:username': single('ann'), 'aws:requestedregion': single('eu-west-1') })
    const asText = (pattern: string, resource: string, of = lookup) =>
      covers(pattern, resource, { readings, lookup: of })
    assert.equal(asText('arn:aws:s3:::bucket/${aws:username}/*', 'arn:aws:s3:::bucket/ann/x'), true)
    assert.equal(asText('arn:aws:s3:::bucket/${aws:username}/*', 'arn:aws:s3:::bucket/bob/x'), false)
    assert.equal(asText('arn:*:${aws:RequestedRegion}:*:jobs', QUEUE), true)
    assert.equal(asText('arn:*:${aws:RequestedRegion}:*:jobs', QUEUE, nothing), false)
    assert.equal(
      asText('arn:*:${aws:RequestedRegion}:*:jobs', QUEUE, () => UNKNOWN),
      'unknown',
    )
  })
})

describe('what the policy of an API names in it (R-RES-06)', () => {
  const METHOD = 'arn:aws:execute-api:eu-west-1:111122223333:a1b2c3/prod/GET/pets'
  // biome-ignore format: a table is read by its columns
  const RELATIVE: readonly (readonly [pattern: string, resource: string, place: PolicyPlace, covers: boolean])[] = [
    ['execute-api:/prod/GET/pets',  METHOD, 'resource', true],
    ['execute-api:/prod/*',         METHOD, 'resource', true],
    ['execute-api:/*',              METHOD, 'resource', true],
    ['execute-api:/prod/POST/pets', METHOD, 'resource', false],
    ['execute-api:/dev/*',          METHOD, 'resource', false],
    ['execute-api:/GET/pets',       METHOD, 'resource', false],
    ['execute-api:/*',              OBJECT, 'resource', false],
    ['execute-api:/*',              METHOD, 'identity', false],
    ['execute-api:/*',              METHOD, 'vpce',     false],
    [METHOD,                        METHOD, 'resource', true],
    ['arn:aws:execute-api:*:*:*/prod/GET/pets', METHOD, 'resource', true],
  ]
  for (const [pattern, resource, place, wanted] of RELATIVE)
    it(`\`${pattern}\` in a policy of place ${place} ${wanted ? 'covers' : 'does not cover'} \`${resource}\``, () =>
      assert.equal(covers(pattern, resource, { place }), wanted))

  it('is read the same where ARNs are read as one text, or where no wildcard may stand in a type', () => {
    for (const readings of [{ 'arn-patterns': 'as-text' }, { 'short-arns': 'never' }] as const)
      assert.equal(covers('execute-api:/p*/GET/pets', METHOD, { place: 'resource', readings }), true)
  })
})

describe('a request on a text that is no ARN', () => {
  it('is covered by `*` alone, not by the same text (R-RES-01)', () => {
    for (const text of ['bucket', 'arn:aws:s3', 'urn:aws:s3:::bucket/a']) {
      assert.equal(covers('*', text), true, text)
      assert.equal(covers(text, text), false, text)
      assert.equal(covers('arn:aws:s3:::*', text), false, text)
    }
  })
})

describe('a variable in Resource', () => {
  const user = holding({ 'aws:username': single('ann') })
  // biome-ignore format: a table is read by its columns
  const VARIABLES: readonly (readonly [pattern: string, resource: string, lookup: Lookup, covers: Truth, why: string])[] = [
    ['arn:aws:s3:::bucket/${aws:username}/*', 'arn:aws:s3:::bucket/ann/x', user, true, 'filled in (R-VAR-01)'],
    ['arn:aws:s3:::bucket/${AWS:UserName}/*', 'arn:aws:s3:::bucket/ann/x', user, true, 'names have no letter case (R-VAR-08)'],
    ['arn:aws:s3:::bucket/${aws:username}/*', 'arn:aws:s3:::bucket/bob/x', user, false, 'another value'],
    ['arn:aws:s3:::bucket/${aws:username}/*', 'arn:aws:s3:::bucket//x', nothing, false, 'no value matches nothing (R-VAR-05)'],
    ["arn:aws:s3:::bucket/${aws:username, 'all'}/*", 'arn:aws:s3:::bucket/all/x', nothing, true, 'default (R-VAR-02)'],
    ["arn:aws:s3:::bucket/${aws:username, 'all'}/*", 'arn:aws:s3:::bucket/all/x', user, false, 'a value beats the default (R-VAR-02)'],
    ['arn:aws:s3:::bucket/${aws:username}', 'arn:aws:s3:::bucket/anything', holding({ 'aws:username': single('*') }), false, 'a star of the value is a character (R-VAR-06)'],
    ['arn:aws:s3:::bucket/${aws:username}', 'arn:aws:s3:::bucket/*', holding({ 'aws:username': single('*') }), true, 'a star of the value is a character (R-VAR-06)'],
    ['arn:aws:s3:::bucket/${*}', 'arn:aws:s3:::bucket/*', nothing, true, 'a literal star (R-VAR-03)'],
    ['arn:aws:s3:::bucket/${*}', 'arn:aws:s3:::bucket/x', nothing, false, 'a literal star (R-VAR-03)'],
    ['arn:aws:s3:::bucket/${?}', 'arn:aws:s3:::bucket/?', nothing, true, 'a literal question mark (R-VAR-03)'],
    ['arn:aws:s3:::bucket/${$}', 'arn:aws:s3:::bucket/$', nothing, true, 'a literal dollar sign (R-VAR-03)'],
    ['arn:aws:s3:::bucket/${}', 'arn:aws:s3:::bucket/', nothing, false, 'an empty variable (R-VAR-03)'],
    ['arn:aws:s3:::bucket/${aws:username', 'arn:aws:s3:::bucket/${aws:username', user, false, 'no closing brace (R-VAR-03)'],
    ['arn:aws:s3:::bucket/${aws:TagKeys}', 'arn:aws:s3:::bucket/a', holding({ 'aws:tagkeys': several(['a']) }), false, 'a key of several values (R-VAR-04)'],
    ['arn:aws:sqs:${aws:RequestedRegion}:111122223333:jobs', QUEUE, holding({ 'aws:requestedregion': single('eu-west-1') }), 'unknown', 'before the fifth colon: what it does there, no page says (R-VAR-01, R-RES-11)'],
    ['arn:aws:s3:::bucket/${aws:username}/*', 'arn:aws:s3:::bucket/ann/x', () => UNKNOWN, 'unknown', 'the value is not known (R-COND-61)'],
    ['arn:aws:s3:::bucket/${aws:username}/*', 'arn:aws:s3:::bucket/ann/x', () => PRESENT, 'unknown', 'the value is not known (R-COND-61)'],
    ['arn:aws:s3:::bucket/${aws:username}/*', 'arn:aws:s3:::other/ann/x', () => UNKNOWN, false, 'no value could make it match'],
    ['arn:aws:s3:::${aws:username}/a', 'arn:aws:s3:::ann/a', user, true, 'the whole bucket (R-VAR-01)'],
    ['arn:aws:iam::111122223333:${aws:username}*/x', 'arn:aws:iam::111122223333:ann/x', user, 'unknown', 'a type word that is a variable and a wildcard (R-RES-03, R-RES-11)'],
    ['arn:aws:s3:${aws:username}', 'arn:aws:s3:::x', user, 'unknown', 'before the fifth colon of a short ARN (R-VAR-01, R-RES-11)'],
    ['arn:*:s3:::bucket/${aws:username}/*', 'arn:aws:s3:::bucket/ann/x', user, true, 'behind a wildcard in the head'],
    ['arn:*:s3:::bucket/${aws:username}/*', 'arn:aws:sqs:::bucket/ann/x', user, false, 'another service'],
    ['arn:aws:s3:::bucket/${aws:username}/${*}', 'arn:aws:s3:::bucket/ann/*', () => UNKNOWN, 'unknown', 'a literal star beside a value that is not known'],
    ['arn:aws:s3:::bucket/${aws:username}/${*}', 'arn:aws:s3:::bucket/ann/b', () => UNKNOWN, false, 'a literal star beside a value that is not known'],
    ['arn:aws:s3:::bucket/${aws:PrincipalTag/a:b}', 'arn:aws:s3:::bucket/v', holding({ 'aws:principaltag/a:b': single('v') }), true, 'a colon in a name does not split the ARN'],
  ]
  for (const [pattern, resource, lookup, wanted, why] of VARIABLES)
    it(`\`${pattern}\` against \`${resource}\` is ${wanted}: ${why}`, () =>
      assert.equal(covers(pattern, resource, { lookup }), wanted))

  it('is plain text under Version 2008-10-17 (R-GRAM-03)', () => {
    const version = '2008-10-17'
    assert.equal(
      covers('arn:aws:s3:::bucket/${aws:username}', 'arn:aws:s3:::bucket/ann', { lookup: user, version }),
      false,
    )
    assert.equal(
      covers('arn:aws:s3:::bucket/${aws:username}', 'arn:aws:s3:::bucket/${aws:username}', { lookup: user, version }),
      true,
    )
  })
})

describe('s3:ListAllMyBuckets (R-REQ-04)', () => {
  const lists = (pattern: string) =>
    resourceMatches(readResourcePattern(pattern, '2012-10-17', 'identity'), readRequestResource('*'), nothing, true)

  it('is covered by `*` and by every bucket of the partition', () => {
    for (const pattern of ['*', 'arn:aws:s3:::*', 'arn:aws-cn:s3:::*']) assert.equal(lists(pattern), true, pattern)
  })

  it('is not covered by an ARN of another service, or with a Region or account', () => {
    for (const pattern of ['arn:aws:sqs:::*', 'arn:aws:s3:us-east-1::*', 'arn:aws:s3::111122223333:*'])
      assert.equal(lists(pattern), false, pattern)
  })

  it('is not covered by one bucket, nor by a prefix of names', () => {
    for (const pattern of ['arn:aws:s3:::bucket', 'arn:aws:s3:::b*', 'arn:aws:s3:::*/*'])
      assert.equal(lists(pattern), false, pattern)
  })
})

describe('a variable before the fifth colon (R-VAR-01, R-RES-11)', () => {
  const lookup: Lookup = () => single('111122223333')
  const read = (source: string) => readResourcePattern(source, '2012-10-17', 'identity')
  const own = 'arn:aws:sqs:eu-west-1:${aws:PrincipalAccount}:jobs'

  it('gives nothing in an Allow, and is not known elsewhere', () => {
    assert.equal(resourceMatches(read(own), readRequestResource(QUEUE), lookup), 'unknown')
    assert.equal(asGiven(read(own)).kind, 'never')
  })

  it('covers nothing that the rest of the ARN does not', () => {
    assert.equal(
      resourceMatches(read('arn:aws:sqs:eu-west-1:${aws:PrincipalAccount}:other'), readRequestResource(QUEUE), lookup),
      false,
    )
    assert.equal(
      resourceMatches(read('arn:aws:sns:eu-west-1:${aws:PrincipalAccount}:jobs'), readRequestResource(QUEUE), lookup),
      false,
    )
  })

  it('is text under Version 2008-10-17', () => {
    const pattern = readResourcePattern(own, '2008-10-17', 'identity')
    assert.equal(resourceMatches(pattern, readRequestResource(QUEUE), lookup), false)
  })
})
