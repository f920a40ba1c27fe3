/** Where a policy stands in a user's Terraform, and where it is better not edited. Expectations are written by hand. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { projectOf, type SourceFile } from '#fix/hcl/project.ts'
import { rewritten } from '#fix/hcl/rewrite.ts'
import type { EditedDocument } from '#fix/edited-document.ts'
import type { PolicyLocation } from '#fix/policy-location.ts'

const ROLE = 'arn:aws:iam::111122223333:role/deploy-role'
const KEY = 'arn:aws:kms:us-east-1:111122223333:key/1234abcd-56ef-78ab-90cd-1234567890ef'

const statement = (more: object = {}): object => ({ Effect: 'Allow', Action: 's3:GetObject', Resource: '*', ...more })
const document = (...Statement: readonly object[]): object => ({ Version: '2012-10-17', Statement })
const BEFORE = document(statement({ Sid: 'Read' }))
const ADDED = { Sid: 'Write', Effect: 'Allow', Action: 's3:PutObject', Resource: 'arn:aws:s3:::b/${aws:username}' }
const AFTER = document(statement({ Sid: 'Read' }), ADDED)

const inline: PolicyLocation = { layer: 'identity-policy', on: ROLE, name: 'deploy', document: BEFORE }
const key: PolicyLocation = { layer: 'resource-policy', kind: 'key', on: KEY, name: 'key policy', document: BEFORE }

function run(text: string | readonly SourceFile[], made: Partial<EditedDocument> = {}) {
  const files = typeof text === 'string' ? [{ path: 'main.tf', text }] : text
  const one: EditedDocument = { location: inline, before: BEFORE, after: AFTER, ...made }
  const { changes, files: after } = rewritten([one], projectOf(files))
  const [change] = changes
  assert.ok(change !== undefined)
  const none = {
    reason: undefined,
    address: undefined,
    line: undefined,
    foundBy: undefined,
    after: undefined,
    diff: undefined,
  }
  return { ...none, ...change, after: after[0]?.after }
}

const policy = (value: string, more = ''): string =>
  `resource "aws_iam_role_policy" "deploy" {\n  name   = "deploy"\n  role   = "deploy-role"\n  policy = ${value}\n${more}}\n`
const ENCODED = `jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Sid = "Read", Effect = "Allow", Action = "s3:GetObject", Resource = "*" }]
  })`
const DATA = `data "aws_iam_policy_document" "deploy" {
  statement {
    sid       = "Read"
    actions   = ["s3:GetObject"]
    resources = ["*"] # all
  }
}
`

describe('a policy in Terraform', () => {
  it('has a statement put behind the others, and nothing else is touched', () => {
    const { after } = run(policy(ENCODED))
    assert.equal(
      after,
      policy(`jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Sid = "Read", Effect = "Allow", Action = "s3:GetObject", Resource = "*" }, {
      Sid      = "Write"
      Effect   = "Allow"
      Action   = "s3:PutObject"
      Resource = "arn:aws:s3:::b/$\${aws:username}"
    }]
  })`),
    )
  })

  it('in a data source gets a block, with variables as a data source writes them', () => {
    const { after, address, line } = run(`${DATA}\n${policy('data.aws_iam_policy_document.deploy.json')}`)
    assert.deepEqual([address, line], ['aws_iam_role_policy.deploy', 1])
    assert.ok(
      after?.startsWith(`data "aws_iam_policy_document" "deploy" {
  statement {
    sid       = "Read"
    actions   = ["s3:GetObject"]
    resources = ["*"] # all
  }

  statement {
    sid       = "Write"
    actions   = ["s3:PutObject"]
    resources = ["arn:aws:s3:::b/&{aws:username}"]
  }
}
`),
    )
  })

  it('in a data source gets a value beside a variable of its condition', () => {
    const tag = '${aws:PrincipalTag/team}'
    const held = (value: unknown): object =>
      document(statement({ Condition: { StringEquals: { 'aws:ResourceTag/team': value } } }))
    const data = (values: string): string => `data "aws_iam_policy_document" "deploy" {
  statement {
    actions   = ["s3:GetObject"]
    resources = ["*"]

    condition {
      test     = "StringEquals"
      variable = "aws:ResourceTag/team"
      values   = [${values}]
    }
  }
}

${policy('data.aws_iam_policy_document.deploy.json')}`
    for (const before of [tag, [tag]]) {
      const found = run(data('"&{aws:PrincipalTag/team}"'), { before: held(before), after: held([tag, 'blue']) })
      assert.equal(found.reason, undefined)
      assert.equal(found.after, data('"&{aws:PrincipalTag/team}", "blue"'))
    }
  })

  it('keeps what a list says by reference, and its comments', () => {
    const before = document(statement({ Resource: ['arn:aws:s3:::b/*', 'arn:aws:s3:::c'] }))
    const after = document(statement({ Resource: ['arn:aws:s3:::b/*', 'arn:aws:s3:::c', 'arn:aws:s3:::d'] }))
    const bucket = 'resource "aws_s3_bucket" "b" {\n  bucket = "b"\n}\n'
    const text = (more: string): string =>
      `${bucket}${policy(`jsonencode({
    Version = "2012-10-17"
    Statement = {
      Effect   = "Allow"
      Action   = "s3:GetObject"
      Resource = [
        "\${aws_s3_bucket.b.arn}/*", # the first
        var.c # the second${more}
      ]
    }
  })`)}`
    const found = run(text(''), { before, after })
    assert.equal(found.after, text('').replace('var.c # the second', 'var.c, # the second\n        "arn:aws:s3:::d"'))
  })

  it('that is worked out elsewhere is added to beside what stands there', () => {
    const before = document(statement({ Action: ['s3:GetObject', 's3:ListBucket'] }))
    const after = document(statement({ Action: ['s3:GetObject', 's3:ListBucket', 's3:PutObject'] }))
    const found = run(
      policy(
        'jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = var.a, Resource = "*" }] })',
      ),
      { before, after },
    )
    assert.match(found.after ?? '', /Action = flatten\(\[var\.a, "s3:PutObject"\]\), Resource/)
  })

  it('that is new stands behind the role, and refers to it', () => {
    const role = 'resource "aws_iam_role" "deploy" {\n  name = local.name\n}\n\nlocals {\n  name = "deploy-role"\n}\n'
    const { after } = run(role, { before: null, after: document(ADDED), location: { ...inline, document: null } })
    assert.match(
      after ?? '',
      /\}\n\nresource "aws_iam_role_policy" "deploy" \{\n  name   = "deploy"\n  role   = aws_iam_role\.deploy\.name\n/,
    )
  })

  it('of a key is known by its text, where one key alone has it', () => {
    const one = `resource "aws_kms_key" "one" {\n  policy = ${ENCODED}\n}\n`
    const other = `resource "aws_kms_key" "other" {\n  policy = jsonencode({ Version = "2012-10-17", Statement = [] })\n}\n`
    const found = run(`${one}${other}`, { location: key })
    assert.deepEqual([found.address, found.foundBy], ['aws_kms_key.one', 'text'])
    assert.match(
      run(`${one}${one.replace('"one"', '"two"')}`, { location: key }).reason ?? '',
      /may be any of `aws_kms_key\.one`.*`aws_kms_key\.two`/,
    )
    const unread = 'resource "aws_kms_key" "far" {\n  policy = var.policy\n}\n'
    assert.match(run(`${one}${unread}`, { location: key }).reason ?? '', /may be any of/)
  })
})

describe('the lines of a file that is edited', () => {
  const sources = {
    'in an object': policy(ENCODED),
    'in a block of data': `${DATA}${policy('data.aws_iam_policy_document.deploy.json')}`,
  }
  for (const [where, text] of Object.entries(sources))
    it(`end as before, ${where}`, () => {
      const plain = run(text)
      const { after, diff } = run(text.replaceAll('\n', '\r\n'))
      assert.equal(after, plain.after?.replaceAll('\n', '\r\n'))
      assert.match(diff ?? '', /^\+ .*\r$/m)
      assert.doesNotMatch(diff ?? '', /^[-+ ](?!-- |\+\+ ).*(?<!\r)\n/m)
    })

  it('may lack an end at the last, and the diff says so', () => {
    const text = policy(ENCODED).trimEnd()
    assert.match(run(text).diff ?? '', /^ }\n\\ No newline at end of file\n$/m)
  })
})

describe('a policy in Terraform is left alone', () => {
  const cases: Readonly<Record<string, readonly [string, RegExp]>> = {
    'when nothing holds it': ['locals {\n}\n', /no resource in these files/],
    'when it is another role’s': [policy(ENCODED).replace('deploy-role', 'other'), /no resource/],
    'when the file says other than what is in force': [
      policy(ENCODED.replace('GetObject', 'PutObject')),
      /another document than the one in force/,
    ],
    'when two blocks are about it': [
      policy(ENCODED) + policy(ENCODED).replace('" "deploy"', '" "again"'),
      /are all about it/,
    ],
    'when one block makes several': [policy(ENCODED, '  for_each = var.roles\n'), /makes several/],
    'when the role is known only later': [
      policy(ENCODED.replace('"*"', '"x"')).replace('"deploy-role"', 'var.role'),
      /known only when Terraform runs/,
    ],
    'when its document is used elsewhere': [
      `${DATA}${policy('data.aws_iam_policy_document.deploy.json')}output "o" {\n  value = data.aws_iam_policy_document.deploy.json\n}\n`,
      /used elsewhere/,
    ],
    'when its document is put together': [
      `${DATA.replace('  statement', '  source_policy_documents = var.more\n  statement')}${policy('data.aws_iam_policy_document.deploy.json')}`,
      /put together/,
    ],
    'when it is a variable': [policy('var.policy'), /stands elsewhere/],
    'when it stands in a file that is not there': [policy('file("${path.module}/gone.json")'), /not among those given/],
    'when the path leaves the folder': [policy('file("${path.module}/../up.json")'), /not among those given/],
    'when it is one long text': [policy('"{}"'), /quoted text/],
    'when the file cannot be read': [`${policy(ENCODED)}}\n`, /`main\.tf` cannot be read: line 9/],
  }
  for (const [name, [text, reason]] of Object.entries(cases))
    it(name, () => assert.match(run(text).reason ?? 'edited', reason))

  it('names as own properties of objects are names like any other', () => {
    const text = policy('jsonencode({ __proto__ = 1, constructor = { toString = "x" }, Statement = [] })')
    assert.match(run(text).reason ?? 'edited', /another document/)
  })
})
