/** The answer to a denial fits one screen, says first what was denied, and prints commands that run as they stand. */
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { readArguments } from '../../src/cli/arguments.ts'
import { COMMANDS } from '../../src/cli/commands.ts'
import { ROOT } from './run-cli.ts'
import { denytraceInside as denytrace } from './run-inside.ts'

const MOST_LINES = 40
const COLUMNS = '100'

/** The rows of the table of all layers, in its order (docs/json.md, "Decision"). */
const LAYERS = [
  /^ {2}resource control policy\b/m,
  /^ {2}service control policy\b/m,
  /^ {2}VPC endpoint policy\b/m,
  /^ {2}(?:resource|bucket|key|queue|trust) policy\b/m,
  /^ {2}identity policy\b/m,
  /^ {2}permissions boundary\b/m,
  /^ {2}session policy\b/m,
  /^ {2}(?:service guard|Block Public Access|ACL|KMS grants?|hard rule)\b/im,
] as const

const names = readdirSync(join(ROOT, 'examples'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name)

/** Of some examples next to nothing is at hand: no walk is made of them, or of a policy alone. */
const hasSnapshot = (name: string): boolean => existsSync(join(ROOT, 'examples', name, 'snapshot'))

async function answer(name: string, ...more: readonly string[]): Promise<string> {
  const folder = `examples/${name}`
  const file = existsSync(join(ROOT, folder, 'denial.json')) ? 'denial.json' : 'denial.txt'
  const args = join(ROOT, folder, 'args')
  const given = existsSync(args) ? readFileSync(args, 'utf8').trim().split('\n') : []
  const beside = hasSnapshot(name)
    ? ['--snapshot', `${folder}/snapshot`]
    : readdirSync(join(ROOT, folder)).flatMap((one) => (one.endsWith('policy.json') ? [`${folder}/${one}`] : []))
  const words = ['diagnose', `${folder}/${file}`, ...beside, ...given, ...more]
  const { code, out, err } = await denytrace(words, { env: { COLUMNS } })
  // From the message alone nothing may be decided (exit code 4).
  assert.ok(code === 0 || (code === 4 && !hasSnapshot(name)), err)
  return out
}

/** What stands behind `denytrace` to the end of the line, of the code span, or to a gap that sets a remark apart. */
const commandsIn = (text: string): readonly string[] =>
  [...text.matchAll(/\bdenytrace ([a-z][^`\n]*)/g)].map(([, words = '']) => words.split(/ {2}/)[0]?.trim() ?? '')

/** Words as a shell takes them apart: those in single quotes are whole; what is behind `--` is another's. */
function wordsOf(line: string): readonly string[] {
  const words = [...line.matchAll(/(?:'[^']*'|\\.|[^\s'\\])+/g)].map(([word]) => word.replaceAll("'", ''))
  const at = words.indexOf('--')
  return at < 0 ? words : words.slice(0, at)
}

for (const name of names)
  describe(name, () => {
    test('is told on one screen that begins with what was denied', async () => {
      const out = await answer(name)
      assert.match(out, /^DENIED {3}.+ can't \S+:\S+/)
      assert.doesNotMatch(out, /^ *Undetermined/m)
      const lines = out.trimEnd().split('\n')
      assert.ok(lines.length <= MOST_LINES, `${lines.length} lines`)
      const commands = commandsIn(out)
      assert.ok(commands.length > 0, 'the next command is printed')
      for (const printed of commands) {
        const [word = '', ...rest] = wordsOf(printed)
        const command = COMMANDS.find((one) => one.name === word)
        assert.ok(command !== undefined, printed)
        assert.doesNotThrow(() => readArguments(command, rest, {}), printed)
      }
    })

    if (!hasSnapshot(name)) return
    test('has every layer with --verbose', async () => {
      const out = await answer(name, '--verbose')
      assert.match(out, /^DENIED {3}/)
      for (const layer of LAYERS) assert.match(out, layer)
    })
  })

test('each command that tells causes apart says which cause it tells of', async () => {
  const record = {
    eventSource: 's3.amazonaws.com',
    eventName: 'GetObject',
    eventTime: '2026-01-02T03:04:05Z',
    errorCode: 'AccessDenied',
    errorMessage: 'Access Denied',
    userIdentity: {
      type: 'AssumedRole',
      arn: 'arn:aws:sts::111122223333:assumed-role/app/job',
      accountId: '111122223333',
    },
  }
  const { out } = await denytrace(['diagnose', '-'], { stdin: JSON.stringify(record), env: { COLUMNS } })
  const lines = out.split('\n')
  const above = lines.flatMap((line, i) => (/^ +aws s3api|^ +aws iam/.test(line) ? [lines[i - 1]?.trim() ?? ''] : []))
  assert.ok(above.length >= 3, out)
  assert.equal(new Set(above).size, above.length, out)
  for (const line of above) assert.match(line, /:$/)
})

test('what a call needs besides is told where no policy was seen, and an encoded message is decoded by what can be pasted', async () => {
  const text =
    'An error occurred (UnauthorizedOperation) when calling the RunInstances operation: You are not authorized to perform this operation. User: arn:aws:iam::111122223333:user/ann is not authorized to perform: ec2:RunInstances on resource: arn:aws:ec2:eu-west-1:111122223333:instance/* because no identity-based policy allows the ec2:RunInstances action. Encoded authorization failure message: 4GIOHlTkIaWHQD0Q0m6XSnuUMCm'
  const folder = mkdtempSync(join(tmpdir(), 'denytrace-screen-'))
  writeFileSync(join(folder, 'error.txt'), text)
  for (const [words, stdin, command] of [
    [['diagnose', 'error.txt'], '', 'denytrace diagnose error.txt --decode'],
    [['diagnose', '-'], text, 'denytrace diagnose - --decode'],
  ] as const) {
    const { out } = await denytrace(words, { stdin, cwd: folder, env: { COLUMNS } })
    assert.match(out, /^Next .*AWS may deny them: ec2:RunInstances on image\/\*/m)
    assert.ok(
      out.split('\n').some((line) => line.trim() === command),
      out,
    )
  }
  rmSync(folder, { recursive: true })
})

/** The lines of an answer about a text with one identity policy, spaces as one. */
async function withPolicy(text: string, request: object, Statement: object): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'denytrace-screen-'))
  try {
    const identityPolicies = [{ name: 'own', document: { Version: '2012-10-17', Statement } }]
    writeFileSync(join(folder, 'error.txt'), text)
    writeFileSync(join(folder, 'facts.json'), JSON.stringify({ request, policies: { identityPolicies } }))
    const { out } = await denytrace(['diagnose', 'error.txt', '--scenario', 'facts.json'], {
      cwd: folder,
      env: { COLUMNS },
    })
    return out.replaceAll(/\s+/g, ' ')
  } finally {
    rmSync(folder, { recursive: true })
  }
}

test('a refused request that nobody made says which call needs it, and that a message which is cut would tell', async () => {
  const out = await withPolicy(
    'Launch Failed\nYou are not authorized to perform this operation. Encoded authorization failure message: WZzytnkJ4T3-nkMYslM...',
    {
      principal: 'arn:aws:iam::111122223333:user/dev',
      action: 'ec2:RunInstances',
      resource: 'arn:aws:ec2:us-east-1:111122223333:instance/*',
    },
    { Effect: 'Allow', Action: 'ec2:*', Resource: '*' },
  )
  assert.match(
    out,
    /^DENIED user dev can't iam:PassRole on .* needed by ec2:RunInstances: a launch with an instance profile hands its role over/,
  )
  assert.match(out, /The encoded message is cut off\. It says which request AWS denied/)
})

test('where the evidence does not tell the resource, the fix says what pattern is granted', async () => {
  const out = await withPolicy(
    'User: arn:aws:sts::111122223333:assumed-role/lbc/1 is not authorized to perform: elasticloadbalancing:AddTags on resource: arn:aws:elasticloadbalancing:<REGION>:111122223333:listener/app/<LISTENER> because no identity-based policy allows the elasticloadbalancing:AddTags action',
    {},
    {
      Effect: 'Allow',
      Action: 'elasticloadbalancing:AddTags',
      Resource: [
        'arn:aws:elasticloadbalancing:*:*:targetgroup/*/*',
        'arn:aws:elasticloadbalancing:*:*:loadbalancer/net/*/*',
      ],
    },
  )
  assert.match(
    out,
    /Nothing becomes allowed but elasticloadbalancing:AddTags on arn:\S+:listener\/app\/\*, because the evidence doesn't say/,
  )
  assert.doesNotMatch(out, /nothing else becomes allowed/i)
})

test('a call of EC2 that is asked on several resources at once is granted on each of them', async () => {
  const out = await withPolicy(
    'An error occurred (InvalidParameterValueException) when calling the CreateFunction operation: The provided execution role does not have permissions to call CreateNetworkInterface on EC2',
    { principal: 'arn:aws:iam::111122223333:role/function-role' },
    { Effect: 'Allow', Action: 'logs:*', Resource: '*' },
  )
  // The change itself is longer than the screen, with what a function needs for its network.
  const [, granted = ''] = /Nothing becomes allowed but ec2:CreateNetworkInterface on (.*?), because/.exec(out) ?? []
  assert.deepEqual(
    granted.split(' and '),
    ['network-interface', 'security-group', 'subnet'].map((type) => `arn:aws:ec2:REGION:111122223333:${type}/*`),
  )
  assert.doesNotMatch(out, /nothing else becomes allowed/i)
})

test('which of them is open where Region and account are known, too, in the partition of the caller', async () => {
  const out = await withPolicy(
    'An error occurred (UnauthorizedOperation) when calling the AttachVolume operation: You are not authorized to perform this operation.',
    {
      principal: 'arn:aws-cn:iam::111122223333:role/attacher',
      context: { 'aws:RequestedRegion': 'cn-north-1' },
    },
    { Effect: 'Allow', Action: 'ec2:Describe*', Resource: '*' },
  )
  for (const type of ['instance', 'volume'])
    assert.ok(out.includes(`"arn:aws-cn:ec2:cn-north-1:111122223333:${type}/*"`), type)
  // The lone statement that becomes the first of a list stays, and is not told as taken away.
  assert.doesNotMatch(out, / - \{/)
  assert.match(
    out,
    /Nothing becomes allowed but ec2:AttachVolume on \S+\/\* and \S+\/\*, because the evidence doesn't say/,
  )
})

test('with --verbose the record tells how the call was signed and sent, and the ids that AWS asks for', async () => {
  const out = (await answer('kms-behind-s3', '--verbose')).replaceAll(/\s+/g, ' ')
  assert.match(
    out,
    /Recorded signature SigV4, authentication AuthHeader, cipher suite TLS_\w+, event [0-9a-f-]{36}, extended request id \S/,
  )
})
