import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseHcl } from './parse.ts'
import { attributeOf, type Body, type Expression } from './syntax.ts'

function body(text: string): Body {
  const found = parseHcl(text)
  assert.ok(!('fault' in found), JSON.stringify(found))
  return found
}

function value(text: string): Expression {
  const found = attributeOf(body(`x = ${text}\n`), 'x')?.value
  assert.ok(found !== undefined)
  return found
}

const fault = (text: string): string => {
  const found = parseHcl(text)
  return 'fault' in found ? `${found.line}: ${found.fault}` : 'read'
}

// https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md
describe('a file of HCL', () => {
  it('gives blocks and arguments with their places', () => {
    const text = '# one\nresource "aws_iam_role" deploy { name = "d" } // two\n/* three */\nlocals {\n  a = 1\n}\n'
    const [role, locals] = body(text).blocks
    assert.deepEqual(role?.labels, ['aws_iam_role', 'deploy'])
    assert.equal(text.slice(role?.start, role?.end), 'resource "aws_iam_role" deploy { name = "d" }')
    assert.equal(text.slice(locals?.inside.start, locals?.inside.end), '\n  a = 1\n')
  })

  it('tells texts, templates and what escapes them', () => {
    const found = value('"a\\n$${b}%%{c}${var.d}\\u0041"')
    assert.ok(found.kind === 'text')
    assert.deepEqual(
      found.parts.map((part) => (typeof part === 'string' ? part : part.kind)),
      ['a\n${b}%{c}', 'reference', 'A'],
    )
  })

  it('takes a template of one value for that value', () => {
    const found = value('"${aws_iam_role.deploy.name}"')
    assert.deepEqual(found.kind === 'reference' && found.path, ['aws_iam_role', 'deploy', 'name'])
  })

  it('reads lines up to the marker, with braces and quotes in what is put in', () => {
    const text = 'x = <<-EOT\n  { "a": "${f("}", { b = "EOT" })}" }\n  EOT\ny = 1\n'
    const found = attributeOf(body(text), 'x')?.value
    assert.ok(found?.kind === 'heredoc')
    assert.equal(text.slice(found.body.start, found.body.end), '  { "a": "${f("}", { b = "EOT" })}" }\n')
    assert.equal(attributeOf(body(text), 'y')?.value.kind, 'literal')
  })

  it('leaves open what is worked out, and reads on behind it', () => {
    for (const text of [
      'a ? { b = 1 } : null',
      '[for x in var.y : x if x != "]"]',
      '{ for k, v in z : k => v... }',
      'a.b[0].c',
      'a[*].id',
      '-1 + 2',
      '!a && b',
      'provider::aws::arn_parse("x").account_id',
      'a.*.b',
    ])
      assert.equal(value(text).kind, 'open', text)
  })

  it('ends a value at the end of its line, but not within brackets', () => {
    assert.equal(value('[\n 1, # one\n 2\n ]').kind, 'list')
    assert.equal(value('(\n 1\n)').kind, 'literal')
    const found = value('{\n a = 1\n b : 2, "c d" = 3 }')
    assert.deepEqual(found.kind === 'object' && found.entries.map(({ key }) => key), ['a', 'b', 'c d'])
  })

  it('says where it is wrong', () => {
    assert.equal(fault('a = 1\nb = "x\n'), '2: a text has no end')
    assert.equal(fault('a = [1'), '1: `]` is missing')
    assert.equal(fault('a = 1 b = 2'), '1: the line goes on')
    assert.equal(fault('b {\n  a = 1 }\n'), '2: the line goes on')
    assert.equal(fault('}\n'), '1: `}` closes nothing')
    assert.equal(fault('a = <<X\n x\n'), '1: a heredoc has no end')
    assert.equal(fault('a = "\\q"'), '1: an escape is not known')
  })

  it('is no stack overflow, however deep', () => {
    for (const piece of ['[', '{ a = ', '(', '-', '"${', '"%{', 'f(', '[for ["${', 'b {\n', '<<A\n${'])
      assert.match(fault(`${piece.startsWith('b') ? '' : 'a = '}${piece.repeat(50_000)}`), /\d+: /, piece)
  })
})
