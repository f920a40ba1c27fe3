/** An error as terminals, boxes, tables and logs print it: whatever stands around its words, it says the same. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readText } from './read-text.ts'

const P = 'arn:aws:sts::111122223333:assumed-role/my-app-role/1753100000000000000'
const R = 'arn:aws:kms:us-west-2:111122223333:key/1a2b34c5-d678-4e01-8345-0067aa8b9012'
const SCP = 'arn:aws:organizations::444455556666:policy/o-exampleorg1/service_control_policy/p-example1'
const ID = '0d2f7a31-1234-4abc-9def-1234567890ab'
const BLOB = '3YJV6fzuRfTl7OenuoinEjd1abcDEFghi_JKL'
const ERROR =
  `operation error KMS: Decrypt, https response error StatusCode: 400, RequestID: ${ID}, api error ` +
  `AccessDeniedException: User: ${P} is not authorized to perform: kms:Decrypt on resource: ${R} ` +
  `with an explicit deny in a service control policy: ${SCP}`

function said(text: string): readonly unknown[] {
  const denials = readText(text)
  assert.equal(denials.length, 1, text)
  const [denial] = denials
  const { principal, action, resource, requestId, reported } = denial ?? {}
  return [principal, action, resource, reported?.layer, reported?.denyType, reported?.policyArn, requestId]
}
const SAID = [P, 'kms:Decrypt', R, 'service-control-policy', 'explicit', SCP, ID]

const broken = (text: string, width: number): string[] =>
  Array.from({ length: Math.ceil(text.length / width) }, (_, i) => text.slice(i * width, (i + 1) * width))

function folded(text: string, width: number): string[] {
  const lines: string[] = ['']
  for (const word of text.split(' ')) {
    const last = lines.at(-1) ?? ''
    if (last === '') lines[lines.length - 1] = word
    else if (last.length + 1 + word.length > width) lines.push(word)
    else lines[lines.length - 1] = `${last} ${word}`
  }
  return lines
}

const FRAMES: Readonly<Record<string, (line: string, width: number) => string>> = {
  'no frame': (line) => line,
  'a box open to the right': (line) => `│ ${line}`,
  'a box': (line, width) => `│ ${line.padEnd(width)} │`,
  'a heavy box': (line, width) => `┃ ${line.padEnd(width)} ┃`,
  'a quotation': (line) => `> ${line}`,
  'a comment': (line) => `# ${line}`,
  'an indentation': (line) => `    ${line}`,
}

for (const [name, frame] of Object.entries(FRAMES)) {
  test(`a column that breaks words is undone at every width (R-MSG-15b): ${name}`, () => {
    for (let width = 45; width <= 150; width++) {
      // Where the last line is full too, nothing tells a column from a list.
      if (ERROR.length % width === 0) continue
      const text = broken(ERROR, width).map((line) => frame(line, width))
      assert.deepEqual(said(text.join('\n')), SAID, `width ${width}`)
    }
  })
  test(`lines that are broken between words say the same: ${name}`, () => {
    for (let width = 95; width <= 150; width += 3) {
      const text = folded(ERROR, width).map((line) => frame(line, width))
      assert.deepEqual(said(text.join('\n')), SAID, `width ${width}`)
    }
  })
}

test('a run of blanks is one, wherever it stands (E, R-MSG-15a step 6)', () => {
  for (const seam of [
    ': ',
    ' is not',
    'to perform',
    'perform: ',
    ' on res',
    'resource: ',
    'policy: ',
    'RequestID: ',
    'explicit ',
  ])
    for (const count of [2, 9, 41, 81, 130])
      for (const blanks of [' '.repeat(count), `${' '.repeat(count)}\n`, `\n${' '.repeat(count)}`]) {
        const text = ERROR.replace(seam, seam.replace(' ', blanks))
        assert.deepEqual(said(text), SAID, JSON.stringify([seam, count, blanks.trim()]))
      }
})

test('an encoded message may stand far to the right', () => {
  const text = `You are not authorized to perform this operation. Encoded authorization failure message:${' '.repeat(100)}${BLOB}`
  assert.equal(readText(text)[0]?.encodedMessage, BLOB)
})

test('blanks in the quotes of an S3 key are its own (R-MSG-19)', () => {
  const key = '"arn:aws:s3:::bucket/a  b   c.txt"'
  const text = `User: ${P} is not authorized to perform:   s3:GetObject on resource: ${key} with an explicit deny`
  assert.equal(readText(text)[0]?.resource, key.slice(1, -1))
})

const PREFIXES = [
  '[2024-05-01T10:00:00.123Z] ',
  '10:00:00       ',
  '[10:00:00] ',
  '2024-05-01 10:00:00,123 ',
  '[2024-05-01 10:00:00] ',
  '2024/05/01 10:00:00 ',
  '[ERROR] ',
  'ERROR ',
  'error: ',
  'ERROR:root:',
  '#12 1.234 ',
  '#12 ERROR: ',
  '2024-05-01T10:00:00.1234567Z ##[error]',
  '1714557600 ',
  '  --> ',
  'E0322 10:48:59.960115       1 controller.go:265] ',
  'helm.go:84: [debug] ',
  '0|app      | ',
  '<11>1 2024-05-01T10:00:00Z host app 123 - - ',
  '2024-05-01T10:00:00.123456+00:00 app[web.1]: ',
  '2024-05-01T10:00:00.000000+00:00 2024/05/01/[$LATEST]0a1b2c ',
  'web-6d4cf56db6-x2xrq web ',
] as const

const LINES: readonly (readonly string[])[] = [
  [`User: ${P}`, 'is not authorized to perform: kms:Decrypt', `on resource: ${R}`, 'with an explicit deny'],
  [`User: ${P} is not authorized`, 'to perform:', 'kms:Decrypt on resource:', `${R} with an explicit`, 'deny'],
]

for (const prefix of PREFIXES)
  test(`what a log puts before every line stands in no field (R-MSG-15a step 3): ${prefix}`, () => {
    for (const lines of LINES)
      assert.deepEqual(said(lines.map((line) => prefix + line).join('\n')), [
        P,
        'kms:Decrypt',
        R,
        null,
        'explicit',
        null,
        null,
      ])
  })

test('the beginning of a single line stays: it may be the error’s own', () => {
  assert.equal(
    readText(`[AWSConfig] is not authorized to perform: config:Put\n[AWSConfig] is here`)[0]?.principal,
    '[AWSConfig]',
  )
})

test('a line that begins with the code of the next error goes on with nothing, though both are of one length', () => {
  const all =
    'An error occurred (UnauthorizedOperation) when calling the DescribeInstances operation: ' +
    'User: arn:aws:iam::111122223333:user/ana is not authorized to perform: ec2:DescribeInstances on resource: *'
  const next = `AccessDenied: User: ${P} is not authorized to perform: sqs:SendMessage on resource: `
  const text = `${all}\n${`${next}arn:aws:sqs:us-west-2:111122223333:`.padEnd(all.length, 'q')}`
  const denials = readText(`${text}\nThat is all.`)
  assert.deepEqual(
    denials.map(({ resource }) => resource?.slice(0, 12)),
    ['*', 'arn:aws:sqs:'],
  )
})

test('a backslash at the end of a line of a shell is no part of the text', () => {
  const denials = readText(
    'An error occurred (UnauthorizedOperation) when calling the RunInstances\\\n operation: You are not authorized to perform\\\n  this operation.',
  )
  assert.deepEqual(
    denials.map(({ action, operation }) => [action, operation]),
    [['ec2:RunInstances', 'RunInstances']],
  )
})
