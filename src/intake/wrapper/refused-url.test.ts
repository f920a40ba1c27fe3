import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readText } from '../read-text.ts'
import { readRefusedUrl } from './refused-url.ts'

const R = 'eu-west-1'
const REGISTRY = `210987654321.dkr.ecr.${R}.amazonaws.com/v2/team/app`
const REPOSITORY = `arn:aws:ecr:${R}:210987654321:repository/team/app`

// biome-ignore format: a table is read by its columns
const ROWS: readonly (readonly [asked: string, action: string | undefined, resource?: string])[] = [
  [`GET https://b-1.s3.${R}.amazonaws.com/a/b%20c.txt`,             's3:GetObject',    'arn:aws:s3:::b-1/a/b c.txt'],
  [`HEAD https://s3.${R}.amazonaws.com/b-1/a`,                      's3:GetObject',    'arn:aws:s3:::b-1/a'],
  [`PUT https://b-1.s3.${R}.amazonaws.com/a`,                       's3:PutObject',    'arn:aws:s3:::b-1/a'],
  [`DELETE https://b-1.s3.amazonaws.com/a`,                         's3:DeleteObject', 'arn:aws:s3:::b-1/a'],
  [`GET https://b-1.s3.dualstack.${R}.amazonaws.com/a?x-id=GetObject`, 's3:GetObject', 'arn:aws:s3:::b-1/a'],
  [`GET https://b-1.s3.cn-north-1.amazonaws.com.cn/a`,              's3:GetObject',    'arn:aws-cn:s3:::b-1/a'],
  [`GET https://b-1.s3.us-gov-west-1.amazonaws.com/a`,              's3:GetObject',    'arn:aws-us-gov:s3:::b-1/a'],
  [`GET https://b-1.s3.${R}.amazonaws.com/?list-type=2&prefix=a`,   's3:ListBucket',   'arn:aws:s3:::b-1'],
  [`GET https://b-1.s3.${R}.amazonaws.com/?prefix=a&versions`,      undefined],
  [`PUT https://b-1.s3.${R}.amazonaws.com/?list-type=2`,            undefined],
  [`GET https://b-1.s3.${R}.amazonaws.com/`,                        undefined],
  // Another action's request, or nobody knows which.
  [`GET https://b-1.s3.${R}.amazonaws.com/a?acl`,                   undefined],
  [`GET https://b-1.s3.${R}.amazonaws.com/a?versionId=1`,           undefined],
  [`POST https://b-1.s3.${R}.amazonaws.com/a`,                      undefined],
  [`GET https://sqs.${R}.amazonaws.com/`,                           undefined],
  [`GET https://b-1.s3.${R}.amazonaws.com.example.com/a`,           undefined],
  [`GET https://example.com/b-1.s3.${R}.amazonaws.com/a`,           undefined],
  [`GET http://b-1.s3.${R}.amazonaws.com/a`,                        undefined],
  [`GET https://${REGISTRY}/manifests/1.2`,                         'ecr:BatchGetImage',               REPOSITORY],
  [`PUT https://${REGISTRY}/manifests/1.2`,                         'ecr:PutImage',                    REPOSITORY],
  [`HEAD https://${REGISTRY}/blobs/sha256:ab`,                      'ecr:BatchCheckLayerAvailability', REPOSITORY],
  [`POST https://${REGISTRY}/blobs/uploads/`,                       'ecr:InitiateLayerUpload',         REPOSITORY],
  [`PUT https://acme-210987654321.d.codeartifact.${R}.amazonaws.com/npm/internal/left-pad`, undefined],
]

test('the method and the address of a refused request give action and resource, or nothing', () => {
  for (const [asked, action, resource] of ROWS) {
    const request = readRefusedUrl(`unexpected status from ${asked}: 403 Forbidden`)
    const [candidate = request] = request?.candidates ?? []
    assert.deepEqual([candidate?.action, candidate?.resource], [action, resource], asked)
  }
})

test('nothing of the query of a presigned address is kept, however long it is', () => {
  const token = `IQoJb3JpZ2luX2VjEXAMPLE${'a1B2'.repeat(300)}`
  const url = `https://b-1.s3.${R}.amazonaws.com/a?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=ASIAEXAMPLEEXAMPLE00%2F20260427&X-Amz-Security-Token=${token}&X-Amz-Signature=0123456789abcdef`
  const [denial] = readText(`failed open: unexpected status code ${url}: 403 Forbidden`)
  assert.equal(denial?.resourceText, `https://b-1.s3.${R}.amazonaws.com/a`)
  assert.doesNotMatch(JSON.stringify(denial), /IQoJ|0123456789abcdef|ASIAEXAMPLE/)
  assert.deepEqual(
    denial?.notes.map(({ code }) => code),
    ['presigned-url', 'possibly-not-found'],
  )
})

test('who pulls an image is told whose policy it is that refuses a layer', () => {
  const [denial] = readText(
    `unexpected status from GET request to https://prod-${R}-starport-layer-bucket.s3.${R}.amazonaws.com/1a/2b?X-Amz-Signature=00: 403 Forbidden`,
  )
  const note = denial?.notes.find(({ code }) => code === 'layer-bucket')
  assert.match(
    note?.text ?? '',
    /S3 gateway endpoint, which must allow s3:GetObject on arn:aws:s3:::prod-eu-west-1-star/,
  )
})

test("a command line says what was asked for, and else it was a read; a form's POST is no request of these", () => {
  const asked = (command: string): string | null | undefined =>
    readText(`$ ${command}\ncurl: (22) The requested URL returned error: 403\n`)[0]?.action
  const url = `https://b-1.s3.${R}.amazonaws.com/a`
  // biome-ignore format: a table is read by its columns
  const rows: readonly (readonly [command: string, action: string | null])[] = [
    [`curl -fO ${url}`,                     's3:GetObject'],
    [`curl -f -T a.zip ${url}`,             's3:PutObject'],
    [`curl -f --upload-file a.zip ${url}`,  's3:PutObject'],
    [`curl -f -X DELETE "${url}"`,          's3:DeleteObject'],
    [`curl -f --request PUT -d @a ${url}`,  's3:PutObject'],
    [`curl -f -I ${url}`,                   's3:GetObject'],
    [`curl -f -F file=@a ${url}`,           null],
  ]
  for (const [command, action] of rows) assert.equal(asked(command), action, command)
})

test("a browser's tools say the method on a line of its own, and its console in front", () => {
  const url = `https://b-1.s3.${R}.amazonaws.com/a`
  // biome-ignore format: a table is read by its columns
  const rows: readonly (readonly [text: string, action: string])[] = [
    [`Request URL: ${url}\nRequest Method: PUT\nStatus Code: 403 Forbidden`,       's3:PutObject'],
    [`Request URL\n${url}\nRequest Method\nDELETE\nStatus Code\n403 Forbidden`,     's3:DeleteObject'],
    [`Request URL: ${url}\nRequest Method: GET\nStatus Code: 403 Forbidden`,       's3:GetObject'],
    [`app.js:12 PUT ${url} 403 (Forbidden)`,                                       's3:PutObject'],
  ]
  for (const [text, action] of rows) {
    const [denial] = readText(text)
    assert.deepEqual([denial?.action, denial?.resource], [action, 'arn:aws:s3:::b-1/a'], text)
  }
})

test('a package manager prints the status beside the address of the repository', () => {
  const bucket = 'al2023-repos-us-east-1-de612dc2'
  const url = `https://${bucket}.s3.dualstack.us-east-1.amazonaws.com/core/mirrors/2023.2/x86_64/mirror.list`
  // As dnf and yum print it.
  for (const text of [
    `Errors during downloading metadata for repository 'amazonlinux':\n  - Status code: 403 for ${url} (IP: 52.216.40.10)`,
    `${url}: [Errno 14] HTTPS Error 403 - Forbidden`,
  ]) {
    const [denial] = readText(text)
    assert.deepEqual(
      [denial?.action, denial?.resource],
      ['s3:GetObject', `arn:aws:s3:::${bucket}/core/mirrors/2023.2/x86_64/mirror.list`],
      text,
    )
  }
})
